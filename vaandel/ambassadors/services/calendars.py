"""Days off from somebody's own calendar. Only days are kept, never what they are for.

The round is at least once: before a calendar is asked for, its row is leased, and whoever was
so slow that somebody else has the lease throws away what it read.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from vaandel.ambassadors.leave_calendars.fetching import Answer, Marks, fetch_days_off
from vaandel.ambassadors.leave_calendars.problems import CalendarFailed, Problem
from vaandel.ambassadors.leave_calendars.reading import Days, Person, Span
from vaandel.ambassadors.models import Enrolment, Leave, LeaveCalendar
from vaandel.ambassadors.quiet import open_hours_for
from vaandel.ambassadors.services.hours import follow
from vaandel.lib.crypto import vault
from vaandel.lib.open_hours import zone_of
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant

__all__ = ["CalendarFailed"]

ROUND: Final = timedelta(hours=4)
FIRST_PAUSE: Final = timedelta(minutes=30)
LONGEST_PAUSE: Final = timedelta(days=1)
LEASE: Final = timedelta(minutes=3)
PER_ROUND: Final = 20
AHEAD: Final = timedelta(days=400)
# Days come nearer while a calendar does not change, so it is read whole once in a while.
WHOLE_AFTER: Final = timedelta(days=14)

_PURPOSE: Final = "ambassadors.leave-calendar"
_FREE: Final = Q(leased_until=None)


def follow_calendar(*, enrolment: Enrolment, address: str, at: datetime) -> None:
    """Read days off from this address from now on, first at once.

    Raises ``CalendarFailed``, and then everything stays as it was.
    """
    answer = _fetched(enrolment, address, Marks(), at)
    with transaction.atomic():
        LeaveCalendar.objects.update_or_create(
            enrolment=enrolment,
            organization_id=enrolment.organization_id,
            defaults={"address": _locked(address), **_read(answer, at)},
        )
        _keep(enrolment, answer, at)


@transaction.atomic
def forget_calendar(*, enrolment: Enrolment, at: datetime) -> bool:
    """Forget the address and the days that came from it; False when there was none."""
    gone, _rows = LeaveCalendar.objects.filter(enrolment=enrolment).delete()
    if gone:
        _keep(enrolment, Answer((), Marks()), at)
    return bool(gone)


def address_of(calendar: LeaveCalendar) -> str:
    """The address in clear, for its owner; "" when the key that locked it is lost."""
    try:
        return vault(_PURPOSE).decrypt(calendar.address.encode()).decode()
    except InvalidToken:
        return ""


def read_due_calendars() -> int:
    """Read the calendars whose time has come, some at a time; how many. For the clock."""
    now = timezone.now()
    with every_tenant():
        due = LeaveCalendar.objects.filter(
            _FREE | Q(leased_until__lt=now),
            next_read_at__lte=now,
            enrolment__state__in=[Enrolment.State.JOINED, Enrolment.State.PAUSED],
            enrolment__member__status=Member.Status.ACTIVE,
        ).order_by("next_read_at")
        return sum(_read_if_free(pk) for pk in list(due.values_list("pk", flat=True)[:PER_ROUND]))


def read_calendar_now(*, enrolment: Enrolment, at: datetime) -> bool:
    """Read at once, for somebody who waits; False when it is being read already."""
    calendar = LeaveCalendar.objects.filter(enrolment=enrolment).first()
    if calendar is None:
        return False
    LeaveCalendar.objects.filter(pk=calendar.pk).update(next_read_at=at)
    return _read_if_free(calendar.pk)


def _read_if_free(calendar_id: int) -> bool:
    now = timezone.now()
    lease = now + LEASE
    # All that decides is in the row itself, so of two clocks one gets it.
    free = LeaveCalendar.objects.filter(
        _FREE | Q(leased_until__lt=now), pk=calendar_id, next_read_at__lte=now
    )
    if not free.update(leased_until=lease):
        return False
    calendar = LeaveCalendar.objects.select_related("enrolment__member__user").get(pk=calendar_id)
    try:
        answer = _fetched(calendar.enrolment, _known_address(calendar), _marks(calendar, now), now)
    except CalendarFailed as failure:
        _note_failure(calendar, failure, lease)
    else:
        _note_answer(calendar, answer, lease)
    return True


def _known_address(calendar: LeaveCalendar) -> str:
    address = address_of(calendar)
    if not address:
        raise CalendarFailed(Problem.LOST_KEY)
    return address


def _fetched(enrolment: Enrolment, address: str, marks: Marks, at: datetime) -> Answer:
    hours = open_hours_for(enrolment)
    today = at.astimezone(zone_of(hours.zone)).date()
    person = Person(hours.zone, hours.opens, hours.closes)
    return fetch_days_off(address, person, Span(today, today + AHEAD), marks)


def _marks(calendar: LeaveCalendar, now: datetime) -> Marks:
    whole = calendar.read_whole_at
    if whole is None or whole < now - WHOLE_AFTER:
        return Marks()
    return Marks(calendar.etag, calendar.last_modified)


@transaction.atomic
def _note_answer(calendar: LeaveCalendar, answer: Answer, lease: datetime) -> None:
    at = timezone.now()
    ours = LeaveCalendar.objects.filter(pk=calendar.pk, leased_until=lease)
    if ours.update(**_read(answer, at)):
        _keep(calendar.enrolment, answer, at)


def _note_failure(calendar: LeaveCalendar, failure: CalendarFailed, lease: datetime) -> None:
    LeaveCalendar.objects.filter(pk=calendar.pk, leased_until=lease).update(
        leased_until=None,
        failures=min(calendar.failures + 1, 1000),
        last_error=failure.problem.value,
        next_read_at=timezone.now() + pause_after(calendar.failures + 1),
    )


def _read(answer: Answer, at: datetime) -> dict[str, object]:
    """What a row says after it was read."""
    whole = {} if answer.days is None else {"read_whole_at": at}
    return whole | {
        "etag": answer.marks.etag,
        "last_modified": answer.marks.last_modified,
        "read_at": at,
        "next_read_at": at + ROUND * random.uniform(0.9, 1.1),  # noqa: S311 - no secret
        "leased_until": None,
        "failures": 0,
        "last_error": "",
    }


def _keep(enrolment: Enrolment, answer: Answer, at: datetime) -> None:
    """Put the days of the calendar in place of those that it had before."""
    if answer.days is None:
        return
    own = Leave.objects.filter(enrolment=enrolment, source=Leave.Source.CALENDAR)
    before: Sequence[Days] = list(
        own.order_by("first_day", "pk").values_list("first_day", "last_day")
    )
    if list(before) == list(answer.days):
        return
    own.delete()
    Leave.objects.bulk_create(
        Leave(
            organization_id=enrolment.organization_id,
            enrolment=enrolment,
            first_day=first,
            last_day=last,
            source=Leave.Source.CALENDAR,
        )
        for first, last in answer.days
    )
    follow(enrolment, at)


def _locked(address: str) -> str:
    return vault(_PURPOSE).encrypt(address.strip().encode()).decode()


def pause_after(failures: int) -> timedelta:
    """Twice as long after each failure, at most a day, spread."""
    doubled = FIRST_PAUSE * (1 << min(failures - 1, 10))
    return min(doubled * random.uniform(0.8, 1.2), LONGEST_PAUSE)  # noqa: S311 - no secret
