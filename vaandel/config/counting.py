"""What `vaandel doctor` asks about clicks: lost ones, waiting ones, and where they are kept."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from vaandel.config.health import Finding
from vaandel.links import partitions, spool
from vaandel.links.models import SpoolFile
from vaandel.links.raw import start_ms, today
from vaandel.links.storage import clicks_connection

LOSS_MATTERS = timedelta(days=7)
# The ingest looks twice a second.
LONG_WAITING = 60.0
SECOND_LOOK = 2.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Clicks in the spool that were not read: how much, and for how long (in seconds)."""

    bytes: int
    seconds: float


def lost() -> Finding:
    """Answered, and never written down: only a full or broken disk can do that."""
    folder = Path(settings.SPOOL_DIR)
    loss = spool.loss(folder)
    if loss is None:
        return Finding("lost clicks", True, "none on this machine")
    last = datetime.fromtimestamp(loss.last_at, UTC)
    told = f"{loss.clicks} on this machine, the last at {last:%Y-%m-%d %H:%M} UTC"
    if datetime.now(UTC) - last > LOSS_MATTERS:
        return Finding("lost clicks", True, told)
    return Finding(
        "lost clicks",
        False,
        told,
        f"See that the disk of {folder} has room. Those clicks are gone; every later one counts.",
    )


def stored() -> list[Finding]:
    """What only a database that answers can tell."""
    try:
        return [waiting(), months() if connection.vendor == "postgresql" else clicks_file()]
    except DatabaseError as error:
        told = str(error).strip().splitlines()[0]
        return [Finding("clicks", False, told, "See the database's log, or restore a backup.")]


def waiting() -> Finding:
    found = _waiting()
    if found.seconds > LONG_WAITING:
        # A file that nobody wrote to for days looks like this for the moment after a click.
        time.sleep(SECOND_LOOK)
        found = _waiting()
    told = f"{found.bytes} bytes"
    if found.seconds > LONG_WAITING:
        return Finding(
            "waiting clicks",
            False,
            f"{told}, for {timedelta(seconds=round(found.seconds))}",
            "Start `vaandel worker` (on a node with `vaandel links`: that) on this machine, and "
            "see its log.",
        )
    return Finding("waiting clicks", True, told)


def _waiting() -> Waiting:
    read = {
        name: (offset, at)
        for name, offset, at in SpoolFile.objects.values_list("name", "offset", "updated_at")
    }
    unread, seconds, now = 0, 0.0, time.time()
    for file in spool.files(Path(settings.SPOOL_DIR)):
        status = file.stat()
        offset, at = read.get(file.name, (0, None))
        if status.st_size > offset:
            unread += status.st_size - offset
            seconds = max(seconds, now - (at.timestamp() if at else status.st_mtime))
    return Waiting(unread, seconds)


def clicks_file() -> Finding:
    """SQLite: the file with the clicks, apart from the one with everything else."""
    database = clicks_connection()
    file = Path(str(database.settings_dict["NAME"]))
    with database.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        damage = cursor.fetchone()[0]
    if damage != "ok":
        return Finding("clicks file", False, f"{file} is damaged: {damage}", "Restore a backup.")
    size = file.stat().st_size / 1e6 if file.exists() else 0.0
    return Finding("clicks file", True, f"{size:.1f} MB, undamaged")


def months() -> Finding:
    """PostgreSQL: whether months that are over were dropped."""
    with connection.cursor() as cursor:
        found = sorted(partitions.existing(cursor))
        cursor.execute(
            "SELECT COALESCE(sum(pg_total_relation_size(inhrelid)), 0)::bigint "
            "FROM pg_inherits WHERE inhparent = 'links_click'::regclass"
        )
        size = cursor.fetchone()[0] / 1e6
    if not found:
        return Finding("clicks table", True, "no clicks yet")
    told = f"{len(found)} months from {found[0].year}-{found[0].month:02d}, {size:.1f} MB"
    # A day longer, for the clock to come by.
    oldest = today() - timedelta(days=settings.CLICK_DAYS + 1)
    if found[0] < partitions.month_of(start_ms(oldest)):
        return Finding(
            "clicks table",
            False,
            f"{told}, which is longer than VAANDEL_CLICK_DAYS ({settings.CLICK_DAYS})",
            "See whether `vaandel clock` runs, and whether a long query on clicks does.",
        )
    return Finding("clicks table", True, told)


def key_server() -> list[Finding]:
    """Valkey or Redis, when several machines shall know the same visitors."""
    if not settings.VALKEY_URL:
        return []
    try:
        # Its client is installed where it is wanted only.
        valkey = import_module("vaandel.links.valkey")
    except ImportError:
        return [
            Finding("valkey", False, "its client is missing", "Run: pip install vaandel[valkey]")
        ]
    if error := valkey.error():
        return [
            Finding(
                "valkey",
                False,
                error,
                "Start it, or correct VAANDEL_VALKEY_URL. Until then each machine counts "
                "visitors on its own.",
            )
        ]
    if valkey.saves():
        return [
            Finding(
                "valkey",
                False,
                "it saves to a disk, so that the key of a day could outlive the day",
                'Run it with --save "" --appendonly no.',
            )
        ]
    return [Finding("valkey", True, "answers, and keeps nothing on a disk")]
