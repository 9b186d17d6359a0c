"""The denominators of a week are frozen when it ends; who comes or goes later changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from tests.factories import (
    AskFactory,
    EnrolmentFactory,
    MemberFactory,
    PostFactory,
    ShareFactory,
    UnitFactory,
)
from vaandel.impact.models import UnitWeek, WeekSnapshot
from vaandel.impact.services import freeze_weeks
from vaandel.organizations.models import Invitation, Organization
from vaandel.programmes.models import Programme

MONDAY = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)
FRIDAY_BEFORE = MONDAY - timedelta(days=3)
LAST_WEEK = date(2026, 11, 16)
THIS_WEEK = date(2026, 11, 23)


@pytest.fixture
def started(programme: Programme) -> Programme:
    programme.starts_on = LAST_WEEK
    programme.save()
    return programme


def test_a_week_that_is_over_is_frozen_and_the_running_one_is_renewed(
    acme: Organization, started: Programme
) -> None:
    MemberFactory.create_batch(3, organization=acme, created_at=FRIDAY_BEFORE)
    with time_machine.travel(MONDAY, tick=False):
        assert freeze_weeks() == 1

    MemberFactory.create_batch(2, organization=acme, created_at=MONDAY)
    MemberFactory.create(organization=acme, created_at=FRIDAY_BEFORE)  # imported too late
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        assert freeze_weeks() == 0

    rows = WeekSnapshot.objects.order_by("week").values_list("week", "employees", "frozen_at")
    assert list(rows) == [(LAST_WEEK, 3, MONDAY), (THIS_WEEK, 6, None)]


def test_a_snapshot_counts_people_asks_and_shares(acme: Organization, started: Programme) -> None:
    with time_machine.travel(FRIDAY_BEFORE, tick=False):
        post = PostFactory.create(programme=started)
        first = EnrolmentFactory.create(programme=started)
        second = EnrolmentFactory.create(programme=started)
        EnrolmentFactory.create(
            programme=started, state="LEFT", left_at=FRIDAY_BEFORE - timedelta(days=1)
        )
        Invitation.objects.create(
            organization=acme, member=first.member, expires_at=MONDAY, created_at=FRIDAY_BEFORE
        )
        AskFactory.create(post=post, enrolment=first)
        AskFactory.create(post=post, enrolment=second)
        ShareFactory.create(post=post, enrolment=first)
        ShareFactory.create(post=post, enrolment=first, channel="x")
        ShareFactory.create(post=post, enrolment=second, state="NOT_POSTED")
    with time_machine.travel(MONDAY, tick=False):
        freeze_weeks()

    week = WeekSnapshot.objects.get(week=LAST_WEEK)
    assert (week.employees, week.invited, week.ambassadors) == (3, 1, 2)
    assert (week.active, week.asks, week.shares) == (1, 2, 2)


def test_units_are_counted_with_the_week(acme: Organization, started: Programme) -> None:
    unit = UnitFactory.create(organization=acme, name="Heat")
    with time_machine.travel(FRIDAY_BEFORE, tick=False):
        member = MemberFactory.create(organization=acme, unit=unit)
        MemberFactory.create(organization=acme, unit=unit)
        MemberFactory.create(organization=acme)
        EnrolmentFactory.create(programme=started, member=member)
    with time_machine.travel(MONDAY, tick=False):
        freeze_weeks()

    rows = UnitWeek.objects.filter(week=LAST_WEEK).order_by("-employees")
    assert [(row.unit, row.employees, row.ambassadors) for row in rows] == [
        (unit, 2, 1),
        (None, 1, 0),
    ]
