"""The list of campaigns: figures, order, search, pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import LinkFactory
from tests.links.campaigns import NOW, a_campaign, clicks
from vaandel.links.models import Campaign, Kind, Link
from vaandel.links.queries.campaigns import as_rows, campaign_rows
from vaandel.organizations.models import Member, Organization

SignIn = Callable[[Member], Client]
PAGE = "/o/acme/links/"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def test_a_line_says_clicks_what_was_left_out_and_the_state(acme: Organization) -> None:
    heat = a_campaign(acme, title="Heat")
    wind = a_campaign(acme, title="Wind", sharers=1)
    Link.objects.filter(campaign=wind).update(ended_at=NOW)
    clicks(heat, 3)
    clicks(heat, 4, hour=NOW - timedelta(hours=5))
    clicks(heat, 2, kind=Kind.BOT)
    clicks(heat, 1, kind=Kind.PREVIEW)
    clicks(heat, 90, hour=NOW - timedelta(days=40))

    rows = as_rows([heat, wind], since=NOW - timedelta(days=30), now=NOW)

    assert [(row.clicks, row.left_out, row.live) for row in rows] == [(7, 3, True), (0, 0, False)]
    assert rows[0].last_click == NOW.replace(minute=0)
    assert rows[1].last_click is None


def test_of_fewer_than_five_sharers_no_day_is_told(
    acme: Organization, alice: Member, client_as: SignIn
) -> None:
    few, many = a_campaign(acme, title="Few", sharers=4), a_campaign(acme, title="Many")
    # One of them shares it once more, somebody else left.
    share_again = Link.objects.filter(campaign=few).latest("pk")
    LinkFactory.create(organization=acme, campaign=few, owner=share_again.owner)
    LinkFactory.create(organization=acme, campaign=few, owner=None)
    saturday = datetime(2026, 11, 21, tzinfo=AMSTERDAM)
    for campaign in (few, many):
        clicks(campaign, 1, hour=saturday - timedelta(days=6))
        clicks(campaign, 2, hour=saturday - timedelta(days=5))
        clicks(campaign, 4, hour=saturday)

    rows = as_rows([few, many], since=saturday, now=NOW)

    assert [(row.few, row.clicks) for row in rows] == [(True, 6), (False, 4)]
    with timezone.override(AMSTERDAM):
        assert rows[0].last_week == date(2026, 11, 16)
    page = client_as(alice).get(PAGE).content.decode()
    assert page.count("in the week of 16 Nov") == 1
    assert page.count(">21 Nov</time>") == 1


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        ("", ["Wind", "Sun", "Heat"]),
        ("clicks", ["Sun", "Heat", "Wind"]),
        ("title", ["Heat", "Sun", "Wind"]),
    ],
)
def test_the_order_can_be_chosen(acme: Organization, order: str, titles: list[str]) -> None:
    heat, sun, wind = (a_campaign(acme, title=title) for title in ("Heat", "Sun", "Wind"))
    clicks(heat, 3)
    clicks(sun, 9)
    clicks(wind, 100, hour=NOW - timedelta(days=40))
    clicks(wind, 100, kind=Kind.BOT)

    found = campaign_rows(order=order, since=NOW - timedelta(days=30))

    assert [campaign.title for campaign in found] == titles


def test_all_of_time_counts_when_asked(acme: Organization) -> None:
    heat = a_campaign(acme)
    clicks(heat, 90, hour=NOW - timedelta(days=400))

    assert as_rows([heat], now=NOW)[0].clicks == 90
    assert campaign_rows(order="clicks").get() == heat


def test_words_in_the_title_are_found(acme: Organization, alice: Member, client_as: SignIn) -> None:
    a_campaign(acme, title="Heat from the sewer")
    a_campaign(acme, title="Wind")
    client = client_as(alice)

    found = client.get(PAGE, {"q": "SEWER"}).content.decode()
    nothing = client.get(PAGE, {"q": "moon"}).content.decode()

    assert "Heat from the sewer" in found
    assert ">Wind<" not in found
    assert "No post has these words in its title." in nothing


def test_without_links_the_page_says_what_will_come(alice: Member, client_as: SignIn) -> None:
    assert b"No links yet" in client_as(alice).get(PAGE).content


def test_twenty_five_a_page(acme: Organization, alice: Member, client_as: SignIn) -> None:
    for number in range(27):
        Campaign.objects.create(organization=acme, key=f"post:{number}", title=f"Post no {number}.")
    client = client_as(alice)

    first = client.get(PAGE, {"sort": "clicks", "period": "all"}).content.decode()
    second = client.get(PAGE, {"page": "2"}).content.decode()

    assert (first.count("Post no "), second.count("Post no ")) == (25, 2)
    assert "?sort=clicks&amp;period=all&amp;page=2" in first


def test_more_campaigns_cost_no_more_queries(
    acme: Organization, alice: Member, client_as: SignIn
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(PAGE)
        return len(seen)

    client = client_as(alice)
    clicks(a_campaign(acme), 3, hour=timezone.now())
    one = asked()
    for _ in range(2):
        clicks(a_campaign(acme), 3, hour=timezone.now())

    assert asked() == one <= 10


@pytest.mark.parametrize(
    "query", [{"sort": "x"}, {"period": "1"}, {"page": "x"}, {"q": "\x00"}, {"q": "x" * 101}]
)
def test_nonsense_shows_the_list(
    acme: Organization, alice: Member, client_as: SignIn, query: dict[str, Any]
) -> None:
    a_campaign(acme, title="Heat from the sewer")

    page = client_as(alice).get(PAGE, query)

    assert page.status_code == 200
    assert b"Heat from the sewer" in page.content


def test_only_editors_see_it(
    acme: Organization, bob: Member, charlie: Member, client_as: SignIn
) -> None:
    a_campaign(acme, title="Heat from the sewer")

    assert client_as(bob).get(PAGE).status_code == 403
    assert client_as(charlie).get(PAGE).status_code == 404
    other = client_as(charlie).get(reverse("links:list", args=["globex"]))
    assert b"Heat from the sewer" not in other.content
