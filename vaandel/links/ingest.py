"""From the spool to the database: each click exactly once.

Rows, roll-ups and how far the file has been read are committed in one transaction. Killed at any
moment, the next run starts where the last commit ended. The row of the file's offset is
locked meanwhile, so that two runs at once take turns.
"""

from __future__ import annotations

import contextlib
import logging
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from vaandel.links import spool
from vaandel.links.models import Click, Link, SpoolFile
from vaandel.links.spool import Damaged, Record
from vaandel.organizations.tenancy import every_tenant

logger = logging.getLogger("vaandel.links")

CHUNK_BYTES = 512 * 1024
BATCH_ROWS = 1000
DRAFT_SECONDS = 3600
OFFSETS_KEPT = timedelta(days=1)

_ADD = """
INSERT INTO links_linkday (organization_id, link_id, day, kind, count)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (link_id, day, kind) DO UPDATE SET count = links_linkday.count + excluded.count
"""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Whole lines from a file, and the place after them."""

    lines: list[bytes]
    end: int


def ingest_clicks() -> int:
    """Store everything that waits in the spool. Returns how many clicks were stored."""
    folder = Path(settings.SPOOL_DIR)
    stored = 0
    with every_tenant():
        offsets = dict(SpoolFile.objects.values_list("name", "offset"))
        for file in spool.files(folder):
            stored += _ingest_file(file, offsets.get(file.name, 0))
    _clear_drafts(folder)
    return stored


def _ingest_file(file: Path, read_before: int) -> int:
    """Read a file to its end; remove it when nobody will add to it any more.

    ``read_before`` spares a file without news a transaction; it decides nothing else.
    """
    stored = 0
    try:
        # Asked first: what was written before the writer went is then read for certain.
        finished = spool.writer_is_gone(file)
        news = file.stat().st_size > read_before
    except FileNotFoundError:
        # Another run has just finished it.
        return 0
    while news and (count := _ingest_chunk(file)) is not None:
        stored += count
    if finished:
        _remove(file)
    return stored


@transaction.atomic
def _ingest_chunk(file: Path) -> int | None:
    """Store the next lines of a file; None when there are no more."""
    progress = _locked_progress(file.name)
    chunk = _next_chunk(file, progress.offset)
    if not chunk.lines:
        if not file.exists():
            # Another run finished and removed it just before our row was made.
            SpoolFile.objects.filter(pk=file.name).delete()
        return None
    records = _records(chunk.lines, file)
    stored = _store(records)
    SpoolFile.objects.filter(pk=file.name).update(offset=chunk.end, updated_at=timezone.now())
    return stored


def _locked_progress(name: str) -> SpoolFile:
    SpoolFile.objects.bulk_create([SpoolFile(name=name)], ignore_conflicts=True)
    return SpoolFile.objects.select_for_update().get(pk=name)


def _next_chunk(file: Path, start: int) -> _Chunk:
    try:
        with file.open("rb") as stream:
            stream.seek(start)
            data = stream.read(CHUNK_BYTES)
    except FileNotFoundError:
        # Another run has just finished it.
        return _Chunk([], start)
    whole, newline, _ = data.rpartition(b"\n")
    return _Chunk(whole.split(b"\n"), start + len(whole) + 1) if newline else _Chunk([], start)


def _records(lines: list[bytes], file: Path) -> list[Record]:
    records: dict[uuid.UUID, Record] = {}
    damaged = 0
    for line in lines:
        try:
            record = spool.from_line(line)
        except Damaged:
            damaged += 1
        else:
            records[record.id] = record
    if damaged:
        logger.error("%d damaged lines in %s were skipped.", damaged, file.name)
    return list(records.values())


def _store(records: list[Record]) -> int:
    """Add what is not there yet, of links that still exist."""
    owners = _owners({record.link_id for record in records})
    known = set(
        Click.objects.filter(pk__in=[record.id for record in records]).values_list("pk", flat=True)
    )
    new = [r for r in records if r.link_id in owners and r.id not in known]
    if len(new) < len(records):
        logger.info("Clicks of removed links, or stored before, were left out.")
    Click.objects.bulk_create([_row(r, owners[r.link_id]) for r in new], batch_size=BATCH_ROWS)
    _add_up(new, owners)
    return len(new)


def _owners(link_ids: set[int]) -> dict[int, int]:
    """The organisation of each link that still exists; read here, so a record need not say it."""
    rows = Link.objects.filter(pk__in=link_ids)
    return dict(rows.values_list("pk", "organization_id"))


def _row(record: Record, organization_id: int) -> Click:
    return Click(
        id=record.id,
        organization_id=organization_id,
        link_id=record.link_id,
        at=_moment(record),
        kind=record.kind,
        referrer_host=record.referrer_host,
        family=record.family,
    )


def _moment(record: Record) -> datetime:
    return datetime.fromtimestamp(record.at / 1000, UTC)


def _add_up(records: list[Record], owners: dict[int, int]) -> None:
    counts: Counter[tuple[int, date, str]] = Counter(
        (record.link_id, _moment(record).date(), record.kind) for record in records
    )
    # In one order for everybody, so that two runs cannot wait for each other.
    rows = [
        (owners[link_id], link_id, connection.ops.adapt_datefield_value(day), kind, count)
        for (link_id, day, kind), count in sorted(counts.items())
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, rows)


def _remove(file: Path) -> None:
    """Delete a finished file, then its offset: the other way round it would be read again."""
    offset = SpoolFile.objects.filter(pk=file.name).values_list("offset", flat=True).first() or 0
    try:
        size = file.stat().st_size
        file.unlink()
    except FileNotFoundError:
        return
    if size > offset:
        logger.warning(
            "%s ended in the middle of a line; %d bytes were left.", file.name, size - offset
        )
    SpoolFile.objects.filter(pk=file.name).delete()
    # Of files whose reader was killed right here.
    left = SpoolFile.objects.filter(updated_at__lt=timezone.now() - OFFSETS_KEPT)
    left.exclude(name__in=[other.name for other in spool.files(file.parent)]).delete()


def _clear_drafts(folder: Path) -> None:
    """Remove what a process left that was killed before its file had its name; it is empty."""
    for draft in folder.glob(f"*{spool.NEW_SUFFIX}"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - draft.stat().st_mtime > DRAFT_SECONDS:
                draft.unlink()
