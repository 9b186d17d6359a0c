"""Clicks on their way to the database: one line each in a file of the process that answered.

Nothing of a line is lost when the process is killed, since it has left in one ``write``.
A process writes to a file of its own, locked for as long as it lives, so that a reader can see
whether the writer is gone. Threads write side by side: the system appends each line whole.
Only a full disk can cut one, and the reader finds the line that follows it. No line holds an
address of a machine, a full user agent or a page somebody came from.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import itertools
import logging
import os
import re
import secrets
import threading
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import orjson

from vaandel.lib.writing import write_at_once
from vaandel.links.kinds import Kind

logger = logging.getLogger("vaandel.links")

SUFFIX = ".clicks"
# Not yet locked, so not yet for readers.
NEW_SUFFIX = ".new"
LOSS_FILE = "clicks-lost"
LOSS_DIGITS = 20
MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_FILE_SECONDS = 3600.0
SECONDS_BETWEEN_CHECKS = 1.0
# A thread may still be about to write to a file that another one has just replaced.
SECONDS_BEFORE_CLOSING = 10.0
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
CORRECTION: Final = "!"
_KINDS = frozenset(kind.value for kind in Kind)
# Goes up in every child that is forked: it must not write to its parent's file.
_forks = itertools.count(1)
_generation = 0


def _after_fork() -> None:
    global _generation  # noqa: PLW0603 - of the process, as the fork is
    _generation = next(_forks)


os.register_at_fork(after_in_child=_after_fork)
_START = re.compile(rb"[0-9a-f]{8} \[")


class Record(NamedTuple):
    """A request on a short link, as it lies in the spool.

    ``number`` counts from 0 in each file; ``at_ms`` is in milliseconds since 1970. ``visitor``
    is set in the mode that counts different visitors per day, ``reference`` when the target
    was given one.
    """

    number: int
    link_id: int
    at_ms: int
    kind: str
    referrer_host: str
    country: str
    family: str
    visitor: int | None
    reference: str


class Correction(NamedTuple):
    """Earlier records of the same file that turned out to be of another kind."""

    kind: str
    numbers: list[int]


class Damaged(ValueError):
    """A line that is not what was written."""


def to_line(fields: Record | tuple[object, ...]) -> bytes:
    # A list, since the fast encoder does not take a named tuple.
    payload = orjson.dumps(list(fields))
    return b"%08x %b\n" % (zlib.crc32(payload), payload)


def from_line(line: bytes) -> Record | Correction:
    """What a line holds, given without its end; raises ``Damaged``."""
    checksum, _, payload = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(payload):
        raise Damaged("The checksum is not that of the line.")
    try:
        fields = orjson.loads(payload)
        found = Correction(*fields[1:]) if fields[0] == CORRECTION else Record(*fields)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise Damaged("The fields are not those of a click.") from error
    if found.kind not in _KINDS:
        raise Damaged("The kind is unknown.")
    return found


def rescued(line: bytes) -> bytes | None:
    """The whole line at the end of a damaged one, after which it was written."""
    for start in _START.finditer(line, 1):
        rest = line[start.start() :]
        if rest[:8] == b"%08x" % zlib.crc32(rest[9:]):
            return rest
    return None


class _Syncing:
    """One ``fdatasync`` of a file for all threads that wait for one."""

    __slots__ = ("_failed", "_finished", "_lock", "_started")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started = 0
        self._finished = 0
        self._failed: OSError | None = None

    def wait(self, descriptor: int) -> None:
        """Until the disk has what this thread wrote. A system says once that it failed, so from
        then on nothing of this file is believed."""
        # One that starts from now on has what this thread has written.
        wanted = self._started + 1
        with self._lock:
            if self._failed:
                raise self._failed
            if self._finished >= wanted:
                return
            self._started += 1
            try:
                os.fdatasync(descriptor)
            except OSError as error:
                self._failed = error
                raise
            self._finished = self._started


class _File:
    """An open spool file."""

    __slots__ = (
        "check_at",
        "descriptor",
        "generation",
        "name",
        "next_number",
        "opened_at",
        "syncing",
    )

    def __init__(self, descriptor: int, name: str, now: float) -> None:
        self.descriptor = descriptor
        self.name = name
        # One step for the interpreter, so that no number is given twice.
        self.next_number = itertools.count().__next__
        self.generation = _generation
        self.syncing = _Syncing()
        self.opened_at = now
        self.check_at = self.opened_at + SECONDS_BETWEEN_CHECKS


# Where a record is, for a correction of it: the file and the number in it.
Written = tuple[str, int]


class Writer:
    """Appends records to this process' file. Never raises: an answer is worth more than a click.

    ``sync``: wait until the disk has it, so that not even a power cut loses an answered click.
    """

    def __init__(self, folder: Path, *, sync: bool = False) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._file: _File | None = None
        self._replaced: list[tuple[float, int]] = []
        self._sync = sync
        self.lost = 0

    def append(
        self,
        link_id: int,
        now: float,
        kind: str,
        *,
        referrer_host: str = "",
        country: str = "",
        family: str = "",
        visitor: int | None = None,
        reference: str = "",
    ) -> Written | None:
        """Where the record is now safe; None when it has been counted as lost.

        ``now``: seconds since 1970.
        """
        try:
            file = self._file
            if file is None or now > file.check_at or file.generation != _generation:
                file = self._ready(now)
            number = file.next_number()
            payload = orjson.dumps(
                (
                    number,
                    link_id,
                    int(now * 1000),
                    kind,
                    referrer_host,
                    country,
                    family,
                    visitor,
                    reference,
                )
            )
            self._write(file, b"%08x %b\n" % (zlib.crc32(payload), payload))
        except OSError as error:
            self._lose(error)
            return None
        return file.name, number

    def correct(self, kind: str, records: Iterable[Written]) -> None:
        """Say that earlier records were of another kind; those of a former file stay."""
        file = self._file
        numbers = [number for name, number in records if file and name == file.name]
        if file and numbers:
            with contextlib.suppress(OSError):
                self._write(file, to_line((CORRECTION, kind, numbers)))

    def close(self) -> None:
        with self._lock:
            self._replace(time.time())
            self._close_replaced(float("inf"))

    def _write(self, file: _File, line: bytes) -> None:
        try:
            written = write_at_once(file.descriptor, line)
        except OSError as error:
            # Nothing of the line was written. On a full disk the file can go on once
            # there is room; after anything else it is not to be trusted.
            if error.errno not in NO_ROOM:
                self._abandon(file)
            raise
        if written != len(line):
            # The rest did not fit: what follows a torn line needs another file.
            self._abandon(file)
            raise OSError(errno.ENOSPC, "only a part of the line was written")
        if self._sync:
            try:
                file.syncing.wait(file.descriptor)
            except OSError:
                # What the disk has of it nobody knows: whoever waited begins another file.
                self._abandon(file)
                raise

    def _ready(self, now: float) -> _File:
        """The file to write to, after a look whether another one is due."""
        with self._lock:
            file = self._file
            if file and file.generation != _generation:
                # Inherited through a fork: the file is the parent's.
                os.close(file.descriptor)
                self._file = file = None
                self._replaced.clear()
            if file and now > file.check_at and self._is_done(file, now):
                self._replace(now)
                file = None
            if file is None:
                self._file = file = self._open(now)
            file.check_at = now + SECONDS_BETWEEN_CHECKS
            self._close_replaced(now)
            return file

    @staticmethod
    def _is_done(file: _File, now: float) -> bool:
        status = os.fstat(file.descriptor)
        full = status.st_size > MAX_FILE_BYTES or status.st_nlink == 0
        return full or (status.st_size > 0 and now - file.opened_at > MAX_FILE_SECONDS)

    def _open(self, now: float) -> _File:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns():020d}-{os.getpid()}-{secrets.token_hex(4)}"
        draft = self._folder / f"{name}{NEW_SUFFIX}"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
        descriptor = os.open(draft, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            draft.rename(self._folder / f"{name}{SUFFIX}")
            if self._sync:
                _sync_folder(self._folder)
        except OSError:
            os.close(descriptor)
            raise
        return _File(descriptor, f"{name}{SUFFIX}", now)

    def _abandon(self, file: _File) -> None:
        with self._lock:
            if self._file is file:
                self._replace(time.time())

    def _replace(self, now: float) -> None:
        """Let nobody begin to write to the present file."""
        if self._file:
            self._replaced.append((now, self._file.descriptor))
        self._file = None

    def _close_replaced(self, now: float) -> None:
        for replaced in list(self._replaced):
            if now - replaced[0] > SECONDS_BEFORE_CLOSING:
                self._replaced.remove(replaced)
                with contextlib.suppress(OSError):
                    os.close(replaced[1])

    def _lose(self, error: OSError) -> None:
        with self._lock:
            self.lost += 1
            if self.lost == 1 or self.lost % 1000 == 0:
                logger.error(
                    "%d clicks could not be written down: %s", self.lost, error.strerror or error
                )
            with contextlib.suppress(OSError):
                _note_loss(self._folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class Loss:
    """How many clicks this machine answered and could not write down; when last (epoch seconds)."""

    clicks: int
    last_at: float


def prepare(folder: Path) -> None:
    """Make room for the number of lost clicks: a full disk has none left when it is needed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError), folder.joinpath(LOSS_FILE).open("x") as file:
        file.write("0".zfill(LOSS_DIGITS))


def _note_loss(folder: Path) -> None:
    """Add one to the number, which has its place on the disk already."""
    prepare(folder)
    with folder.joinpath(LOSS_FILE).open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        number = file.read(LOSS_DIGITS)
        lost = int(number) + 1 if number.isdigit() else 1
        os.pwrite(file.fileno(), str(lost).zfill(LOSS_DIGITS).encode(), 0)


def loss(folder: Path) -> Loss | None:
    """What was lost on this machine so far; None when nothing was."""
    file = folder / LOSS_FILE
    try:
        number, changed_at = file.read_text(encoding="ascii"), file.stat().st_mtime
    except OSError:
        return None
    clicks = int(number) if number.isdigit() else 0
    return Loss(clicks, changed_at) if clicks else None


def writer_is_gone(file: Path) -> bool:
    """Whether nobody will write to this file any more."""
    with file.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def files(folder: Path) -> list[Path]:
    """All files with clicks, the oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))
