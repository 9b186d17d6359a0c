"""Quiet hours and days off. What waits to be sent follows every change at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment, Leave, LeaveCalendar, QuietHours
from vaandel.ambassadors.queries import moved_people
from vaandel.ambassadors.quiet import windows_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import set_windows
from vaandel.organizations.tenancy import every_tenant

# Longer than anything waits: a mail whose windows are used up is given up.
WAITS_AT_MOST: Final = timedelta(days=31)
# Days off that are over are of no use to anybody.
KEPT_AFTER: Final = timedelta(days=30)
FORGOTTEN_AT_ONCE: Final = 5000
MOVED_AT_ONCE: Final = 200
# All are looked at whenever somebody might be written to.
MOST_LEAVE: Final = 100


class TooMuchLeave(ValueError):
    """So many days off were typed in already."""


@dataclass(frozen=True, slots=True)
class ChosenHours:
    """When somebody may be written to. ``closes`` at or before ``opens`` is on the next day."""

    opens: time
    closes: time
    days: frozenset[int]
    holidays: bool
    country: str
    subdivision: str


@transaction.atomic
def change_hours(*, enrolment: Enrolment, hours: ChosenHours, at: datetime) -> None:
    """Write to this person at these hours only, from now on, also what is on its way."""
    QuietHours.objects.update_or_create(
        enrolment=enrolment,
        organization_id=enrolment.organization_id,
        defaults={
            "opens": hours.opens,
            "closes": hours.closes,
            "days": sorted(hours.days),
            "holidays": hours.holidays,
            "country": hours.country,
            "subdivision": hours.subdivision,
        },
    )
    # Whether an absence fills a day depends on the hours, so their calendar is read anew.
    LeaveCalendar.objects.filter(enrolment=enrolment).update(read_whole_at=None, next_read_at=at)
    follow(enrolment, at)


@transaction.atomic
def add_leave(*, enrolment: Enrolment, first_day: date, last_day: date, at: datetime) -> Leave:
    """Keep these days free. The same days twice are once. Raises ``TooMuchLeave``."""
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    same = {"enrolment": enrolment, "first_day": first_day, "last_day": last_day}
    typed = Leave.objects.filter(enrolment=enrolment, source=Leave.Source.TYPED)
    row = typed.filter(**same).order_by("pk").first()
    if row is None and typed.count() >= MOST_LEAVE:
        raise TooMuchLeave
    if row is None:
        row = Leave.objects.create(**same, organization_id=enrolment.organization_id)
        follow(enrolment, at)
    return row


@transaction.atomic
def remove_leave(*, enrolment: Enrolment, leave_id: int, at: datetime) -> Leave | None:
    """Take back days that were typed in; what was removed, None when it was gone already."""
    row = Leave.objects.filter(enrolment=enrolment, pk=leave_id, source=Leave.Source.TYPED).first()
    if row is not None:
        row.delete()
        follow(enrolment, at)
    return row


def follow(enrolment: Enrolment, at: datetime) -> None:
    """Let what waits for this person be sent at the hours that hold now."""
    set_windows(
        tenant=enrolment.organization_id,
        person=enrolment.member.user_id,
        windows=windows_of(enrolment.pk, at=at, good_for=WAITS_AT_MOST),
        at=at,
    )


def follow_moved_people() -> int:
    """Let what waits for who has another time zone now follow it; how many people. For the clock.

    The room that keeps the time zone knows no hours, so this one looks.
    """
    at = timezone.now()
    with every_tenant():
        moved = moved_people(MOVED_AT_ONCE)
        for enrolment in moved:
            _follow_zone(enrolment, at)
    return len(moved)


@transaction.atomic
def _follow_zone(enrolment: Enrolment, at: datetime) -> None:
    user = enrolment.member.user
    OutgoingMessage.objects.filter(
        tenant=enrolment.organization_id, person=user.pk, state=OutgoingMessage.State.QUEUED
    ).update(time_zone=user.time_zone)
    follow(enrolment, at)


def forget_old_leave() -> int:
    """Delete days off that were over a month ago; how many. For the clock."""
    with every_tenant():
        until = timezone.now().date() - KEPT_AFTER
        old = Leave.objects.filter(last_day__lt=until).values_list("pk", flat=True)
        return Leave.objects.filter(pk__in=list(old[:FORGOTTEN_AT_ONCE])).delete()[0]
