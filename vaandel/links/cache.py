"""Where codes lead, remembered by this process.

What was read stays good until its organisation changes a link or a setting: each change puts
up the organisation's version, and every process asks for all versions twice a second. So
a withdrawal is followed everywhere within that time, and a link that nobody changes is read
once. A code that does not exist is remembered for a moment, apart, so that somebody who tries
codes neither reaches the database nor pushes out the real ones.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import OperationalError

from vaandel.links.addresses import ended_url
from vaandel.links.domains import own_hosts
from vaandel.links.models import Privacy
from vaandel.links.reading import rows

logger = logging.getLogger("vaandel.links")

SECONDS_BETWEEN_POLLS: Final = 0.5
MISS_SECONDS: Final = 1.0
SECONDS_AWAY: Final = 3.0
MAX_LINKS: Final = 20_000
MAX_MISSES: Final = 5_000
_LINK = """
SELECT l.id, l.organization_id, l.target_url, l.ended_at, l.expires_at, c.successor_url
FROM links_link l LEFT JOIN links_campaign c ON c.id = l.campaign_id
WHERE l.code = %s
"""
_SITES = """
SELECT organization_id, version, privacy, countries, crawler_cards, click_references,
       reference_parameter, ended_url, domain, domain_checked_at
FROM links_linksettings
"""


class Site:
    """How one organisation wants its links answered. Changed in place, so that every link that
    points at it sees the new version."""

    __slots__ = (
        "cards",
        "countries",
        "domain",
        "domain_checked",
        "ended_url",
        "organization_id",
        "parameter",
        "uniques",
        "version",
    )

    def __init__(self, organization_id: int) -> None:
        self.organization_id = organization_id
        self.version = 0
        self.uniques = False
        self.countries = False
        self.cards = False
        # The parameter that carries a click's reference; empty when none is given.
        self.parameter = ""
        self.ended_url = ""
        # Links that are out are answered as long as the name leads here, whatever the last
        # check found. A name that was checked answers nothing else.
        self.domain = ""
        self.domain_checked = False


class Target(NamedTuple):
    """Where a code leads until ``until`` (seconds since 1970), as read at ``version``.

    ``ended``: the address is where ended links lead.
    """

    site: Site
    version: int
    link_id: int
    until: float
    url: str
    ended: bool


class LinkCache:
    """A bounded memory of codes in front of the database.

    Two generations: what is asked for moves to the young one; when that is full the old one
    is forgotten. No lock is taken for a link that is known.
    """

    def __init__(
        self,
        *,
        max_links: int = MAX_LINKS,
        max_misses: int = MAX_MISSES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._young: dict[str, Target] = {}
        self._old: dict[str, Target] = {}
        self._misses: dict[str, float] = {}
        self._half = max(1, max_links // 2)
        self._max_misses = max_misses
        self._clock = clock
        self._sites: dict[int, Site] = {}
        self.domains: dict[str, Site] = {}
        self._polled_at = -math.inf
        self._answered_at = -math.inf
        self._polling = threading.Lock()
        self._polls_itself = False
        # Changes with every version that changes.
        self._changes = 0

    def fresh(self, code: str, now: float) -> Target | None:
        """Where a code leads, if that is known and still so; for whoever is in a hurry."""
        if not self._polls_itself and now - self._polled_at > SECONDS_BETWEEN_POLLS:
            self.poll()
        known = self._young.get(code)
        if known is None and (known := self._old.get(code)) is not None:
            self._remember(code, known)
        if known is not None and known.version == known.site.version and now < known.until:
            return known
        return None

    def target_of(self, code: str, now: float) -> Target | None:
        """Where a code leads; None when it is nobody's.

        With the database gone, what was known before keeps being answered; raises
        ``DatabaseError`` only for a code that was not known.
        """
        if (fresh := self.fresh(code, now)) is not None:
            return fresh
        known = self._young.get(code)
        if known is None and now - self._misses.get(code, -math.inf) < MISS_SECONDS:
            return None
        return self._read(code, known, now)

    def poll(self) -> None:
        """Follow what organisations have changed. The database away: nothing can have changed."""
        if not self._polling.acquire(blocking=False):
            return
        try:
            self._polled_at = self._clock()
            found = rows(_SITES, [])
            self._answered_at = self._clock()
            for row in found:
                self._set_site(row)
            self._forget_sites(gone=set(self._sites) - {row[0] for row in found})
            known = list(self._sites.values())
            not_theirs = own_hosts() | {""}
            self.domains = {site.domain: site for site in known if site.domain not in not_theirs}
        except DatabaseError:
            logger.warning("The settings of links could not be read; the known ones go on.")
        finally:
            self._polling.release()

    def keep_polling(self) -> None:
        """Poll in a thread of its own from now on, so that no visitor waits for it."""
        self.poll()
        self._polls_itself = True
        threading.Thread(target=self._poll_for_ever, name="links-poll", daemon=True).start()

    def _poll_for_ever(self) -> None:
        while True:
            time.sleep(SECONDS_BETWEEN_POLLS)
            try:
                self.poll()
            except Exception:
                # Without this thread no change would be followed any more.
                logger.exception("The settings of links could not be followed.")

    def _set_site(self, row: tuple[Any, ...]) -> None:
        organization_id, version, privacy, countries, cards, references, parameter, ended = row[:8]
        site = self._site(organization_id)
        if site.version == version:
            return
        site.uniques = privacy == Privacy.UNIQUE_PER_DAY
        site.countries = bool(countries)
        site.cards = bool(cards)
        site.parameter = parameter if references else ""
        site.ended_url = ended
        site.domain = row[8] or ""
        site.domain_checked = row[9] is not None
        # Last, so that a link read with the new version has been read with the new settings.
        site.version = version
        self._changes += 1

    def _forget_sites(self, gone: set[int]) -> None:
        """An organisation that was deleted has no links and no domain; one that never set
        anything has no row either, and its links stay as they are."""
        for organization_id in gone:
            site = self._sites[organization_id]
            if site.version:
                site.domain = ""
                site.version = 0
                self._changes += 1

    def _site(self, organization_id: int) -> Site:
        return self._sites.setdefault(organization_id, Site(organization_id))

    def _read(self, code: str, known: Target | None, now: float) -> Target | None:
        changes = self._changes
        try:
            self._check_that_it_answers(now)
            found = rows(_LINK, [code])
        except DatabaseError:
            if known is None:
                raise
            return known
        if not found:
            self._forget(code, now)
            return None
        link_id, organization_id, url, ended_at, expires_at, successor = found[0]
        site = self._site(organization_id)
        expires = _seconds(expires_at)
        ended = ended_at is not None or now >= expires
        target = Target(
            site,
            # Changed while it was read: it may be the old one, so it is read again.
            site.version if changes == self._changes else -1,
            link_id,
            math.inf if ended else expires,
            (successor or site.ended_url or ended_url(code)) if ended else url,
            ended,
        )
        self._remember(code, target)
        return target

    def _check_that_it_answers(self, now: float) -> None:
        """Whoever asked would wait, and everybody behind them; the poll goes on asking."""
        if self._polls_itself and now - self._answered_at > SECONDS_AWAY:
            raise OperationalError("The database has not answered for some seconds.")

    def _remember(self, code: str, target: Target) -> None:
        if len(self._young) >= self._half and code not in self._young:
            self._old, self._young = self._young, {}
        self._young[code] = target

    def _forget(self, code: str, now: float) -> None:
        self._young.pop(code, None)
        self._old.pop(code, None)
        if len(self._misses) >= self._max_misses:
            self._misses = {}
        self._misses[code] = now

    def __len__(self) -> int:
        return len(self._young) + len(self._old) + len(self._misses)


def _seconds(value: datetime | str | None) -> float:
    """A moment as a database without the ORM gives it, in seconds since 1970."""
    if value is None:
        return math.inf
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def cache_of_settings() -> LinkCache:
    return LinkCache(max_links=settings.LINK_CACHE)
