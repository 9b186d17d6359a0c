"""Pages of the studio and of own stories."""
