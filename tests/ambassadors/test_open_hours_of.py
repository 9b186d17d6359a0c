"""Whose hours are which: what somebody chose, and what holds for who chose nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from tests.factories import EnrolmentFactory, MemberFactory, UserFactory
from vaandel.ambassadors.models import Enrolment, Leave, QuietHours
from vaandel.ambassadors.quiet import open_hours_for, open_hours_of, windows_of
from vaandel.lib.open_hours import OpenHours
from vaandel.lib.public_holidays import PublicHolidays
from vaandel.organizations.models import Organization
from vaandel.organizations.open_hours import open_hours_at
from vaandel.programmes.models import Programme

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_without_a_choice_they_are_working_hours_where_the_organisation_is(
    bob_enrolment: Enrolment,
) -> None:
    bob_enrolment.member.user.time_zone = "Europe/London"
    bob_enrolment.member.user.save()

    assert open_hours_for(bob_enrolment) == OpenHours(
        "Europe/London",
        opens=time(8),
        closes=time(18),
        days=frozenset({0, 1, 2, 3, 4}),
        holidays=PublicHolidays("NL"),
    )


def test_what_somebody_chose_is_followed(bob_enrolment: Enrolment) -> None:
    QuietHours.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        opens=time(22),
        closes=time(6),
        days=[5, 6],
        country="DE",
        subdivision="BY",
    )
    for first, last in (("2027-01-04", "2027-01-08"), ("2026-12-21", "2026-12-24")):
        Leave.objects.create(
            organization=bob_enrolment.organization,
            enrolment=bob_enrolment,
            first_day=date.fromisoformat(first),
            last_day=date.fromisoformat(last),
        )

    assert open_hours_for(bob_enrolment) == OpenHours(
        "Europe/Amsterdam",
        opens=time(22),
        closes=time(6),
        days=frozenset({5, 6}),
        holidays=PublicHolidays("DE", "BY"),
        leave=(
            (date(2026, 12, 21), date(2026, 12, 24)),
            (date(2027, 1, 4), date(2027, 1, 8)),
        ),
    )


@pytest.mark.parametrize(
    ("holidays", "country", "expected"),
    [(False, "NL", PublicHolidays()), (True, "", PublicHolidays("NL"))],
)
def test_holidays_are_the_organisations_unless_chosen_or_switched_off(
    bob_enrolment: Enrolment, holidays: bool, country: str, expected: PublicHolidays
) -> None:
    QuietHours.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        holidays=holidays,
        country=country,
    )

    assert open_hours_for(bob_enrolment).holidays == expected


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_people_costs_two_queries(
    programme: Programme, count: int, django_assert_num_queries: Any
) -> None:
    enrolments = [
        EnrolmentFactory.create(
            programme=programme,
            member=MemberFactory.create(
                organization=programme.organization, user=UserFactory.create()
            ),
        )
        for _ in range(count)
    ]
    QuietHours.objects.create(organization=programme.organization, enrolment=enrolments[0])

    with django_assert_num_queries(2):
        found = open_hours_of(enrolment.pk for enrolment in enrolments)

    assert len(found) == count


def test_a_message_carries_the_open_hours_of_its_days(bob_enrolment: Enrolment) -> None:
    assert windows_of(bob_enrolment.pk, at=SUNDAY, good_for=timedelta(days=2)) == [
        ["2026-11-23T07:00:00+00:00", "2026-11-23T17:00:00+00:00"],
        ["2026-11-24T07:00:00+00:00", "2026-11-24T12:00:00+00:00"],
    ]


def test_a_message_for_which_nothing_is_open_is_not_one_for_any_time(
    bob_enrolment: Enrolment,
) -> None:
    """An empty list would mean that it may go at any moment."""
    assert windows_of(bob_enrolment.pk, at=SUNDAY, good_for=timedelta(hours=6)) == [
        ["2026-11-22T18:00:00+00:00", "2026-11-22T18:00:00+00:00"]
    ]


def test_people_who_do_not_take_part_are_written_to_in_working_hours(acme: Organization) -> None:
    assert open_hours_at(acme) == OpenHours("Europe/Amsterdam", holidays=PublicHolidays("NL"))
    assert open_hours_at(acme, "Asia/Tokyo").zone == "Asia/Tokyo"
