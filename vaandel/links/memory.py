"""What is known of visitors for a few seconds: in memory, never on a disk.

A visitor is a keyed hash of address, user agent and language. The key is random, made anew at
midnight UTC, and shared by the processes of a machine through a piece of memory that has no
name and is gone with the last of them. Three things are told from it: the same visitor on the
same link again within seconds, a visitor or a data centre that opens links by the handful as
mail scanners do, and, where an organisation counts so, visitors that are new on this day.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import ipaddress
import itertools
import mmap
import os
import secrets
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Final

from vaandel.links.spool import Written

SECONDS_OF_REPEATS: Final = 10.0
# More links than this within seconds are opened by a program that checks a mail.
SCANNED_LINKS: Final = 4
SECONDS_OF_SCANNING: Final = 5.0
# From one network of a data centre, any links, by any number of agents.
BURST_REQUESTS: Final = 5
SECONDS_OF_BURSTS: Final = 10.0
MOST_VISITORS: Final = 20_000

DAY_SECONDS: Final = 86_400
_KEY_BYTES: Final = 32
_HEADER: Final = struct.Struct(f"<Q{_KEY_BYTES}s")
_HEADER_BYTES: Final = 64
# A power of two; a place holds a tag of 40 bits and a time of 24 bits in tenths of a second.
_PLACES: Final = 1 << 16
_TIME_MASK: Final = (1 << 24) - 1
_WORD: Final = (1 << 64) - 1
SIZE: Final = _HEADER_BYTES + 8 * _PLACES

KeyOfDay = Callable[[int], bytes | None]


class Shared:
    """The memory that the processes of one machine have in common: the key and recent visits.

    Races are harmless: two visits in the same instant may both count.
    """

    def __init__(self, descriptor: int | None = None) -> None:
        """``descriptor``: of a memory file made by ``make``; without one, this process' own."""
        self._descriptor = descriptor
        self._map = mmap.mmap(-1 if descriptor is None else descriptor, SIZE)
        self._view = memoryview(self._map)
        self.places = self._view[_HEADER_BYTES:].cast("Q")

    def key(self, day: int, common: KeyOfDay | None) -> bytes:
        """The key of this day, made by whoever asks first. ``common``: of several machines."""
        known, key = _HEADER.unpack_from(self._map)
        if known == day:
            return bytes(key)
        with self._alone():
            known, key = _HEADER.unpack_from(self._map)
            if known != day:
                key = (common and common(day)) or secrets.token_bytes(_KEY_BYTES)
                _HEADER.pack_into(self._map, 0, day, key)
        return bytes(key)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        if self._descriptor is None:
            yield
            return
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)


def make() -> int | None:
    """Memory for the children of this process; None where the system has none without a name."""
    if not hasattr(os, "memfd_create"):
        return None
    descriptor = os.memfd_create("vaandel-visitors", os.MFD_CLOEXEC)
    os.ftruncate(descriptor, SIZE)
    return descriptor


def of_parent(parent: int, descriptor: int) -> Shared:
    """The memory that the parent process made. On its own when that cannot be had."""
    try:
        return Shared(os.open(f"/proc/{parent}/fd/{descriptor}", os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return Shared()


class _Burst:
    """What one visitor opened in the last seconds."""

    __slots__ = ("links", "since", "written")

    def __init__(self, since: float) -> None:
        self.since = since
        self.links: set[int] = set()
        self.written: list[Written] = []


class Bursts:
    """Who opens too much at once. Records of before the verdict are given back for correction."""

    def __init__(self, *, limit: int, seconds: float, most: int = MOST_VISITORS) -> None:
        self._limit = limit
        self._seconds = seconds
        self._most = most
        self._young: dict[object, _Burst] = {}
        self._old: dict[object, _Burst] = {}

    def goes_on(self, who: object, what: int, now: float) -> bool:
        """Whether this is one more of a burst; call ``note`` with the record when it is not."""
        burst = self._of(who, now)
        burst.links.add(what)
        if len(burst.links) < self._limit:
            return False
        # As long as it goes on it is one burst.
        burst.since = now
        return True

    def note(self, who: object, written: Written) -> None:
        burst = self._young.get(who)
        if burst is not None and len(burst.written) < self._limit:
            burst.written.append(written)

    def taken_back(self, who: object) -> list[Written]:
        """The records of this burst that were taken for a person's; each is given once."""
        burst = self._young.get(who)
        if burst is None or not burst.written:
            return []
        written, burst.written = burst.written, []
        return written

    def _of(self, who: object, now: float) -> _Burst:
        burst = self._young.get(who)
        if burst is None:
            burst = self._old.pop(who, None) or _Burst(now)
            if len(self._young) >= self._most:
                self._old, self._young = self._young, {}
            self._young[who] = burst
        if now - burst.since > self._seconds:
            burst.since = now
            burst.links.clear()
            burst.written.clear()
        return burst


def network_of(address: str) -> str:
    """The network of an address as providers hand them out: 256 of IPv4, a /64 of IPv6."""
    if ":" not in address:
        return address.rpartition(".")[0]
    try:
        return str(ipaddress.ip_network((address, 64), strict=False))
    except ValueError:
        return address


class Visitors:
    """Recognises visitors for as long as it takes to count them rightly."""

    def __init__(self, shared: Shared | None = None, common: KeyOfDay | None = None) -> None:
        self._shared = shared or Shared()
        self._common = common
        self._day = -1
        self._key = b""
        self._lock = threading.Lock()
        self.next_request = itertools.count().__next__
        self.scanning = Bursts(limit=SCANNED_LINKS, seconds=SECONDS_OF_SCANNING)
        self.data_centres = Bursts(limit=BURST_REQUESTS, seconds=SECONDS_OF_BURSTS)

    def hash_of(self, address: str, agent: str, language: str, now: float) -> int:
        """Who this is, for today."""
        if now // DAY_SECONDS != self._day:
            self._renew(int(now // DAY_SECONDS))
        plain = f"{address}\n{agent}\n{language}".encode("utf-8", "surrogateescape")
        return int.from_bytes(hashlib.blake2b(plain, digest_size=8, key=self._key).digest())

    def repeated(self, visitor: int, link_id: int, now: float) -> bool:
        """Whether this visitor was counted on this link within seconds; from now on it is."""
        # A multiplication that spreads both numbers over all bits; the key is in the visitor.
        mixed = ((visitor ^ (link_id * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93) & _WORD
        tenths = int(now * 10) & _TIME_MASK
        places = self._shared.places
        index = mixed & (_PLACES - 1)
        known = places[index]
        tag = mixed >> 24
        age = (tenths - known) & _TIME_MASK
        if known >> 24 == tag and age <= SECONDS_OF_REPEATS * 10:
            return True
        places[index] = tag << 24 | tenths
        return False

    def of_day(self, visitor: int, link_id: int) -> int:
        """A number of 63 bits for this visitor to this link today, good for nothing else."""
        plain = visitor.to_bytes(8) + link_id.to_bytes(8)
        digest = hashlib.blake2b(plain, digest_size=8, key=self._key).digest()
        return int.from_bytes(digest) >> 1

    def _renew(self, day: int) -> None:
        with self._lock:
            self._key = self._shared.key(day, self._common)
            self._day = day
