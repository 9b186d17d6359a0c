"""Django's SQLite with the clicks of short links in a file beside it."""
