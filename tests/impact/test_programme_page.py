"""The programme's overview: for those who may read it, and never about one person."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from tests.factories import (
    EnrolmentFactory,
    MemberFactory,
    PostFactory,
    ShareFactory,
    UnitFactory,
)
from vaandel.impact.services import freeze_weeks, roll_up
from vaandel.links.models import Kind, LinkDay
from vaandel.organizations.models import Member, Organization, Role
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme, Topic

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PAGE = "/o/acme/programme/"
LAST_WEEK = NOW - timedelta(days=7)


@pytest.fixture(autouse=True)
def thursday() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def shared_by(post: Post, people: int, *, clicks: int, channel: str = "linkedin") -> None:
    for _ in range(people):
        enrolment = EnrolmentFactory.create(programme=post.programme)
        share = ShareFactory.create(
            post=post, enrolment=enrolment, channel=channel, edited_share=0.5
        )
        LinkDay.objects.create(
            organization=post.organization,
            link=share.link,
            day=NOW.date(),
            kind=Kind.HUMAN,
            count=clicks,
        )


def counted() -> None:
    roll_up()
    freeze_weeks()


@pytest.fixture
def post(programme: Programme, topic: Topic) -> Post:
    programme.starts_on = (NOW - timedelta(weeks=3)).date()
    programme.save()
    post = PostFactory.create(programme=programme, title="Four kilometres of pipe")
    post.topics.add(topic)
    return post


def test_clicks_and_shares_of_everybody_together(
    client_as: Callable[[Member], Client], alice: Member, post: Post
) -> None:
    shared_by(post, 6, clicks=3)
    counted()

    response = client_as(alice).get(PAGE)

    totals = response.context["totals"]
    assert (totals.clicks, totals.shares, totals.views) == (18, 6, None)
    [row] = response.context["posts"]
    assert (row.title, row.sharers, row.clicks, row.own_words) == (post.title, 6, 18, 1.0)


def test_one_sharer_counts_in_the_total_but_is_not_shown_as_a_group(
    client_as: Callable[[Member], Client], alice: Member, post: Post
) -> None:
    shared_by(post, 1, clicks=1)
    counted()

    response = client_as(alice).get(PAGE)

    assert response.context["totals"].clicks == 1
    [row] = response.context["posts"]
    assert (row.sharers, row.own_words) == (None, None)
    assert response.context["clicks"].series == ["Other"]
    assert response.context["latest"].active is None
    assert "fewer than 5" in response.content.decode()


def test_a_channel_of_few_people_is_part_of_other(
    client_as: Callable[[Member], Client], alice: Member, post: Post
) -> None:
    shared_by(post, 5, clicks=2)
    shared_by(post, 2, clicks=50, channel="whatsapp")
    counted()

    chart = client_as(alice).get(PAGE).context["clicks"]

    assert chart.series == ["LinkedIn", "Other"]
    assert chart.groups[-1].values == [10, 100]


def test_a_unit_where_few_do_or_do_not_take_part_is_hidden(
    client_as: Callable[[Member], Client],
    alice: Member,
    acme: Organization,
    programme: Programme,
    post: Post,
) -> None:
    sizes = {"Heat": (6, 20), "Power": (7, 30), "Night shift": (7, 8), "Law": (2, 9)}
    for name, (inside, whole) in sizes.items():
        unit = UnitFactory.create(organization=acme, name=name)
        members = MemberFactory.create_batch(
            whole, organization=acme, unit=unit, created_at=LAST_WEEK
        )
        for member in members[:inside]:
            EnrolmentFactory.create(programme=programme, member=member, joined_at=LAST_WEEK)
    counted()

    units = {unit.name: unit.ambassadors for unit in client_as(alice).get(PAGE).context["units"]}

    assert units["Night shift"] is None
    assert units["Law"] is None
    assert units["Power"] == 7


def test_who_looks_before_and_after_moving_somebody_learns_nothing(
    client_as: Callable[[Member], Client],
    alice: Member,
    acme: Organization,
    programme: Programme,
    post: Post,
) -> None:
    heat, power = UnitFactory.create_batch(2, organization=acme)
    for unit in (heat, power):
        for member in MemberFactory.create_batch(
            20, organization=acme, unit=unit, created_at=LAST_WEEK
        )[:10]:
            EnrolmentFactory.create(programme=programme, member=member, joined_at=LAST_WEEK)
    counted()
    before = client_as(alice).get(PAGE).context["units"]

    moved = Member.objects.filter(unit=heat, enrolments__isnull=False).earliest("pk")
    Member.objects.filter(pk=moved.pk).update(unit=power)
    counted()

    after = client_as(alice).get(PAGE).context
    assert after["units"] == before
    assert [week.frozen for week in after["newest_first"]] == [True, True, True]


@pytest.mark.parametrize("role", [Role.OWNER, Role.EDITOR, Role.SPONSOR, Role.WORKS_COUNCIL])
def test_readers_may_read(
    client_as: Callable[[Member], Client], acme: Organization, programme: Programme, role: Role
) -> None:
    reader = MemberFactory.create(organization=acme, **{f"is_{role.lower()}": True})

    assert client_as(reader).get(PAGE).status_code == 200


def test_an_ambassador_may_not(client_as: Callable[[Member], Client], bob: Member) -> None:
    assert client_as(bob).get(PAGE).status_code == 403


@pytest.mark.parametrize("count", [1, 8])
def test_the_page_costs_the_same_at_any_size(
    client_as: Callable[[Member], Client],
    alice: Member,
    programme: Programme,
    topic: Topic,
    post: Post,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        another = PostFactory.create(programme=programme)
        another.topics.add(topic)
        shared_by(another, 1, clicks=1)
    counted()
    client = client_as(alice)

    with django_assert_num_queries(10):
        assert client.get(PAGE).status_code == 200


def test_a_workbook_holds_every_table_with_the_same_numbers_hidden(
    client_as: Callable[[Member], Client], alice: Member, post: Post
) -> None:
    shared_by(post, 2, clicks=3)
    counted()

    response = client_as(alice).get("/o/acme/programme/export/all/xlsx/")

    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    assert book.sheet_names == [
        "Weeks",
        "Clicks per channel",
        "Topics",
        "Posts",
        "Groups",
        "Definitions",
    ]
    header, row = book.get_sheet_by_name("Posts").to_python()
    found = dict(zip(header, row, strict=True))
    assert (found["Post"], found["Shared by"], found["Clicks"]) == (post.title, "", 6.0)


def test_a_table_as_csv(client_as: Callable[[Member], Client], alice: Member, post: Post) -> None:
    shared_by(post, 5, clicks=1)
    counted()

    response = client_as(alice).get("/o/acme/programme/export/weeks/csv/", {"weeks": "all"})

    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["Week (Monday)"] for row in rows] == [
        "2026-11-02",
        "2026-11-09",
        "2026-11-16",
    ]
    assert rows[-1]["Shares"] == "0"


@pytest.mark.parametrize("path", ["names/csv/", "weeks/xlsx/", "weeks/exe/"])
def test_other_files_do_not_exist(
    client_as: Callable[[Member], Client], alice: Member, path: str
) -> None:
    assert client_as(alice).get(f"/o/acme/programme/export/{path}").status_code == 404


def test_the_results_of_a_post(
    client_as: Callable[[Member], Client], alice: Member, post: Post
) -> None:
    shared_by(post, 5, clicks=4)
    counted()

    response = client_as(alice).get(f"/o/acme/programme/posts/{post.pk}/")

    assert response.context["row"].sharers == 5
    assert response.context["clicks"].series == ["LinkedIn"]
    assert response.context["clicks"].groups[-1].values == [20]


def test_the_results_of_a_post_without_any(
    client_as: Callable[[Member], Client], alice: Member, post: Post
) -> None:
    response = client_as(alice).get(f"/o/acme/programme/posts/{post.pk}/")

    assert response.status_code == 200
    assert "No clicks yet." in response.content.decode()


def test_another_organisations_post_does_not_exist(
    client_as: Callable[[Member], Client], charlie: Member, post: Post
) -> None:
    assert client_as(charlie).get(f"/o/globex/programme/posts/{post.pk}/").status_code == 404


def test_the_part_in_own_words_counts_posts_that_five_people_shared(
    client_as: Callable[[Member], Client], alice: Member, post: Post, programme: Programme
) -> None:
    Post.objects.update(published_at=NOW)
    shared_by(post, 5, clicks=0)
    for edited in (0.2, 0.1, 0.21):
        ShareFactory.create(post=post, edited_share=edited)
    few = PostFactory.create(programme=programme, published_at=NOW)
    shared_by(few, 4, clicks=0)
    before = PostFactory.create(programme=programme, published_at=NOW - timedelta(weeks=60))
    shared_by(before, 6, clicks=0)
    counted()
    client = client_as(alice)

    assert client.get(PAGE).context["own_words"] == 0.75
    assert "of the texts in own words" in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}?weeks=all").context["own_words"] == 12 / 14
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get("/o/acme/programme/export/all/xlsx/").content)
    )
    rows = book.get_sheet_by_name("Definitions").to_python()
    definitions = {str(name): str(text) for name, text, *_ in rows}
    assert definitions["Own words, of the programme"].endswith("shared: 75%.")


def test_the_part_in_own_words_is_unknown_for_few(
    client_as: Callable[[Member], Client], alice: Member, post: Post
) -> None:
    shared_by(post, 4, clicks=0)
    counted()

    response = client_as(alice).get(PAGE)

    assert response.context["own_words"] is None
    assert "of the texts in own words" not in response.content.decode()
