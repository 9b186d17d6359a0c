"""When somebody may be written to, their days off, and the calendar these come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.ambassadors.models import Leave, LeaveCalendar, QuietHours
from vaandel.ambassadors.services import address_of
from vaandel.privacy.sections.base import Column, Row, Section, words_of
from vaandel.privacy.sections.taking_part import ORGANIZATION


def quiet_hours(user: User) -> Iterator[Row]:
    rows = QuietHours.objects.filter(enrolment__member__user=user).select_related("organization")
    for row in rows.order_by("pk"):
        yield {
            "organization": row.organization.name,
            "days": [str(day) for day in row.days],
            "from": f"{row.opens:%H:%M}",
            "until": f"{row.closes:%H:%M}",
            "holidays_free": row.holidays,
            "country": row.country,
            "region": row.subdivision,
        }


def days_off(user: User) -> Iterator[Row]:
    rows = Leave.objects.filter(enrolment__member__user=user).select_related("organization")
    for row in rows.order_by("first_day", "pk"):
        yield {
            "organization": row.organization.name,
            "first_day": row.first_day,
            "last_day": row.last_day,
            "source": row.source,
        }


def calendars(user: User) -> Iterator[Row]:
    """The address in clear: it is the person's own, and only they get it."""
    rows = LeaveCalendar.objects.filter(enrolment__member__user=user)
    for row in rows.select_related("organization").order_by("pk"):
        yield {
            "organization": row.organization.name,
            "address": address_of(row),
            "read_at": row.read_at,
        }


QUIET_HOURS: Final = (
    Section(
        key="quiet_hours",
        title=_("When we may write to you"),
        covers=("ambassadors.QuietHours.enrolment",),
        columns=(
            ORGANIZATION,
            Column("days", _("Days"), words_of((str(day), name) for day, name in WEEKDAYS.items())),
            Column("from", _("From")),
            Column("until", _("Until")),
            Column("holidays_free", _("Public holidays kept free")),
            Column("country", _("Public holidays of")),
            Column("region", _("Region")),
        ),
        rows=quiet_hours,
    ),
    Section(
        key="days_off",
        title=_("Days off"),
        covers=("ambassadors.Leave.enrolment",),
        columns=(
            ORGANIZATION,
            Column("first_day", _("First day")),
            Column("last_day", _("Last day")),
            Column("source", _("Where it comes from"), words_of(Leave.Source.choices)),
        ),
        rows=days_off,
    ),
    Section(
        key="calendars",
        title=_("Your calendar with days off"),
        covers=("ambassadors.LeaveCalendar.enrolment",),
        columns=(
            ORGANIZATION,
            Column("address", _("Address")),
            Column("read_at", _("Last read")),
        ),
        rows=calendars,
    ),
)
