"""Django's SQLite backend, whose connections also read the file with the clicks.

The file is attached read-only: queries may join with it, and a transaction that is about to
write (which locks every attached file that it could write) leaves it alone, so that saving a
post and counting clicks never wait for each other.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

ATTACHED = "clicks"


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        # Not a parameter of sqlite3 itself.
        parameters.pop(ATTACHED, None)
        return parameters

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        file = self.settings_dict["OPTIONS"].get(ATTACHED)
        if file is not None:
            attach(connection, Path(file))
        return connection


def attach(connection: sqlite3.Connection, file: Path) -> None:
    """Let a connection read the file, which is made when there is none yet."""
    if not file.exists():
        fresh = sqlite3.connect(file)
        fresh.execute("PRAGMA journal_mode=WAL")
        fresh.close()
    connection.execute(f"ATTACH DATABASE ? AS {ATTACHED}", [f"{file.absolute().as_uri()}?mode=ro"])
