"""A SQLite folder or a PostgreSQL of its own, set up as somebody would for work."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.links.installation import Installation, installation

sys.path.append(str(Path(__file__).parents[2] / "scripts"))

from postgres import binaries, own_postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
# Durable, unlike the one of the tests, and with the memory of a small server.
DURABLE = (
    "-c listen_addresses='' -c max_connections=100 -c shared_buffers=1GB -c work_mem=64MB "
    "-c maintenance_work_mem=512MB -c effective_cache_size=8GB -c max_wal_size=8GB "
    "-c checkpoint_timeout=15min -c random_page_cost=1.1 -c wal_compression=on"
)


@contextmanager
def fresh(database: str, **more: str) -> Iterator[Installation]:
    """An installation on a database of its own, without tables; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="vaandel-bench-") as name:
        folder = Path(name) / "data"
        if database == SQLITE:
            with installation(folder, **more) as made:
                yield made
        else:
            if binaries() is None:
                sys.exit("This measurement needs PostgreSQL: apt install postgresql")
            with own_postgres(DURABLE) as url, installation(folder, url, **more) as made:
                yield made


def progress(made: Installation) -> tuple[int, ...]:
    """Changes whenever the ingest has committed. Asked straight, as it is asked often."""
    query = 'SELECT count(*), coalesce(sum("offset"), 0) FROM links_spoolfile'
    if made.database_url:
        with psycopg.connect(made.database_url) as server:
            row = server.execute(query).fetchone()
    else:
        file = sqlite3.connect(f"file:{made.folder / 'clicks.sqlite3'}?mode=ro", uri=True)
        try:
            row = file.execute(query).fetchone()
        finally:
            file.close()
    return tuple(row or ())
