"""Clicks on their way to the database: one line each in a file of the process that answered.

Nothing of a line is lost when the process is killed, since it has left in one ``write``.
A process writes to a file of its own, locked for as long as it lives, so that a torn line can
only be the last of its file and a reader can see whether the writer is gone. No line
holds an address of a machine, a full user agent or a page somebody came from.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import secrets
import threading
import time
import uuid
import zlib
from dataclasses import dataclass
from pathlib import Path

import orjson

from vaandel.links.kinds import Kind

logger = logging.getLogger("vaandel.links")

SUFFIX = ".clicks"
# Not yet locked, so not yet for readers.
NEW_SUFFIX = ".new"
LOSS_FILE = "clicks-lost"
MAX_FILE_BYTES = 16 * 1024 * 1024
SECONDS_BETWEEN_CHECKS = 1.0
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_KINDS = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class Record:
    """A request on a short link, as it lies in the spool. `at` is in milliseconds since 1970."""

    id: uuid.UUID
    link_id: int
    at: int
    kind: str
    referrer_host: str
    family: str


class Damaged(ValueError):
    """A line that is not what was written."""


def to_line(record: Record) -> bytes:
    payload = orjson.dumps(
        [
            record.id.hex,
            record.link_id,
            record.at,
            record.kind,
            record.referrer_host,
            record.family,
        ]
    )
    return b"%08x %b\n" % (zlib.crc32(payload), payload)


def from_line(line: bytes) -> Record:
    """The record of a line without its end; raises ``Damaged``."""
    checksum, _, payload = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(payload):
        raise Damaged("The checksum is not that of the line.")
    try:
        identity, link_id, at, kind, referrer_host, family = orjson.loads(payload)
        if kind not in _KINDS or not isinstance(link_id, int) or not isinstance(at, int):
            raise Damaged("A field holds something else.")
        return Record(uuid.UUID(hex=identity), link_id, at, kind, referrer_host, family)
    except (ValueError, TypeError, AttributeError) as error:
        raise Damaged("The fields are not those of a click.") from error


class Writer:
    """Appends records to this process' file. Never raises: an answer is worth more than a click."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._file = -1
        self._process = 0
        self._size = 0
        self._checked = 0.0
        self.lost = 0

    def append(self, record: Record) -> bool:
        """Whether the record is safe; if not, it has been counted as lost."""
        line = to_line(record)
        with self._lock:
            try:
                self._make_ready()
                written = os.write(self._file, line)
            except OSError as error:
                # Nothing of the line was written. On a full disk the file can go on once
                # there is room; after anything else it is not to be trusted.
                if error.errno not in NO_ROOM:
                    self._close()
                return self._lose(error)
            self._size += written
            if written == len(line):
                return True
            # The rest did not fit: what follows a torn line needs another file.
            self._close()
            return self._lose(OSError("only a part of the line was written"))

    def close(self) -> None:
        with self._lock:
            self._close()

    def _make_ready(self) -> None:
        now = time.monotonic()
        if self._file >= 0 and self._process != os.getpid():
            # Inherited through a fork: the file is the parent's.
            self._close()
        elif self._file >= 0 and now - self._checked > SECONDS_BETWEEN_CHECKS:
            self._checked = now
            if self._size > MAX_FILE_BYTES or os.fstat(self._file).st_nlink == 0:
                self._close()
        if self._file < 0:
            self._open()
            self._checked = now

    def _open(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns():020d}-{os.getpid()}-{secrets.token_hex(4)}"
        draft = self._folder / f"{name}{NEW_SUFFIX}"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
        self._file = os.open(draft, flags, 0o600)
        self._process, self._size = os.getpid(), 0
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        draft.rename(self._folder / f"{name}{SUFFIX}")

    def _close(self) -> None:
        if self._file >= 0:
            with contextlib.suppress(OSError):
                os.close(self._file)
        self._file = -1

    def _lose(self, error: OSError) -> bool:
        self.lost += 1
        if self.lost == 1 or self.lost % 1000 == 0:
            logger.error(
                "%d clicks could not be written down: %s", self.lost, error.strerror or error
            )
        with contextlib.suppress(OSError):
            self._folder.joinpath(LOSS_FILE).touch()
        return False


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


def lost_lately(folder: Path, *, within: float) -> bool:
    """Whether a process on this machine lost clicks in the last ``within`` seconds."""
    try:
        return time.time() - folder.joinpath(LOSS_FILE).stat().st_mtime < within
    except OSError:
        return False
