"""`vaandel migrate`: tables, and static files under their hashed names."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = ".stamp"


def run(arguments: argparse.Namespace) -> int:
    migrate_all(verbosity=1)
    collect_static_files()
    print("The database and the static files are up to date.")
    return 0


def migrate_all(*, verbosity: int) -> None:
    """The clicks first, where they have a file: the main one takes over from it."""
    for alias in sorted(settings.DATABASES):
        call_command("migrate", database=alias, verbosity=verbosity, interactive=False)


def collect_static_files() -> bool:
    """Copy what changed since the last time; whether there was anything to do."""
    if settings.DEBUG:
        return False
    root = Path(settings.STATIC_ROOT)
    wanted = fingerprint()
    stamp = root / STAMP
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return False
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted, encoding="ascii")
    return True


def fingerprint() -> str:
    """Of the names, sizes and times of all files that would be collected."""
    total = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            total.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return total.hexdigest()
