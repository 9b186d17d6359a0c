"""Moments to propose for a planned post, by the person's own clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.forms import BaseForm
from django.utils import timezone
from django.utils.translation import gettext as _

from vaandel.components import figures
from vaandel.lib.wall_clock import NeverShown, ShownTwice, moment_of

SOONEST: Final = timedelta(hours=1)
MOST: Final = 3
MORNING: Final = time(8, 30)
NOON: Final = time(12, 15)
EVENING: Final = time(17)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Proposal:
    """``value`` is the moment as a form sends it back."""

    value: str
    label: str


def proposals(*, at: datetime) -> list[Proposal]:
    """Three moments that are at least an hour ahead, in the active time zone."""
    today = timezone.localdate(at)
    times = [(today, NOON), (today, EVENING)]
    times += [(today + _DAY, MORNING), (today + _DAY, NOON), (today + _DAY, EVENING)]
    found = []
    for day, clock in times:
        moment = _moment(day, clock)
        if moment is not None and moment >= at + SOONEST:
            found.append(Proposal(moment.isoformat(), _label(moment, today)))
    return found[:MOST]


def spoken(moment: datetime) -> str:
    """In the person's own time and language."""
    return f"{figures.day(moment, weekday=True)}, {figures.clock(moment)}"


def _moment(day: date, clock: time) -> datetime | None:
    try:
        return moment_of(day, clock, timezone.get_current_timezone())
    except (NeverShown, ShownTwice):
        return None


def _label(moment: datetime, today: date) -> str:
    clock = figures.clock(moment)
    if timezone.localdate(moment) == today:
        return _("Today, %(time)s") % {"time": clock}
    day = figures.day(moment, weekday=True, year=False)
    return _("Tomorrow, %(day)s, %(time)s") % {"day": day, "time": clock}


@dataclass(frozen=True, slots=True)
class MomentChoice:
    """What the fields for a moment show: proposals, what was typed, and what is wrong with it."""

    proposals: Sequence[Proposal] = ()
    chosen: str = ""
    day: str = ""
    time: str = ""
    day_error: str = ""
    time_error: str = ""
    was_typed: bool = False


def choice_of(proposed: Sequence[Proposal], form: BaseForm | None) -> MomentChoice:
    """``form`` None, or one without a moment: nothing was typed yet."""
    if form is None or "day" not in form.fields:
        return MomentChoice(proposals=proposed)
    day, time_ = form.errors.get("day", [""]), form.errors.get("time", [""])
    return MomentChoice(
        proposals=proposed,
        chosen=str(form.data.get("when", "")),
        day=str(form.data.get("day", "")),
        time=str(form.data.get("time", "")),
        day_error=str(day[0]),
        time_error=str(time_[0]),
        was_typed=True,
    )


def choice_at(moment: datetime) -> MomentChoice:
    """The fields filled in with this moment, on the reader's clock."""
    local = timezone.localtime(moment)
    return MomentChoice(day=f"{local:%Y-%m-%d}", time=f"{local:%H:%M}")
