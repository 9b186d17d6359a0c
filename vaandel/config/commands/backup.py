"""`vaandel backup FILE`: everything that makes this installation, in one file.

The installation may run meanwhile: see `dumps` for what is copied when.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from vaandel import __version__
from vaandel.config import archive, dumps, keys
from vaandel.config.environment import ENVIRONMENT


def run(arguments: argparse.Namespace) -> int:
    target = arguments.file.absolute()
    if target.exists():
        raise CommandError(f"{target} exists already. Choose another name.")
    try:
        count = backup(target)
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror}.") from error
    print(f"{target}: {count} files, {target.stat().st_size / 1e6:.1f} MB.")
    print("It holds personal data and the secret key: keep it where only you can read it.")
    return 0


def backup(target: Path) -> int:
    """How many files it holds."""
    manifest = archive.Manifest(
        version=__version__,
        made_at=timezone.now().isoformat(timespec="seconds"),
        engine=connection.vendor,
    )
    dumps.check()
    data = Path(settings.DATA_DIR)
    with (
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".vaandel-backup-") as folder,
        archive.writing(target, manifest) as writer,
    ):
        spool, copy = Path(folder) / "spool", Path(folder) / "database"
        with dumps.moment(spool) as seen:
            writer.add_folder("spool", spool)
            if seen.clicks:
                dumps.copy_sqlite(seen.clicks, copy)
                writer.add(dumps.CLICKS_FILE, copy)
                copy.unlink()
            dumps.dump(copy, seen)
        writer.add(dumps.database_file(), copy)
        copy.unlink()
        writer.add_folder("media", Path(settings.MEDIA_ROOT))
        if not ENVIRONMENT.secret_key:
            writer.add(keys.FILE_NAME, data / keys.FILE_NAME)
    return len(manifest.files)
