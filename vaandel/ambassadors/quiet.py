"""When somebody who takes part may be written to. Only they themselves can change it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from vaandel.ambassadors.models import Enrolment, Leave
from vaandel.lib.open_hours import CLOSES, OPENS, WORKING_WEEK, OpenHours, as_pairs
from vaandel.lib.public_holidays import NO_HOLIDAYS, PublicHolidays

GOOD_FOR: Final = timedelta(days=3)

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
