"""Reading without the ORM, for the redirect. Outside Django's requests, so it minds the
connection itself."""

from __future__ import annotations

from typing import Any

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection, connections


def rows(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """What a statement finds. Raises `django.db.Error` when the database does not answer."""
    if connection.in_atomic_block:
        return _select(sql, parameters)
    close_old_connections()
    try:
        return _select(sql, parameters)
    except DatabaseError:
        # The connection may have died while nobody used it: once more on a new one.
        connections["default"].close()
        return _select(sql, parameters)


def _select(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
