"""When somebody who takes part may be written to. Only they themselves can change it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from vaandel.ambassadors.models import Enrolment, Leave, LeaveCalendar, QuietHours
from vaandel.lib.open_hours import CLOSES, OPENS, WORKING_WEEK, OpenHours, as_pairs
from vaandel.lib.public_holidays import NO_HOLIDAYS, PublicHolidays

GOOD_FOR: Final = timedelta(days=3)

# Further ahead somebody does not yet mean it with "after my holiday".
_NEXT_LEAVE: Final = timedelta(days=60)
_DAY: Final = timedelta(days=1)

_COLUMNS: Final = {
    "zone": "member__user__time_zone",
    "home": "organization__country",
    "row": "quiet_hours__pk",
    "opens": "quiet_hours__opens",
    "closes": "quiet_hours__closes",
    "days": "quiet_hours__days",
    "holidays": "quiet_hours__holidays",
    "country": "quiet_hours__country",
    "subdivision": "quiet_hours__subdivision",
}


def open_hours_of(enrolments: Iterable[int]) -> dict[int, OpenHours]:
    """The open hours of these enrolments, by id; two queries for any number of them.

    Who has chosen nothing has working hours in the country of the organisation.
    """
    ids = list(enrolments)
    leave: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    for enrolment_id, first, last in (
        Leave.objects.filter(enrolment__in=ids)
        .order_by("first_day", "last_day")
        .values_list("enrolment_id", "first_day", "last_day")
    ):
        leave[enrolment_id].append((first, last))
    rows = Enrolment.objects.filter(pk__in=ids).values_list("pk", *_COLUMNS.values())
    return {
        pk: _hours(dict(zip(_COLUMNS, values, strict=True)), tuple(leave.get(pk, ())))
        for pk, *values in rows
    }


def open_hours_for(enrolment: Enrolment) -> OpenHours:
    """The open hours of one person."""
    return open_hours_of([enrolment.pk])[enrolment.pk]


def windows_of(
    enrolment_id: int, *, at: datetime, good_for: timedelta = GOOD_FOR
) -> list[list[str]]:
    """When a message to this person may leave, from ``at`` on, as a message carries it.

    Never empty, for that would mean "at any time": when nothing is open while the message is
    wanted, there is one window of no length at the end of that time.
    """
    hours = open_hours_of([enrolment_id])[enrolment_id]
    return pairs_of(hours, at=at, good_for=good_for)


def pairs_of(hours: OpenHours, *, at: datetime, good_for: timedelta) -> list[list[str]]:
    """The same for open hours that are at hand."""
    end = at + good_for
    return as_pairs(hours.windows(at, end) or [(end, end)])


@dataclass(frozen=True, slots=True)
class QuietSettings:
    """Everything that one person has said about when they may be written to."""

    hours: OpenHours
    row: QuietHours | None
    leaves: list[Leave]
    calendar: LeaveCalendar | None


def quiet_settings(enrolment: Enrolment) -> QuietSettings:
    """One query when the enrolment came out of ``access``."""
    leaves = list(Leave.objects.filter(enrolment=enrolment).order_by("first_day", "last_day", "pk"))
    leave = tuple((leave.first_day, leave.last_day) for leave in leaves)
    return QuietSettings(
        hours=replace(usual_hours(enrolment), leave=leave),
        row=getattr(enrolment, "quiet_hours", None),
        leaves=leaves,
        calendar=getattr(enrolment, "leave_calendar", None),
    )


def usual_hours(enrolment: Enrolment) -> OpenHours:
    """Open hours without leave, to propose something; no query when it came out of ``access``."""
    row: QuietHours | None = getattr(enrolment, "quiet_hours", None)
    values: dict[str, Any] = {
        "zone": enrolment.member.user.time_zone,
        "home": enrolment.organization.country,
        "row": row,
    }
    if row is not None:
        values |= {name: getattr(row, name) for name in _COLUMNS if hasattr(row, name)}
    return _hours(values, ())


def after_leave(hours: OpenHours, today: date) -> date | None:
    """The first working day after the leave of now, or the next; None without any soon."""
    near = [span for span in hours.leave if span[1] >= today and span[0] <= today + _NEXT_LEAVE]
    if not near:
        return None
    first = min(last for _first, last in near) + _DAY
    days = (first + timedelta(days=ahead) for ahead in range(366))
    return next((day for day in days if hours.works_on(day)), None)


def _hours(row: Mapping[str, Any], leave: tuple[tuple[date, date], ...]) -> OpenHours:
    chosen = row["row"] is not None
    return OpenHours(
        zone=row["zone"],
        opens=row["opens"] if chosen else OPENS,
        closes=row["closes"] if chosen else CLOSES,
        days=frozenset(row["days"]) if chosen else WORKING_WEEK,
        holidays=_holidays(row) if chosen else PublicHolidays(row["home"]),
        leave=leave,
    )


def _holidays(row: Mapping[str, Any]) -> PublicHolidays:
    if not row["holidays"]:
        return NO_HOLIDAYS
    return PublicHolidays(row["country"] or row["home"], row["subdivision"])
