"""Which days somebody is away, out of an iCalendar file. Knows neither network nor tables.

A day is off when the calendar shows it as busy from its beginning to its end: an event of
whole days, or one that says "out of office" during all of the person's hours. What is free,
tentative, elsewhere at work or cancelled keeps nobody away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component, InvalidCalendar
from icalendar.prop import vBroken

Days = tuple[date, date]
Moments = tuple[datetime, datetime]

_DAY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)
_START: Final = b"BEGIN:VCALENDAR"
# Nobody is away every hour anew; expanding such rules over a year takes minutes.
_TOO_OFTEN: Final = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
_DATES: Final = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_NOT_AWAY: Final = frozenset({"FREE", "TENTATIVE", "WORKINGELSEWHERE"})
_NOT_SURE: Final = frozenset({"CANCELLED", "TENTATIVE"})


class NotACalendar(ValueError):
    """What was sent cannot be read; ``reason`` is "html", "unknown", "damaged" or "too_complex"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are looked at, first and last included."""

    first: date
    last: date

    def between(self, begins: date, ends: date) -> Iterator[date]:
        """Those of them that lie between these two days, both included."""
        day, ends = max(begins, self.first), min(ends, self.last)
        while day <= ends:
            yield day
            day += _DAY


@dataclass(frozen=True, slots=True)
class Person:
    """Where somebody lives and the hours between which they work, by their own clock."""

    zone: str
    opens: time
    closes: time


def days_off(body: bytes, person: Person, span: Span) -> list[Days]:
    """The days off in this span, as pairs of first and last day, in order.

    Raises ``NotACalendar``. An event that is damaged is passed over.
    """
    zone = ZoneInfo(person.zone)
    away: set[date] = set()
    out_of_office: list[Moments] = []
    for event in _events(body, span):
        if not _keeps_away(event):
            continue
        start, end = _moments(event)
        if not isinstance(start, datetime) or not isinstance(end, datetime):
            away.update(span.between(start, max(end - _DAY, start)))
            continue
        start, end = _at_home(start, zone), _at_home(end, zone)
        away.update(span.between(*_whole_days(event, start, end)))
        if _says(event, "X-MICROSOFT-CDO-BUSYSTATUS") == "OOF":
            out_of_office.append((start.astimezone(UTC), end.astimezone(UTC)))
    away.update(_whole_working_days(out_of_office, person, span))
    return joined(away)


def joined(days: Iterable[date]) -> list[Days]:
    """Single days as stretches of first and last day."""
    found: list[Days] = []
    for day in sorted(days):
        if found and found[-1][1] == day - _DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _events(body: bytes, span: Span) -> Iterator[Component]:
    """Everything that happens on these days, repetitions written out."""
    for calendar in _calendars(body):
        calendar.subcomponents = [part for part in calendar.subcomponents if _is_useful(part)]
        try:
            query = recurring_ical_events.of(calendar, skip_bad_series=True)
            # A day more at both ends, for clocks elsewhere are ahead of ours or behind.
            yield from query.between(span.first - _DAY, span.last + 2 * _DAY)
        except (InvalidCalendar, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotACalendar("damaged") from error


def _calendars(body: bytes) -> list[Calendar]:
    text = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text[: len(_START)].upper() == _START:
        raise NotACalendar("html" if text[:1] == b"<" else "unknown")
    try:
        found = Calendar.from_ical(text, multiple=True)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise NotACalendar("damaged") from error
    if not found:
        raise NotACalendar("damaged")
    return [calendar for calendar in found if calendar.name == "VCALENDAR"]


def _is_useful(part: Component) -> bool:
    if part.name == "VTIMEZONE":
        return True
    if part.name != "VEVENT" or "DTSTART" not in part:
        return False
    damaged = any(isinstance(part.get(name), vBroken) for name in _DATES)
    return not damaged and not _repeats_too_often(part)


def _repeats_too_often(event: Component) -> bool:
    rules = event.get("RRULE", [])
    rules = rules if isinstance(rules, list) else [rules]
    return any(str(freq).upper() in _TOO_OFTEN for rule in rules for freq in rule.get("FREQ", []))


def _keeps_away(event: Component) -> bool:
    return (
        _says(event, "TRANSP") != "TRANSPARENT"
        and _says(event, "X-MICROSOFT-CDO-BUSYSTATUS") not in _NOT_AWAY
        and _says(event, "STATUS") not in _NOT_SURE
    )


def _says(event: Component, name: str) -> str:
    return str(event.get(name, "")).strip().upper()


def _moments(event: Component) -> tuple[date, date]:
    start: Any = event["DTSTART"]
    end: Any = event.get("DTEND", start)
    if isinstance(end.dt, datetime) != isinstance(start.dt, datetime):
        end = start
    return start.dt, end.dt


def _at_home(at: datetime, zone: tzinfo) -> datetime:
    """A moment by the person's clock. One without a zone is by that clock already."""
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)


def _whole_days(event: Component, start: datetime, end: datetime) -> Days:
    """The first and the last day that an event with hours fills from midnight to midnight."""
    if _says(event, "X-MICROSOFT-CDO-ALLDAYEVENT") == "TRUE":
        return start.date(), max(start, end - _INSTANT).date()
    begins = start.date() if start.time() == time() else start.date() + _DAY
    return begins, end.date() - _DAY


def _whole_working_days(absences: list[Moments], person: Person, span: Span) -> Iterator[date]:
    """The days whose working hours lie within an absence, or within some that touch."""
    zone = ZoneInfo(person.zone)
    for start, end in _merged(absences):
        for day in span.between(start.astimezone(zone).date(), end.astimezone(zone).date()):
            closing_day = day if person.opens < person.closes else day + _DAY
            opens = datetime.combine(day, person.opens, zone).astimezone(UTC)
            closes = datetime.combine(closing_day, person.closes, zone).astimezone(UTC)
            if start <= opens and closes <= end:
                yield day


def _merged(stretches: list[Moments]) -> list[Moments]:
    found: list[Moments] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
