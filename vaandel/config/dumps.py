"""A consistent copy of the database while everything runs, and back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import connection

SUFFIXES = {"sqlite": "sqlite3", "postgresql": "dump"}


def database_file() -> str:
    """Its name in the archive."""
    return f"database/default.{SUFFIXES[connection.vendor]}"


def is_empty() -> bool:
    """Whether there is nothing in the database that a restore would replace."""
    if connection.vendor == "sqlite":
        return not sqlite_file().exists()
    return not connection.introspection.table_names()


def sqlite_file() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def dump(target: Path) -> None:
    if connection.vendor == "sqlite":
        copy_sqlite(target)
    else:
        postgresql("pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def copy_sqlite(target: Path) -> None:
    """SQLite's own backup: sees one moment, whoever writes meanwhile; checked afterwards."""
    file = sqlite_file()
    if not file.exists():
        raise CommandError(f"There is no database at {file}. Is VAANDEL_DATA right?")
    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=20)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        # As one file, without a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise CommandError(f"The database is damaged, so its copy is too: {verdict}.")


def load(source: Path) -> None:
    """Put a PostgreSQL dump back, in one transaction: all of it or nothing."""
    postgresql(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={connection.settings_dict['NAME']}",
        str(source),
    )


def postgresql(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on our database; the password goes by environment."""
    if shutil.which(program) is None:
        raise CommandError(
            f"{program} is missing. Install PostgreSQL's client programs, of the server's version."
        )
    environment = {**os.environ, **connection_variables(connection.settings_dict)}
    command = [program, *arguments]
    result = subprocess.run(  # noqa: S603 - our own words
        command, env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise CommandError(f"{program} failed: {result.stderr.strip()}")


def connection_variables(settings: dict[str, Any]) -> dict[str, str]:
    options = settings["OPTIONS"]
    variables = {
        "PGHOST": settings["HOST"] or options.get("host", ""),
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
    }
    return {name: str(value) for name, value in variables.items() if value}
