"""*My impact*: one's own figures only, measured, reported and estimated apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import EnrolmentFactory, PostFactory, ShareFactory
from vaandel.ambassadors.models import ChannelUse, Enrolment
from vaandel.links.models import Kind, LinkDay
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme, Topic
from vaandel.shares.models import Share

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PAGE = "/o/acme/impact/"


@pytest.fixture(autouse=True)
def tuesday() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def post(programme: Programme, topic: Topic) -> Post:
    post = PostFactory.create(programme=programme, title="Four kilometres of pipe")
    post.topics.add(topic)
    return post


def clicked(share: Share, day: date, count: int, kind: Kind = Kind.HUMAN) -> None:
    LinkDay.objects.create(
        organization=share.organization, link=share.link, day=day, kind=kind, count=count
    )


def test_clicks_typed_in_views_and_the_estimate_stand_apart(
    client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    share = ShareFactory.create(
        post=post,
        enrolment=bob_enrolment,
        state="CONFIRMED",
        views=1240,
        reactions=31,
        numbers_typed_at=NOW,
        opened_at=NOW - timedelta(days=2),
    )
    clicked(share, date(2026, 11, 22), 7)
    clicked(share, date(2026, 11, 23), 11)
    clicked(share, date(2026, 11, 23), 5, Kind.PREVIEW)
    ChannelUse.objects.create(
        organization=bob.organization,
        enrolment=bob_enrolment,
        channel="linkedin",
        bracket="300-700",
    )

    response = client_as(bob).get(PAGE)

    assert response.status_code == 200
    totals = response.context["totals"]
    assert (totals.clicks, totals.left_out, totals.views, totals.reactions) == (18, 5, 1240, 31)
    own = response.context["own_reach"]
    assert (own.low, own.high) == (10, 122)
    [own] = response.context["timeline"].shares
    assert own.clicks == 18
    assert own.days == [(date(2026, 11, 22), 7), (date(2026, 11, 23), 11), (date(2026, 11, 24), 0)]
    page = response.content.decode()
    assert "10-120" in page
    assert "1,240" in page


def test_unknown_is_a_dash_and_not_a_nought(
    client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    ShareFactory.create(post=post, enrolment=bob_enrolment)

    response = client_as(bob).get(PAGE)

    totals = response.context["totals"]
    assert (totals.clicks, totals.views, totals.reactions) == (0, None, None)
    assert response.context["own_reach"] is None
    assert "Fill in a size, for you alone" in response.content.decode()


def test_nobody_elses_shares_are_there(
    client_as: Callable[[Member], Client],
    bob: Member,
    bob_enrolment: Enrolment,
    post: Post,
    programme: Programme,
) -> None:
    colleague = EnrolmentFactory.create(programme=programme)
    clicked(ShareFactory.create(post=post, enrolment=colleague), NOW.date(), 9)

    response = client_as(bob).get(PAGE)

    assert response.context["timeline"].shares == []
    assert response.context["totals"].clicks == 0
    assert "You have not shared anything yet" in response.content.decode()


def test_a_period_starts_in_the_persons_own_time_zone(
    client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    bob.user.time_zone = "Pacific/Auckland"
    bob.user.save()
    ShareFactory.create(
        post=post, enrolment=bob_enrolment, opened_at=datetime(2026, 10, 31, 12, tzinfo=UTC)
    )

    month = client_as(bob).get(PAGE, {"period": "month"})
    year = client_as(bob).get(PAGE, {"period": "year"})

    assert month.context["totals"].shares == 1
    assert year.context["totals"].shares == 1


@pytest.mark.parametrize("query", ["period=century", "page=-1", "page=%00", "page=99999999999"])
def test_nonsense_in_the_address_shows_the_default(
    client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment, query: str
) -> None:
    response = client_as(bob).get(f"{PAGE}?{query}")

    assert response.status_code == 200
    assert (response.context["period"], response.context["page"]) == ("month", 1)


def test_older_shares_stand_on_the_next_page(
    client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    for days in range(12):
        ShareFactory.create(
            post=post, enrolment=bob_enrolment, opened_at=NOW - timedelta(days=days)
        )

    first = client_as(bob).get(PAGE)
    second = client_as(bob).get(PAGE, {"page": 2})

    assert len(first.context["timeline"].shares) == 10
    assert first.context["timeline"].has_older is True
    assert len(second.context["timeline"].shares) == 2
    assert second.context["timeline"].has_older is False


@pytest.mark.parametrize("count", [1, 8])
def test_the_page_costs_the_same_however_much_was_shared(
    client_as: Callable[[Member], Client],
    bob: Member,
    bob_enrolment: Enrolment,
    programme: Programme,
    topic: Topic,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        post = PostFactory.create(programme=programme)
        post.topics.add(topic)
        clicked(ShareFactory.create(post=post, enrolment=bob_enrolment), NOW.date(), 2)
    client = client_as(bob)
    client.get(PAGE)

    with django_assert_num_queries(10):
        response = client.get(PAGE)

    assert len(response.context["timeline"].shares) == count


def test_taking_along_a_csv_guards_against_formulas(
    client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    share = ShareFactory.create(post=post, enrolment=bob_enrolment, text="=1+1", views=None)
    clicked(share, NOW.date(), 3)

    response = client_as(bob).get("/o/acme/impact/export/csv/")

    assert response["Content-Disposition"] == 'attachment; filename="my-impact.csv"'
    header, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    found = dict(zip(header, row, strict=True))
    assert found["Text"] == "'=1+1"
    assert found["Clicks (measured)"] == "3"
    assert found["Views (reported)"] == ""


def test_an_unknown_format_does_not_exist(
    client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment
) -> None:
    assert client_as(bob).get("/o/acme/impact/export/exe/").status_code == 404
