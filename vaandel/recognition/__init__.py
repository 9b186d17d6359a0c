"""Thanks from people to people, with the concrete figure in it."""
