"""How fast mails may go: overall, and to each receiving domain.

Counted per second, together with all other workers where Valkey is configured, otherwise for
this process. A domain that says "not now" rests, and mails to other domains go on. Mails that
are too early are spread over the seconds to come, so that each is put back once, not often.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Final, Protocol

from django.conf import settings

logger = logging.getLogger("vaandel.mailing")

EVERYWHERE: Final = "*"
# A server that goes away, or that says that it is about speed or policy: X.7.X in RFC 3463.
TOO_FAST: Final = re.compile(r"^421\b|\b4\.7\.\d")
STRIKES: Final = 3
FIRST_REST: Final = 30.0
LONGEST_REST: Final = 15 * 60.0
# How many a second are let through to a domain that has just rested.
AFTER_REST: Final = 10.0


class Counts(Protocol):
    """What is counted, by this process alone or by all of them."""

    def take(self, name: str, second: int) -> int:
        """Count one for this second; how many that makes."""

    def rest(self, domain: str, until: float) -> None:
        """Nothing for this domain until a moment (seconds since 1970)."""

    def rests_until(self, domain: str) -> float:
        """Until when this domain rests; in the past when it does not."""

    def forget(self) -> None:
        """Everything that this process counted."""


class OwnCounts:
    """Of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: dict[str, tuple[int, int]] = {}
        self._rests: dict[str, float] = {}

    def take(self, name: str, second: int) -> int:
        with self._lock:
            latest, count = self._taken.get(name, (second, 0))
            count = count + 1 if latest == second else 1
            self._taken[name] = (second, count)
        return count

    def rest(self, domain: str, until: float) -> None:
        with self._lock:
            now = time.time()
            self._rests = {name: end for name, end in self._rests.items() if end > now}
            self._rests[domain] = until

    def rests_until(self, domain: str) -> float:
        return self._rests.get(domain, 0.0)

    def forget(self) -> None:
        with self._lock:
            self._taken, self._rests = {}, {}


class Pace:
    """Asked before each mail, and told how it went."""

    def __init__(self, counts: Callable[[], Counts]) -> None:
        self._counts = counts
        self._lock = threading.Lock()
        # Per domain: refusals since the last success, rests in a row, the latest moment given out.
        self._strikes: dict[str, int] = {}
        self._rests: dict[str, int] = {}
        self._given: dict[str, float] = {}

    def wait(self, *, stop: Callable[[], bool]) -> bool:
        """Wait until the overall rate allows one more; whether that took time."""
        rate = settings.MAIL_RATE
        waited = False
        while rate and not stop():
            now = time.time()
            if self._counts().take(EVERYWHERE, int(now)) <= rate:
                break
            waited = True
            time.sleep(int(now) + 1 - now)
        return waited

    def put_off(self, address: str, at: datetime) -> datetime | None:
        """When a mail to this address may go, if it may not now."""
        domain = domain_of(address)
        now = time.time()
        rate = settings.MAIL_DOMAIN_RATES.get(domain)
        rests = self._counts().rests_until(domain)
        if rests > now:
            slot = self._slot(domain, rests, rate or AFTER_REST)
        elif rate and self._counts().take(domain, int(now)) > rate:
            slot = self._slot(domain, now + 1, rate)
        else:
            return None
        return at + timedelta(seconds=slot - now)

    def forget(self) -> None:
        """Everything that was learned."""
        with self._lock:
            self._strikes, self._rests, self._given = {}, {}, {}
        self._counts().forget()

    def _slot(self, domain: str, earliest: float, rate: float) -> float:
        with self._lock:
            slot = self._given[domain] = max(self._given.get(domain, 0.0), earliest) + 1 / rate
        return slot

    def went(self, address: str) -> None:
        """The server took a mail to this address."""
        if self._strikes or self._rests:
            domain = domain_of(address)
            with self._lock:
                self._strikes.pop(domain, None)
                self._rests.pop(domain, None)

    def refused(self, address: str, said: str) -> None:
        """The server did not take a mail to this address now.

        One full mailbox says nothing about a domain; several refusals in a row do.
        """
        domain = domain_of(address)
        with self._lock:
            strikes = self._strikes[domain] = self._strikes.get(domain, 0) + 1
            if strikes < STRIKES and not TOO_FAST.search(said):
                return
            times = self._rests[domain] = self._rests.get(domain, 0) + 1
            self._strikes[domain] = 0
        seconds = min(FIRST_REST * 2 ** min(times - 1, 10), LONGEST_REST)
        self._counts().rest(domain, time.time() + seconds)
        logger.info("A domain rests.", extra={"seconds": seconds, "reason": said})


def domain_of(address: str) -> str:
    domain = address.rpartition("@")[2].lower()
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


class _Chosen:
    """Counts in Valkey where it is configured and its client installed, else our own."""

    def __init__(self) -> None:
        self._own = OwnCounts()
        self._shared: tuple[str, Counts] | None = None

    def __call__(self) -> Counts:
        if not settings.VALKEY_URL:
            return self._own
        if self._shared is None or self._shared[0] != settings.VALKEY_URL:
            self._shared = (settings.VALKEY_URL, self._made())
        return self._shared[1]

    def _made(self) -> Counts:
        try:
            module = import_module("vaandel.mailing.shared_counts")
        except ImportError:
            # `vaandel doctor` says which package is missing.
            return self._own
        made: Counts = module.SharedCounts(settings.VALKEY_URL, instead=self._own)
        return made


PACE: Final = Pace(_Chosen())
