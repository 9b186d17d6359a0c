"""One's own data: read all of it, take it along, have it erased. Knows every room below."""
