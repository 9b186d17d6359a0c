"""Where codes lead, remembered by this process for a short time.

An answer is never older than ``FRESH_SECONDS``, so that a withdrawn post stops within that
time in every process. A code that does not exist is remembered too, apart, so that
somebody who tries codes neither reaches the database nor pushes out the real ones.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, close_old_connections, connection

FRESH_SECONDS = 2.0
MAX_LINKS = 20_000
MAX_MISSES = 5_000
_SELECT = "SELECT id, target_url, ended_at FROM links_link WHERE code = %s"


@dataclass(frozen=True, slots=True)
class Target:
    link_id: int
    url: str
    ended: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    target: Target | None
    read_at: float


class LinkCache:
    """A bounded memory of codes in front of the database; the least used are forgotten."""

    def __init__(
        self,
        *,
        max_links: int = MAX_LINKS,
        max_misses: int = MAX_MISSES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._links: OrderedDict[str, _Entry] = OrderedDict()
        self._misses: OrderedDict[str, _Entry] = OrderedDict()
        self._max_links = max_links
        self._max_misses = max_misses
        self._clock = clock
        self._lock = threading.Lock()

    def target_of(self, code: str) -> Target | None:
        """Where a code leads; None when it is nobody's.

        With the database gone, what was known before keeps being answered; raises
        ``DatabaseError`` only for a code that was not known.
        """
        now = self._clock()
        with self._lock:
            known = self._links.get(code) or self._misses.get(code)
        if known and now - known.read_at < FRESH_SECONDS:
            return known.target
        try:
            target = read_target(code)
        except DatabaseError:
            if known is None or known.target is None:
                raise
            target = known.target
        self._remember(code, _Entry(target, now))
        return target

    def _remember(self, code: str, entry: _Entry) -> None:
        into, other, most = (
            (self._links, self._misses, self._max_links)
            if entry.target
            else (self._misses, self._links, self._max_misses)
        )
        with self._lock:
            other.pop(code, None)
            into[code] = entry
            into.move_to_end(code)
            while len(into) > most:
                into.popitem(last=False)

    def __len__(self) -> int:
        return len(self._links) + len(self._misses)


def read_target(code: str) -> Target | None:
    """Read a link without the ORM. Outside Django's requests, so it minds the connection."""
    if connection.in_atomic_block:
        return _select(code)
    close_old_connections()
    try:
        return _select(code)
    except DatabaseError:
        # The connection may have died while nobody used it: once more on a new one.
        connection.close()
        return _select(code)


def _select(code: str) -> Target | None:
    with connection.cursor() as cursor:
        cursor.execute(_SELECT, [code])
        row = cursor.fetchone()
    return Target(row[0], row[1], row[2] is not None) if row else None
