"""A consistent copy of the database while everything runs, and back.

Clicks, and how far the spool was read, are copied before the links are: then each click is of a
link that is there too. The other way round the number of a link that was not copied would be given
to another link after a restore, clicks included.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction

from vaandel.links import partitions
from vaandel.links.raw import alone
from vaandel.links.storage import clicks_connection

CLICKS_FILE = "database/clicks.sqlite3"
# A schema of PostgreSQL, there during a restore only.
ASIDE = "vaandel_before"
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


def clicks_file() -> Path:
    """Of SQLite."""
    return Path(str(clicks_connection().settings_dict["NAME"]))


def check() -> None:
    if connection.vendor == "sqlite" and not sqlite_file().exists():
        raise CommandError(f"There is no database at {sqlite_file()}. Is VAANDEL_DATA right?")


@dataclass(frozen=True, slots=True)
class Moment:
    """The state to copy: of the file with the clicks on SQLite, of the database on PostgreSQL."""

    clicks: sqlite3.Connection | None = None
    snapshot: str = ""


@contextmanager
def moment(spool: Path) -> Iterator[Moment]:
    """Copy the clicks that wait to ``spool``, as they are at one moment with those counted.

    The ingest stands still for the copy of the spool only: a file that was read to its end and
    removed would otherwise be in one copy and not, as read, in the other.
    """
    with ExitStack() as open_until_copied:
        with alone():
            if connection.vendor == "sqlite":
                found = Moment(clicks=open_until_copied.enter_context(_clicks_as_they_are()))
            else:
                found = Moment(snapshot=open_until_copied.enter_context(_snapshot()))
            if Path(settings.SPOOL_DIR).exists():
                shutil.copytree(settings.SPOOL_DIR, spool, copy_function=_copy_if_there)
        yield found


@contextmanager
def _clicks_as_they_are() -> Iterator[sqlite3.Connection]:
    with closing(_reading(clicks_file())) as source:
        source.execute("BEGIN")
        # What this transaction sees is what there is at its first look.
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield source


@contextmanager
def _snapshot() -> Iterator[str]:
    """The name by which pg_dump sees what this transaction sees."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            yield cursor.fetchone()[0]
    finally:
        own.close()


def _copy_if_there(source: str, target: str) -> str:
    """Whoever read it to its end may remove it right now; that it was read is in the copy."""
    with suppress(FileNotFoundError):
        shutil.copyfile(source, target)
    return target


def dump(target: Path, seen: Moment) -> None:
    if connection.vendor == "sqlite":
        with closing(_reading(sqlite_file())) as source:
            copy_sqlite(source, target)
    else:
        postgresql(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            f"--snapshot={seen.snapshot}",
            f"--file={target}",
        )


def _reading(file: Path) -> sqlite3.Connection:
    # Without transactions that Python would begin.
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=20, isolation_level=None)


def copy_sqlite(source: sqlite3.Connection, target: Path) -> None:
    """SQLite's own backup: sees one moment, whoever writes meanwhile; checked afterwards."""
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # As one file, without a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise CommandError(f"The database is damaged, so its copy is too: {verdict}.")


def check_copy(file: Path) -> None:
    """Whether a SQLite file of an archive can take the place of the present one."""
    try:
        with closing(sqlite3.connect(file)) as copy:
            verdict = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise CommandError(f"{file.name} in this archive is damaged: {verdict}.")


def load(source: Path) -> None:
    """Put a PostgreSQL dump back, in one transaction: all of it or nothing."""
    with _clicks_aside():
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


@contextmanager
def _clicks_aside() -> Iterator[None]:
    """Keep the present table of clicks elsewhere until another one is there.

    `--clean` would first take the key from each of its months, which PostgreSQL refuses.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # Of a restore that was killed.
        cursor.execute(f"DROP SCHEMA IF EXISTS {ASIDE} CASCADE")
        cursor.execute(f"CREATE SCHEMA {ASIDE}")
        cursor.execute("SELECT to_regclass('links_click')")
        is_there = cursor.fetchone()[0] is not None
        months = partitions.existing(cursor) if is_there else set()
        tables = [*(month.table for month in months), *(["links_click"] if is_there else [])]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} SET SCHEMA {ASIDE}")
    try:
        yield
    except BaseException:
        with transaction.atomic(), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"ALTER TABLE {ASIDE}.{table} SET SCHEMA public")
        raise
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {ASIDE} CASCADE")


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
