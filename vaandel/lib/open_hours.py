"""When somebody may be written to: the moments of a working week, exact to the second.

A moment is open when the person's own clock says so: the weekday, the hours, no public
holiday, no leave. Clocks that jump are followed to the letter: an hour that the clock skips
is never open, an hour that it shows twice is open twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vaandel.lib.public_holidays import NO_HOLIDAYS, PublicHolidays

Window = tuple[datetime, datetime]

OPENS: Final = time(8)
CLOSES: Final = time(18)
WORKING_WEEK: Final = frozenset(range(5))

_DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = 24 * 60 * 60
_SECOND: Final = timedelta(seconds=1)
# A look into the future is taken in steps, for an opening is nearly always near.
_LOOK_AHEAD: Final = (timedelta(days=8), timedelta(days=60), timedelta(days=366))
# Wherever a clock is set to, its day lies within these hours of the same day in UTC.
_FURTHEST_ZONE: Final = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class OpenHours:
    """The hours between which somebody may be written to, by their own clock.

    ``days``: weekdays on which the hours begin, Monday is 0. ``closes`` at or before
    ``opens`` is on the next day, for who works at night; the same time twice is a whole day.
    ``leave``: pairs of first and last day. A holiday or a day of leave is quiet from
    midnight to midnight, and what begins on it does not run into the next day either.
    """

    zone: str
    opens: time = OPENS
    closes: time = CLOSES
    days: frozenset[int] = WORKING_WEEK
    holidays: PublicHolidays = NO_HOLIDAYS
    leave: tuple[tuple[date, date], ...] = ()

    def windows(self, start: datetime, end: datetime) -> list[Window]:
        """Everything that is open from ``start`` until ``end``: sorted, disjoint, in UTC."""
        zone = zone_of(self.zone)
        first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        # On days when a zone changes sides of the date line the dates may run backwards.
        first, last = min(first, last) - _DAY, max(first, last) + _DAY
        found = merged(self.stretches(first, last)) if self.leave else _shared(self, first, last)
        clipped = ((max(a, start), min(b, end)) for a, b in found)
        return [(a.astimezone(UTC), b.astimezone(UTC)) for a, b in clipped if a < b]

    def is_open(self, at: datetime) -> bool:
        today = at.astimezone(zone_of(self.zone)).date()
        return any(a <= at < b for a, b in self.stretches(today, today))

    def next_open(self, at: datetime) -> datetime | None:
        """The moment itself when it is open, else the next opening; None: none in a year."""
        start = at
        for ahead in _LOOK_AHEAD:
            found = self.windows(start, at + ahead)
            if found:
                return found[0][0]
            start = at + ahead
        return None

    def works_on(self, day: date) -> bool:
        """Whether hours begin on this day."""
        return day.weekday() in self.days and not self.is_free(day)

    def is_free(self, day: date) -> bool:
        """Whether this day is a holiday or leave."""
        return any(first <= day <= last for first, last in self.leave) or day in self.holidays

    def stretches(self, first: date, last: date) -> Iterator[Window]:
        """What is open on these days, day by day; what runs past midnight comes in two."""
        day = first
        while day <= last:
            for opens, closes in self._on_clock(day):
                yield from _instants(self.zone, day, opens, closes)
            day += _DAY

    def _on_clock(self, day: date) -> Iterator[tuple[int, int]]:
        """What is open on one day, in seconds since midnight by the clock on the wall."""
        if self.is_free(day):
            return
        opens, closes = _seconds(self.opens), _seconds(self.closes)
        if opens < closes:
            if self.works_on(day):
                yield opens, closes
            return
        if closes and self.works_on(day - _DAY):
            yield 0, closes
        if self.works_on(day):
            yield opens, _MIDNIGHT


def as_pairs(windows: Iterable[Window]) -> list[list[str]]:
    """Windows as a message carries them: pairs of moments in ISO 8601, UTC."""
    return [[a.astimezone(UTC).isoformat(), b.astimezone(UTC).isoformat()] for a, b in windows]


def merged(windows: Iterable[Window]) -> list[Window]:
    """The same moments with as few windows as possible, sorted."""
    found: list[Window] = []
    for a, b in sorted(windows):
        if found and a <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], b))
        else:
            found.append((a, b))
    return found


@lru_cache(maxsize=500)
def zone_of(name: str) -> tzinfo:
    """The time zone of this name. One that is no longer known must not stop a planner: UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@lru_cache(maxsize=5000)
def _shared(hours: OpenHours, first: date, last: date) -> tuple[Window, ...]:
    """Most people have the same hours and no leave: what is open is found once for all."""
    return tuple(merged(hours.stretches(first, last)))


@lru_cache(maxsize=50_000)
def _instants(zone: str, day: date, opens: int, closes: int) -> tuple[Window, ...]:
    """When the clock of this zone shows this day between these seconds after midnight."""
    midnight = datetime.combine(day, time(), UTC)
    found = []
    for start, end, offset in _offsets(zone, day):
        a = midnight + timedelta(seconds=opens) - offset
        b = midnight + timedelta(seconds=closes) - offset
        if max(a, start) < min(b, end):
            found.append((max(a, start), min(b, end)))
    return tuple(found)


@lru_cache(maxsize=20_000)
def _offsets(zone: str, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """Stretches of time around a day during which the clock does not jump: from, until, offset.

    Hour by hour, and to the second where the offset changes within the hour.
    """
    info = zone_of(zone)
    start = datetime.combine(day, time(), UTC) - _FURTHEST_ZONE
    end = datetime.combine(day, time(), UTC) + _DAY + _FURTHEST_ZONE
    found = []
    since, offset = start, _offset(info, start)
    at = start
    while at < end:
        after = at + timedelta(hours=1)
        if _offset(info, after) != offset:
            jump = _jump(info, at, after)
            found.append((since, jump, offset))
            since, offset = jump, _offset(info, after)
        at = after
    found.append((since, end, offset))
    return tuple(found)


def _jump(info: tzinfo, before: datetime, after: datetime) -> datetime:
    """The first second at which the clock has the offset that it has at ``after``."""
    target = _offset(info, after)
    while after - before > _SECOND:
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if _offset(info, middle) == target:
            after = middle
        else:
            before = middle
    return after


def _offset(info: tzinfo, at: datetime) -> timedelta:
    return at.astimezone(info).utcoffset() or timedelta()


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second
