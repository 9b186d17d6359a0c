"""A click becomes known a little after the conversion that it led to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.factories import ConversionFactory, LinkFactory
from vaandel.links.models import ClickReference, Conversion, ConversionAssist, Link
from vaandel.links.services.conversions import (
    attribute_awaited_conversions,
    attribute_fresh_conversions,
)
from vaandel.organizations.models import Organization

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_half_past_nine() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def link(acme: Organization) -> Link:
    return LinkFactory.create(organization=acme)


def click(link: Link, reference: str) -> None:
    ClickReference.objects.create(
        organization=link.organization, reference=reference, link=link, at=NOW
    )


def awaiting(organization: Organization, reference: str, **values: Any) -> Conversion:
    return ConversionFactory.create(
        organization=organization, reference=reference, **{"received_at": NOW, **values}
    )


def test_a_click_is_credited_when_it_becomes_known(acme: Organization, link: Link) -> None:
    conversion, other = awaiting(acme, "ref-1"), awaiting(acme, "ref-2")
    assert attribute_fresh_conversions() == 0

    click(link, "ref-1")

    assert attribute_fresh_conversions() == 1
    assert attribute_fresh_conversions() == 0
    conversion.refresh_from_db()
    other.refresh_from_db()
    assert (conversion.link, other.link) == (link, None)


def test_an_earlier_click_too(acme: Organization, link: Link) -> None:
    conversion = awaiting(acme, "")
    assist = ConversionAssist.objects.create(
        organization=acme, conversion=conversion, reference="early"
    )
    click(link, "early")

    assert attribute_fresh_conversions() == 1

    assist.refresh_from_db()
    conversion.refresh_from_db()
    assert (assist.link, assist.at, conversion.link) == (link, NOW, None)


def test_after_a_quarter_of_an_hour_it_is_looked_up_more_rarely(
    acme: Organization, link: Link
) -> None:
    awaiting(acme, "ref-1", received_at=NOW - timedelta(minutes=16))
    click(link, "ref-1")

    assert attribute_fresh_conversions() == 0
    assert attribute_awaited_conversions() == 1


def test_after_a_week_nobody_waits_for_it(acme: Organization, link: Link) -> None:
    awaiting(acme, "ref-1", received_at=NOW - timedelta(days=7, seconds=1))
    click(link, "ref-1")

    assert attribute_awaited_conversions() == 0


def test_a_click_of_another_organisation_is_never_credited(
    acme: Organization, globex: Organization
) -> None:
    click(LinkFactory.create(organization=globex), "ref-1")
    conversion = awaiting(acme, "ref-1")

    assert attribute_fresh_conversions() == 0
    conversion.refresh_from_db()
    assert conversion.link is None


def test_every_organisation_has_its_turn(
    acme: Organization, globex: Organization, link: Link
) -> None:
    click(link, "ref-1")
    click(LinkFactory.create(organization=globex), "ref-2")
    awaiting(acme, "ref-1")
    awaiting(globex, "ref-2")

    assert attribute_fresh_conversions() == 2
    assert not Conversion.objects.filter(link=None).exists()


def test_a_link_that_was_deleted_is_not_known(acme: Organization, link: Link) -> None:
    click(link, "ref-1")
    Link.objects.filter(pk=link.pk).delete()
    conversion = awaiting(acme, "ref-1")

    assert attribute_fresh_conversions() == 0
    conversion.refresh_from_db()
    assert conversion.link is None


def test_a_conversion_outlives_its_link(acme: Organization, link: Link) -> None:
    conversion = awaiting(acme, "ref-1", link=link)

    link.delete()

    conversion.refresh_from_db()
    assert conversion.link is None
