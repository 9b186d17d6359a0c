"""From the spool to the database: each click exactly once.

Rows, roll-ups and how far the file has been read are committed in one transaction. Killed at any
moment, the next run starts where the last commit ended. The row of the spool file is locked
meanwhile, so that two runs at once take turns.
"""

from __future__ import annotations

import contextlib
import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.utils import timezone

from vaandel.links import spool
from vaandel.links.batch import Batch
from vaandel.links.models import DayVisitor, SpoolFile
from vaandel.links.spool import Correction, Damaged
from vaandel.links.storage import clicks_alias, clicks_connection
from vaandel.links.store import drop_known, store
from vaandel.organizations.tenancy import every_tenant

logger = logging.getLogger("vaandel.links")

# About 20,000 clicks: enough to write in bulk, and a transaction of some tenths of a second.
CHUNK_BYTES: Final = 2 * 1024 * 1024
FILES_AT_ONCE: Final = 2
DRAFT_SECONDS: Final = 3600
KEPT_AFTER_END: Final = timedelta(days=1)
# Visitors of a day are known until late clicks of that day have been read.
VISITOR_DAYS: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What whole lines of a file hold, and the place after them; ``more``: they were not all."""

    batch: Batch
    end: int
    more: bool


class _Chunks:
    """A file's chunks. PostgreSQL stores one while the next is read here, on another core; SQLite
    works in this process, where two threads would only stand in each other's way."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ahead = clicks_connection().vendor == "postgresql"
        self._thread: ThreadPoolExecutor | None = None
        self._next: tuple[int, Future[_Chunk | None]] | None = None

    def at(self, start: int) -> _Chunk | None:
        """The lines from this place on; None when there are none."""
        waiting, self._next = self._next, None
        known = waiting is not None and waiting[0] == start
        chunk = waiting[1].result() if waiting and known else _read(self._file, start)
        if chunk and chunk.more and self._ahead:
            self._thread = self._thread or ThreadPoolExecutor(1, "read-ahead")
            self._next = chunk.end, self._thread.submit(_read, self._file, chunk.end)
        return chunk

    def close(self) -> None:
        if self._thread:
            self._thread.shutdown(cancel_futures=True)


def ingest_clicks() -> int:
    """Store everything that waits in the spool. Returns how many clicks were stored."""
    folder = Path(settings.SPOOL_DIR)
    with every_tenant():
        offsets = dict(SpoolFile.objects.values_list("name", "offset"))
        waiting = [(file, offsets.get(file.name, 0)) for file in spool.files(folder)]
        done = _several_at_once(waiting) if _is_behind(waiting) else map(_attempt, waiting)
        stored, failed = 0, None
        for count, error in done:
            stored += count
            failed = failed or error
    _clear_drafts(folder)
    if failed and not stored:
        # So that whoever calls tries again later and later.
        raise failed
    return stored


def _attempt(waiting: tuple[Path, int]) -> tuple[int, Exception | None]:
    """Whatever is wrong with one file must not keep the others waiting."""
    file, read_before = waiting
    try:
        return _ingest_file(file, read_before), None
    except (DatabaseError, OSError) as error:
        logger.exception("Clicks of %s could not be counted.", file.name)
        return 0, error


def _is_behind(waiting: list[tuple[Path, int]]) -> bool:
    """Whether a database that works beside us has much to do in more than one file."""
    if clicks_connection().vendor != "postgresql":
        return False
    much = 0
    for file, read_before in waiting:
        with contextlib.suppress(FileNotFoundError):
            much += file.stat().st_size - read_before > CHUNK_BYTES
    return much > 1


def _several_at_once(
    waiting: list[tuple[Path, int]],
) -> list[tuple[int, Exception | None]]:
    """One file is prepared here while the database stores another one."""

    def attempt(one: tuple[Path, int]) -> tuple[int, Exception | None]:
        try:
            with every_tenant():
                return _attempt(one)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(FILES_AT_ONCE, "count-clicks") as pool:
        return list(pool.map(attempt, waiting))


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
    with closing(_Chunks(file)) as chunks:
        while news and (count := _ingest_chunk(file, chunks)) is not None:
            stored += count
    if finished:
        _remove(file)
    return stored


def _ingest_chunk(file: Path, chunks: _Chunks) -> int | None:
    """Store the next lines of a file; None when there are no more."""
    with transaction.atomic(using=clicks_alias()):
        progress = _locked_progress(file.name)
        chunk = chunks.at(progress.offset)
        if chunk is None:
            if not file.exists():
                # Another run finished and removed it just before our row was made.
                progress.delete()
            return None
        stored = _store(chunk.batch, progress)
        SpoolFile.objects.filter(pk=progress.pk).update(offset=chunk.end, updated_at=timezone.now())
        return stored


def _store(batch: Batch, progress: SpoolFile) -> int:
    try:
        with transaction.atomic(using=clicks_alias()):
            return store(batch, file_number=progress.pk)
    except IntegrityError:
        known = drop_known(batch, file_number=progress.pk)
        logger.warning("%d clicks of %s were stored before.", known, progress.name)
        return store(batch, file_number=progress.pk)


def _locked_progress(name: str) -> SpoolFile:
    rows = SpoolFile.objects.using(clicks_alias())
    rows.bulk_create([SpoolFile(name=name)], ignore_conflicts=True)
    return rows.select_for_update().get(name=name)


def _read(file: Path, start: int) -> _Chunk | None:
    try:
        with file.open("rb") as stream:
            stream.seek(start)
            data = stream.read(CHUNK_BYTES)
    except FileNotFoundError:
        # Another run has just finished it.
        return None
    whole, newline, _ = data.rpartition(b"\n")
    if not newline:
        return None
    batch = _batch(whole.split(b"\n"), file)
    return _Chunk(batch, start + len(whole) + 1, len(data) == CHUNK_BYTES)


def _batch(lines: list[bytes], file: Path) -> Batch:
    batch = Batch()
    damaged = 0
    for line in lines:
        try:
            found = spool.from_line(line)
        except Damaged:
            damaged += 1
            rest = spool.rescued(line)
            if rest is None:
                continue
            found = spool.from_line(rest)
        if isinstance(found, Correction):
            batch.correct(found)
        else:
            batch.add(found)
    if damaged:
        logger.error("%d damaged lines in %s were skipped.", damaged, file.name)
    return batch


def _remove(file: Path) -> None:
    """Delete a finished file, then its row: the other way round it would be read again."""
    rows = SpoolFile.objects.using(clicks_alias())
    offset = rows.filter(name=file.name).values_list("offset", flat=True).first() or 0
    try:
        size = file.stat().st_size
        file.unlink()
    except FileNotFoundError:
        return
    if size > offset:
        logger.warning(
            "%s ended in the middle of a line; %d bytes were left.", file.name, size - offset
        )
    rows.filter(name=file.name).delete()
    # Of files whose reader was killed right here.
    left = rows.filter(updated_at__lt=timezone.now() - KEPT_AFTER_END)
    left.exclude(name__in=[other.name for other in spool.files(file.parent)]).delete()


def _clear_drafts(folder: Path) -> None:
    """Remove what a process left that was killed before its file had its name; it is empty."""
    for draft in folder.glob(f"*{spool.NEW_SUFFIX}"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - draft.stat().st_mtime > DRAFT_SECONDS:
                draft.unlink()


def forget_visitors() -> int:
    """Delete the visitors of days that are over: the key that made them is gone. For the clock."""
    today = timezone.now().date()
    return DayVisitor.objects.filter(day__lt=today - VISITOR_DAYS).delete()[0]
