"""Pages of links and of what came of them, and the door that sites report to."""
