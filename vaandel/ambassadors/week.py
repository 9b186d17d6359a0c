"""Open hours as a person reads them: in words, as a picture of the week, and what is kept free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from babel import Locale
from babel.dates import format_interval, format_skeleton
from babel.lists import format_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaandel.components.figures import locale
from vaandel.lib.open_hours import OpenHours
from vaandel.lib.public_holidays import next_holidays

WEEK: Final = 7
HOURS: Final = 24
FREE_SHOWN: Final = 6
_LEFT: Final = 42
_TOP: Final = 22
_HOUR: Final = 13
_ROW: Final = 20
_BAR: Final = 14


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of open hours within one day, in the picture's units."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class WeekDay:
    name: str
    name_y: int
    y: int
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class HourMark:
    x: int
    name: str


@dataclass(frozen=True, slots=True)
class Week:
    """An ordinary week: a row for each day, a bar where messages may come."""

    days: list[WeekDay]

    left = _LEFT
    width = _LEFT + HOURS * _HOUR + 10
    height = _TOP + WEEK * _ROW
    whole = HOURS * _HOUR
    bar = _BAR

    @property
    def marks(self) -> list[HourMark]:
        return [HourMark(_LEFT + hour * _HOUR, f"{hour}") for hour in range(0, HOURS + 1, 6)]


@dataclass(frozen=True, slots=True)
class Free:
    """Days that are kept free, and why: the name of a holiday, or that it is leave."""

    first: date
    last: date
    name: str

    @property
    def days(self) -> str:
        return stretch(self.first, self.last)


def weekday_names(width: str = "wide") -> list[str]:
    """From Monday on, in the active language."""
    names = Locale.parse(locale()).days["stand-alone"][width]
    return [str(names[day]) for day in range(WEEK)]


def in_words(hours: OpenHours) -> str:
    """ "Monday to Friday, from 08:00 until 18:00"."""
    values = {
        "days": _days_in_words(hours.days),
        "opens": f"{hours.opens:%H:%M}",
        "closes": f"{hours.closes:%H:%M}",
    }
    if hours.opens == hours.closes == time():
        text = _("%(days)s, all day") % values
    elif hours.opens < hours.closes or hours.closes == time():
        text = _("%(days)s, from %(opens)s until %(closes)s") % values
    else:
        text = _("%(days)s, from %(opens)s until %(closes)s the next day") % values
    return text[:1].upper() + text[1:]


def week_of(hours: OpenHours) -> Week:
    """What an ordinary week looks like, without holidays and leave."""
    names = weekday_names("abbreviated")
    return Week(
        [
            WeekDay(
                name=names[day].rstrip("."),
                name_y=_TOP + day * _ROW + _BAR - 2,
                y=_TOP + day * _ROW,
                bars=[_bar(opens, closes) for opens, closes in _open_on(hours, day)],
            )
            for day in range(WEEK)
        ]
    )


def kept_free(hours: OpenHours, *, today: date) -> list[Free]:
    """The next public holidays and leave, the first ones first."""
    found = [
        Free(holiday.day, holiday.day, holiday.name)
        for holiday in next_holidays(
            hours.holidays, start=today, count=FREE_SHOWN, language=get_language() or "en"
        )
    ]
    found += [Free(first, last, _("Days off")) for first, last in hours.leave if last >= today]
    return sorted(found, key=lambda free: (free.first, free.last))[:FREE_SHOWN]


def stretch(first: date, last: date) -> str:
    """21-24 Dec 2026, in the active language."""
    if first == last:
        return str(format_skeleton("yMMMd", first, locale=locale()))
    return str(format_interval(first, last, skeleton="yMMMd", locale=locale()))


def _days_in_words(days: Iterable[int]) -> str:
    names = weekday_names()
    chosen = sorted(days)
    if len(chosen) == WEEK:
        return _("every day")
    if len(chosen) > 2 and chosen == list(range(chosen[0], chosen[-1] + 1)):
        ends = {"first": names[chosen[0]], "last": names[chosen[-1]]}
        return _("%(first)s to %(last)s") % ends
    return str(format_list([names[day] for day in chosen], locale=locale()))


def _open_on(hours: OpenHours, day: int) -> list[tuple[float, float]]:
    """What is open on a weekday, in hours since midnight."""
    opens, closes = _hour(hours.opens), _hour(hours.closes)
    if opens < closes:
        return [(opens, closes)] if day in hours.days else []
    morning = [(0.0, closes)] if closes and (day - 1) % WEEK in hours.days else []
    return morning + ([(opens, float(HOURS))] if day in hours.days else [])


def _hour(at: time) -> float:
    return timedelta(hours=at.hour, minutes=at.minute) / timedelta(hours=1)


def _bar(opens: float, closes: float) -> Bar:
    return Bar(f"{_LEFT + opens * _HOUR:.1f}", f"{(closes - opens) * _HOUR:.1f}")
