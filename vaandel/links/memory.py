"""What is known of visitors for a few seconds: in memory, never on a disk.

A visitor is the interpreter's own keyed hash of address, user agent and language; its key is
random and the same in all processes of a server, which are forks of one. Two things are told
from it: the same visitor on the same link again within seconds, and a visitor or a data centre
that opens links by the handful as mail scanners do.

Where an organisation counts different visitors per day, another hash goes to the spool. Its key
is random, made anew at midnight UTC, and lies in a piece of memory that has no name and is gone
with the last process of the server.
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
# So many links within seconds are opened by a program that checks a mail.
SCANNED_LINKS: Final = 4
SECONDS_OF_SCANNING: Final = 5.0
# From one network of a data centre, any links, by any number of agents.
BURST_REQUESTS: Final = 5
SECONDS_OF_BURSTS: Final = 10.0
MOST_VISITORS: Final = 20_000

DAY_SECONDS: Final = 86_400
_KEY_BYTES: Final = 32
# Clocks are set back by moments, and a request of before midnight may come late. The key of
# the new day then stays: another one would make every visitor of these moments a new one.
LATE_SECONDS: Final = 60
_DAY: Final = struct.Struct("<Q")
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
                # The day last: who reads it without the lock reads the whole key.
                self._map[_DAY.size : _HEADER.size] = key
                _DAY.pack_into(self._map, 0, day)
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


# The moment until which a burst goes on (0: there is none), and what was opened in the last
# seconds: when, what, and the record of it if it was taken for a person's. Plain values: the
# collector of cycles need not look at thousands of them.
_Opened = tuple[float, int, "Written | None"]
_Burst = tuple[float, tuple[_Opened, ...]]
_NOTHING: Final[_Burst] = (0.0, ())


class Bursts:
    """Who opens too much at once. Records of before the verdict are given back for correction."""

    def __init__(self, *, limit: int, seconds: float, most: int = MOST_VISITORS) -> None:
        self._limit = limit
        self._seconds = seconds
        self._half = most // 2
        self._young: dict[object, _Burst] = {}
        self._old: dict[object, _Burst] = {}

    def goes_on(self, who: object, what: int, now: float) -> bool:
        """Whether this is one more of a burst. Call ``note`` when it is not."""
        burst = self._young.get(who) or self._old.get(who)
        if burst is None:
            return False
        until, opened = burst
        if not self._lasts(until, now):
            others = {one[1] for one in self._lately(opened, now)} - {what}
            if len(others) + 1 < self._limit:
                return False
        # As long as it goes on it is one burst.
        self._keep(who, (now + self._seconds, opened))
        return True

    def note(self, who: object, what: int, now: float, written: Written | None) -> bool:
        """Keep what was opened until the verdict. Returns whether that has fallen meanwhile, on a
        request that was handled at the same time."""
        burst = self._young.get(who) or self._old.get(who)
        if burst is None:
            self._keep(who, (0.0, ((now, what, written),)))
            return False
        until, opened = burst
        lately = self._lately(opened, now)
        if written or all(one[1] != what for one in lately):
            # The same link again and again must not fill the memory.
            lately = (*lately[-2 * self._limit :], (now, what, written))
        if len({one[1] for one in lately}) >= self._limit:
            until = now + self._seconds
        self._keep(who, (until, lately))
        return self._lasts(until, now)

    def taken_back(self, who: object, now: float) -> list[Written]:
        """The records of this burst that were taken for a person's; each is given once."""
        until, opened = self._young.get(who, _NOTHING)
        written = [one[2] for one in self._lately(opened, now) if one[2]]
        if written:
            self._young[who] = (until, tuple((when, what, None) for when, what, _ in opened))
        return written

    def _lately(self, opened: tuple[_Opened, ...], now: float) -> tuple[_Opened, ...]:
        oldest = now - self._seconds
        # Not what lies in the future either: clocks are set back.
        return tuple(one for one in opened if oldest <= one[0] <= now)

    def _lasts(self, until: float, now: float) -> bool:
        return 0 <= until - now <= self._seconds

    def _keep(self, who: object, burst: _Burst) -> None:
        young = self._young
        if len(young) >= self._half and who not in young:
            self._old, self._young = young, {who: burst}
        else:
            young[who] = burst


class Variety:
    """Bounds how many different texts of strangers are kept on a day: each makes sums of its own,
    which stay, and anybody can make texts up."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._day = -1
        self._known: set[str] = set()

    def kept(self, text: str, now: float) -> str:
        """The text; empty when it is one too many for today."""
        if text in self._known:
            return text
        if now // DAY_SECONDS != self._day:
            self._day = int(now // DAY_SECONDS)
            self._known = set()
        if len(self._known) >= self._most:
            return ""
        self._known.add(text)
        return text


def network_of(address: str) -> str:
    """The network of an address as providers hand them out: 256 of IPv4, a /64 of IPv6."""
    if ":" not in address:
        return address.rpartition(".")[0]
    try:
        parsed = ipaddress.IPv6Address(address)
        if parsed.ipv4_mapped:
            return network_of(str(parsed.ipv4_mapped))
        return str(ipaddress.ip_network((int(parsed), 64), strict=False))
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

    @staticmethod
    def who(address: str, agent: str, language: str) -> int:
        """A visitor, for as long as this server runs."""
        return hash((address, agent, language))

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

    def of_day(self, visitor: tuple[str, str, str], link_id: int, now: float) -> int:
        """A number of 63 bits for this visitor (address, agent, language) to this link today.

        Good for nothing else: another link, day or server has another.
        """
        if now // DAY_SECONDS != self._day and not 0 < self._day * DAY_SECONDS - now < LATE_SECONDS:
            self._renew(int(now // DAY_SECONDS))
        plain = "\n".join((*visitor, str(link_id))).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(plain, digest_size=8, key=self._key).digest()
        return int.from_bytes(digest) >> 1

    def _renew(self, day: int) -> None:
        with self._lock:
            self._key = self._shared.key(day, self._common)
            self._day = day
