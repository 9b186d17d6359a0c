"""What all workers count together, in Valkey or Redis. Without an answer each counts for itself."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from valkey import Valkey
from valkey.exceptions import ValkeyError

if TYPE_CHECKING:
    from vaandel.mailing.pace import Counts

logger = logging.getLogger("vaandel.mailing")

TAKEN: Final = "vaandel:mails:{name}:{second}"
RESTS: Final = "vaandel:mail-rests:{name}"
SECONDS: Final = 0.5
# After no answer, how long it is not asked.
LEFT_ALONE: Final = 10.0
# Whether a domain rests is asked once a second, not for each mail.
KNOWN_SECONDS: Final = 1.0
MOST_KNOWN: Final = 10_000


class SharedCounts:
    def __init__(self, url: str, *, instead: Counts) -> None:
        scheme, _, place = url.partition("://")
        self._server = Valkey.from_url(
            # The two are one protocol; the client knows its own scheme only.
            f"{scheme.replace('redis', 'valkey')}://{place}",
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
        )
        self._own = instead
        self._away_until = 0.0
        # Per domain: until when it rests, and until when (of the monotonic clock) we believe so.
        self._known: dict[str, tuple[float, float]] = {}

    def take(self, name: str, second: int) -> int:
        if not self._away():
            key = TAKEN.format(name=name, second=second)
            try:
                with self._server.pipeline(transaction=False) as pipe:
                    pipe.incr(key)
                    pipe.expire(key, 10)
                    return int(pipe.execute()[0])  # type: ignore[no-untyped-call]
            except ValkeyError:
                self._leave_alone()
        return self._own.take(name, second)

    def rest(self, domain: str, until: float) -> None:
        self._own.rest(domain, until)
        self._known.pop(domain, None)
        if not self._away():
            milliseconds = max(1, round((until - time.time()) * 1000))
            try:
                self._server.set(RESTS.format(name=domain), repr(until), px=milliseconds)
            except ValkeyError:
                self._leave_alone()

    def rests_until(self, domain: str) -> float:
        until, known_until = self._known.get(domain, (0.0, 0.0))
        if time.monotonic() < known_until:
            return until
        if self._away():
            return self._own.rests_until(domain)
        try:
            found = self._server.get(RESTS.format(name=domain))
        except ValkeyError:
            self._leave_alone()
            return self._own.rests_until(domain)
        until = float(found) if isinstance(found, bytes) else 0.0
        if len(self._known) >= MOST_KNOWN:
            self._known = {}
        self._known[domain] = (until, time.monotonic() + KNOWN_SECONDS)
        return until

    def forget(self) -> None:
        self._own.forget()
        self._known = {}

    def _away(self) -> bool:
        return time.monotonic() < self._away_until

    def _leave_alone(self) -> None:
        self._away_until = time.monotonic() + LEFT_ALONE
        logger.error("Valkey did not answer: this process counts its mails by itself.")
