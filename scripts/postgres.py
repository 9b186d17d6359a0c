"""A PostgreSQL of our own for the tests: in a temporary folder, gone afterwards.

It listens on a socket in that folder only, so that it is in nobody's way. PostgreSQL
refuses to run as root; root lends its folder to the user `postgres`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steps import StepFailed

USER = "vaandel"
# Fast and not durable: nobody misses this database after a crash.
OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c max_connections=100 -c shared_buffers=128MB"
)


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl, of the newest version there is."""
    found = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return max(found, key=lambda path: int(path.parent.parent.name)).parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def as_postgres(command: list[str]) -> None:
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    result = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    if result.returncode:
        raise StepFailed(f"{command[-1]}: {result.stdout}{result.stderr}")


@contextmanager
def own_postgres(options: str = OPTIONS) -> Iterator[str]:
    """Start one with these settings; yields its address for VAANDEL_DATABASE_URL."""
    folder = binaries()
    if folder is None:
        raise StepFailed("PostgreSQL is not installed.")
    home = Path(tempfile.mkdtemp(prefix="vaandel-pg-"))
    data = home / "data"
    control = [str(folder / "pg_ctl"), "-D", str(data), "-w", "-s"]
    try:
        if os.geteuid() == 0:
            shutil.chown(home, user="postgres")
        initdb = [str(folder / "initdb"), "-D", str(data), "-U", USER, "-A", "trust", "-N"]
        as_postgres([*initdb, "-E", "UTF8", "--locale=C.UTF-8"])
        log = str(home / "log")
        as_postgres([*control, "-l", log, "-o", f"-k {home} {options}", "start"])
        try:
            as_postgres([str(folder / "createdb"), "-h", str(home), "-U", USER, USER])
            yield f"postgresql://{USER}@/{USER}?host={home}"
        finally:
            as_postgres([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(home, ignore_errors=True)
