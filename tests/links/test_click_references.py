"""A reference for every person's click, where an organisation switched that on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests.factories import LinkFactory
from tests.links.visitor import Visitor
from vaandel.links.cache import SECONDS_BETWEEN_POLLS
from vaandel.links.ingest import ingest_clicks
from vaandel.links.models import Click, ClickReference, Kind, Link, LinkSettings
from vaandel.links.services import end_links, touch
from vaandel.organizations.models import Organization

START = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TARGET = "https://news.example/a?utm_source=linkedin"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def switched_on(acme: Organization) -> LinkSettings:
    return LinkSettings.objects.create(organization=acme, click_references=True)


def location(visitor: Visitor, link: Link, **headers: str) -> str:
    visitor.asks(f"/s/{link.code}", **headers)
    assert visitor.status == "302 Found"
    return visitor.headers["Location"]


def test_nothing_is_added_by_itself(visitor: Visitor, link: Link) -> None:
    assert location(visitor, link) == TARGET
    ingest_clicks()
    assert not ClickReference.objects.exists()


def test_each_click_has_its_own_reference(
    visitor: Visitor, link: Link, switched_on: LinkSettings
) -> None:
    addresses = [location(visitor, link, REMOTE_ADDR=f"203.0.113.{n}") for n in (1, 2)]
    assert ingest_clicks() == 2

    added = [address.removeprefix(f"{TARGET}&vref=") for address in addresses]
    assert len(set(added)) == 2
    assert all(len(reference) == 12 and "=" not in reference for reference in added)
    rows = ClickReference.objects.all()
    assert {row.reference for row in rows} == set(added)
    assert {(row.link, row.organization, row.at) for row in rows} == {
        (link, link.organization, START)
    }


@pytest.mark.parametrize(
    ("target", "begins", "ends"),
    [
        ("https://news.example", "https://news.example?vref=", ""),
        ("https://news.example/a", "https://news.example/a?vref=", ""),
        ("https://news.example/a?", "https://news.example/a?&vref=", ""),
        ("https://news.example/a?b=c#d", "https://news.example/a?b=c&vref=", "#d"),
        ("https://news.example/#/spa?x=1", "https://news.example/?vref=", "#/spa?x=1"),
        ("https://news.example/a?vref=mine", "https://news.example/a?vref=mine&vref=", ""),
    ],
)
def test_the_rest_of_the_address_stays_as_it_is(
    visitor: Visitor, switched_on: LinkSettings, target: str, begins: str, ends: str
) -> None:
    made = LinkFactory.create(organization=switched_on.organization, target_url=target)

    where = location(visitor, made)

    assert where.startswith(begins)
    assert where.endswith(ends)
    ingest_clicks()
    assert where == f"{begins}{ClickReference.objects.get().reference}{ends}"


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_USER_AGENT": "LinkedInBot/1.0"},
        {"HTTP_USER_AGENT": "curl/8.5.0"},
        {"HTTP_SEC_PURPOSE": "prefetch"},
        {"HTTP_REFERER": "http://127.0.0.1:8000/o/acme/"},
        {"REQUEST_METHOD": "HEAD"},
    ],
)
def test_only_people_get_one(
    visitor: Visitor, link: Link, switched_on: LinkSettings, headers: dict[str, str]
) -> None:
    assert location(visitor, link, **headers) == TARGET
    assert ingest_clicks() == 1
    assert not ClickReference.objects.exists()


def test_an_ended_link_leads_on_without_one(
    visitor: Visitor, link: Link, switched_on: LinkSettings
) -> None:
    end_links([link.pk], at=START)

    assert "vref" not in location(visitor, link)
    ingest_clicks()
    assert not ClickReference.objects.exists()


def test_a_second_press_within_seconds_has_a_reference_of_its_own(
    visitor: Visitor, link: Link, switched_on: LinkSettings
) -> None:
    """It is no second click, and the page that stays open may be either of the two."""
    addresses = [location(visitor, link), location(visitor, link)]
    ingest_clicks()

    known = {f"{TARGET}&vref={row.reference}" for row in ClickReference.objects.all()}
    assert known == set(addresses)
    assert list(Click.objects.order_by("pk").values_list("kind", flat=True)) == [
        Kind.HUMAN,
        Kind.REPEAT,
    ]


def test_the_parameter_has_the_name_that_the_site_knows(
    visitor: Visitor, link: Link, switched_on: LinkSettings
) -> None:
    LinkSettings.objects.update(reference_parameter="click_id")

    assert location(visitor, link).startswith(f"{TARGET}&click_id=")


def test_a_change_is_followed_within_a_poll(
    visitor: Visitor,
    link: Link,
    switched_on: LinkSettings,
    clock: time_machine.Traveller,
) -> None:
    assert "&vref=" in location(visitor, link)
    for change, expected in (
        ({"reference_parameter": "ref"}, "&ref="),
        ({"click_references": False}, "linkedin"),
        ({"click_references": True}, "&ref="),
    ):
        changes: dict[str, Any] = change
        LinkSettings.objects.update(**changes)
        touch(switched_on.organization_id)
        clock.shift(SECONDS_BETWEEN_POLLS + 0.01)
        assert expected in location(visitor, link)


def test_one_organisation_does_not_decide_for_another(
    visitor: Visitor, switched_on: LinkSettings, globex: Organization
) -> None:
    theirs = LinkFactory.create(organization=globex)

    assert location(visitor, theirs) == theirs.target_url
