"""What SQLite knows of its tables, so that it takes the right index when they are large."""

from __future__ import annotations

from django.db import connection, connections

# Rows looked at in each index: enough to know which one is narrow, at the same cost at any size.
LOOKED_AT = 1000


def keep_statistics() -> int:
    """Renew SQLite's statistics; PostgreSQL keeps its own. Returns 1 when something was done."""
    if connection.vendor != "sqlite":
        return 0
    for each in connections.all():
        with each.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit={LOOKED_AT}")
            # Not the clicks that the main file's connection reads: they are one of the others.
            cursor.execute("ANALYZE main")
    return 1
