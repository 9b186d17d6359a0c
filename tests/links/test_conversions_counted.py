"""How many conversions of each goal: last click and earlier clicks apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.factories import ConversionFactory, LinkFactory
from vaandel.links.models import Campaign, Conversion, ConversionAssist, Goal, Link
from vaandel.links.queries.conversions import (
    Filter,
    GoalCount,
    Money,
    conversions,
    conversions_of_campaign,
    conversions_per_goal,
)
from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import tenant_scope

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def a_link(acme: Organization, key: str) -> Link:
    campaign, _ = Campaign.objects.get_or_create(organization=acme, key=key, title=f"About {key}")
    return LinkFactory.create(organization=acme, campaign=campaign)


@pytest.fixture
def jobs(acme: Organization) -> Link:
    return a_link(acme, "post:1")


@pytest.fixture
def story(acme: Organization) -> Link:
    return a_link(acme, "post:2")


def converted(link: Link | None, acme: Organization, goal: Goal, **values: Any) -> Conversion:
    return ConversionFactory.create(
        organization=acme, link=link, goal=goal, **{"happened_at": NOW, **values}
    )


def helped(conversion: Conversion, link: Link | None, reference: str = "r") -> None:
    ConversionAssist.objects.create(
        organization=conversion.organization, conversion=conversion, link=link, reference=reference
    )


def test_nothing_yet(acme: Organization, jobs: Link) -> None:
    assert jobs.campaign is not None
    assert conversions_per_goal(Filter()) == []
    assert conversions_of_campaign(jobs.campaign) == []


def test_last_and_earlier_clicks_are_two_figures(
    acme: Organization, jobs: Link, story: Link
) -> None:
    both = converted(jobs, acme, Goal.APPLICATION)
    helped(both, story, "one")
    helped(both, story, "two")
    converted(jobs, acme, Goal.APPLICATION)
    only_helped = converted(None, acme, Goal.APPLICATION)
    helped(only_helped, story)
    helped(converted(None, acme, Goal.HIRE), None)

    assert conversions_per_goal(Filter()) == [
        GoalCount(Goal.APPLICATION, last_click=2, assisted=2, not_attributed=1, values=[]),
        GoalCount(Goal.HIRE, last_click=0, assisted=0, not_attributed=1, values=[]),
    ]


def test_a_campaign_has_its_own(acme: Organization, jobs: Link, story: Link) -> None:
    assert jobs.campaign is not None
    assert story.campaign is not None
    last_was_jobs = converted(jobs, acme, Goal.HIRE, value=Decimal(10), currency="EUR")
    helped(last_was_jobs, story, "one")
    helped(last_was_jobs, jobs, "two")
    nobody = converted(None, acme, Goal.HIRE)
    helped(nobody, story)

    assert conversions_of_campaign(jobs.campaign) == [
        GoalCount(
            Goal.HIRE,
            last_click=1,
            assisted=0,
            not_attributed=0,
            values=[Money("EUR", Decimal("10.00"))],
        ),
    ]
    assert conversions_of_campaign(story.campaign) == [
        GoalCount(Goal.HIRE, last_click=0, assisted=2, not_attributed=0, values=[]),
    ]


def test_values_are_summed_per_currency_and_only_where_a_link_led(
    acme: Organization, jobs: Link
) -> None:
    converted(jobs, acme, Goal.SALE, value=Decimal("1.10"), currency="EUR")
    converted(jobs, acme, Goal.SALE, value=Decimal("2.20"), currency="EUR")
    converted(jobs, acme, Goal.SALE, value=Decimal(7), currency="CHF")
    converted(None, acme, Goal.SALE, value=Decimal(100), currency="EUR")

    (sale,) = conversions_per_goal(Filter())

    assert sale.values == [Money("CHF", Decimal("7.00")), Money("EUR", Decimal("3.30"))]


def test_what_was_withdrawn_is_listed_but_not_counted(acme: Organization, jobs: Link) -> None:
    assert jobs.campaign is not None
    gone = converted(jobs, acme, Goal.HIRE, withdrawn_at=NOW, value=Decimal(1), currency="EUR")

    assert conversions_per_goal(Filter()) == []
    assert conversions_of_campaign(jobs.campaign) == []
    assert list(conversions(Filter())) == [gone]


def test_filters(acme: Organization, jobs: Link) -> None:
    old = converted(jobs, acme, Goal.LEAD, happened_at=NOW - timedelta(days=40))
    new = converted(None, acme, Goal.LEAD)
    hire = converted(jobs, acme, Goal.HIRE, happened_at=NOW - timedelta(days=1))

    assert list(conversions(Filter())) == [new, hire, old]
    assert list(conversions(Filter(goal="LEAD"))) == [new, old]
    assert list(conversions(Filter(attributed=False))) == [new]
    assert list(conversions(Filter(attributed=True))) == [hire, old]
    assert list(conversions(Filter(since=NOW - timedelta(days=30)))) == [new, hire]
    assert list(conversions(Filter(until=NOW))) == [hire, old]
    assert [row.goal for row in conversions_per_goal(Filter(goal="HIRE"))] == [Goal.HIRE]


def test_nothing_of_another_organisation(
    acme: Organization, globex: Organization, jobs: Link
) -> None:
    converted(jobs, acme, Goal.LEAD)

    with tenant_scope(globex):
        assert list(conversions(Filter())) == []
        assert conversions_per_goal(Filter()) == []
