"""`vaandel restore FILE`: put a backup back.

Everything is unpacked and checked beside the data first. Only then does it take the
place of what was there, which is kept until the last file has its name.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, connections

from vaandel.config import archive, dumps, keys
from vaandel.lib.processes import FolderInUse, hold_folder


def run(arguments: argparse.Namespace) -> int:
    file = arguments.file.absolute()
    if not file.is_file():
        raise CommandError(f"{file} is not there.")
    if not arguments.force and not nothing_to_lose():
        raise CommandError(
            f"There is something in {settings.DATA_DIR} already. `--force` replaces it."
        )
    try:
        with hold_folder(Path(settings.DATA_DIR), alone=True):
            manifest = restore(file)
    except FolderInUse as error:
        raise CommandError("Vaandel is running here. Stop it first.") from error
    except archive.BadArchive as error:
        raise CommandError(str(error)) from error
    print(
        f"Restored {len(manifest.files)} files of {manifest.made_at} (Vaandel {manifest.version})."
    )
    print("`vaandel up` brings the database to this version; elsewhere run `vaandel migrate`.")
    return 0


def nothing_to_lose() -> bool:
    media = Path(settings.MEDIA_ROOT)
    return dumps.is_empty() and not (media.exists() and any(media.iterdir()))


def restore(file: Path) -> archive.Manifest:
    data = Path(settings.DATA_DIR)
    with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as folder:
        unpacked = Path(folder) / "new"
        unpacked.mkdir()
        manifest = archive.unpack(file, unpacked)
        if manifest.engine != connection.vendor:
            raise archive.BadArchive(
                f"This backup is of {manifest.engine}, and VAANDEL_DATABASE_URL says "
                f"{connection.vendor}."
            )
        database = unpacked / dumps.database_file()
        if connection.vendor == "sqlite":
            for copy in database.parent.glob("*.sqlite3"):
                dumps.check_copy(copy)
        else:
            dumps.load(database)
        put_in_place(unpacked, data, old=Path(folder) / "old")
    return manifest


def put_in_place(unpacked: Path, data: Path, *, old: Path) -> None:
    """Rename, file by file and folder by folder; what was there goes to `old`."""
    connections.close_all()
    old.mkdir()
    places = {
        unpacked / "media": Path(settings.MEDIA_ROOT),
        unpacked / "spool": Path(settings.SPOOL_DIR),
    }
    if (unpacked / keys.FILE_NAME).exists():
        places[unpacked / keys.FILE_NAME] = data / keys.FILE_NAME
    if connection.vendor == "sqlite":
        # An archive of before clicks had a file of their own takes the present one away;
        # the migrations make it from what is in the other.
        for name, file in (
            (dumps.CLICKS_FILE, dumps.clicks_file()),
            (dumps.database_file(), dumps.sqlite_file()),
        ):
            # A log of the old database would be played into the new one.
            for log in (f"{file.name}-wal", f"{file.name}-shm"):
                (file.parent / log).unlink(missing_ok=True)
            places[unpacked / name] = file
    for source, target in places.items():
        if target.exists():
            shutil.move(target, old / target.name)
        if source.exists():
            shutil.move(source, target)
