"""The studio's week and month: which post stands on which day, where somebody lives."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from tests.factories import MemberFactory, PostFactory, TopicFactory
from vaandel.accounts.models import User
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Occasion, Post, Submission
from vaandel.programmes.models import Programme

# A Tuesday.
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WEEK = "/o/acme/studio/?on=2026-11-24"
MONTH = "/o/acme/studio/?view=month&on=2026-11-24"


def planned(programme: Programme, moment: datetime, title: str = "Planned") -> Post:
    return PostFactory.create(
        programme=programme, title=title, state=Post.State.PLANNED, published_at=None,
        publish_at=moment,
    )  # fmt: skip


def days_of(page: str) -> dict[str, str]:
    """The text of each day of the week board, by date."""
    parts = re.split(r'<section class="board-day[^"]*" aria-labelledby="day-', page)[1:]
    return {part[:10]: part.split("</section>")[0] for part in parts}


@pytest.fixture(autouse=True)
def tuesday() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def test_posts_stand_on_their_day_with_flag_and_state(
    programme: Programme, studio: Client, alice: Member
) -> None:
    topic = TopicFactory.create(programme=programme, name="Heat")
    post = planned(programme, datetime(2026, 11, 26, 8, 30, tzinfo=UTC), "On Thursday")
    post.topics.add(topic)
    PostFactory.create(
        programme=programme, title="Out on Monday",
        published_at=datetime(2026, 11, 23, 8, tzinfo=UTC),
        expires_at=datetime(2026, 12, 3, tzinfo=UTC),
    )  # fmt: skip
    PostFactory.create(
        programme=programme, title="Read along", state=Post.State.REVIEW, published_at=None,
        publish_at=datetime(2026, 11, 27, 8, tzinfo=UTC),
    )  # fmt: skip

    days = days_of(studio.get(WEEK).content.decode())

    assert list(days) == [f"2026-11-{day}" for day in range(23, 28)]
    assert "On Thursday" in days["2026-11-26"]
    assert "at 09:30" in days["2026-11-26"]
    assert '<span class="visually-hidden">Heat:</span>' in days["2026-11-26"]
    assert "until 3 Dec" in days["2026-11-23"]
    assert "Waits for a second person" in days["2026-11-27"]
    assert "board-day-today" in days["2026-11-24"]
    assert "board-day-today" not in days["2026-11-23"]


def test_a_day_begins_where_the_reader_lives(
    programme: Programme, studio: Client, alice: Member
) -> None:
    planned(programme, datetime(2026, 11, 25, 23, 30, tzinfo=UTC), "Around midnight")

    assert "Around midnight" in days_of(studio.get(WEEK).content.decode())["2026-11-26"]
    User.objects.filter(pk=alice.user_id).update(time_zone="America/New_York")
    assert "Around midnight" in days_of(studio.get(WEEK).content.decode())["2026-11-25"]


def test_a_weekend_day_stands_there_only_when_needed(programme: Programme, studio: Client) -> None:
    page = studio.get(WEEK).content.decode()
    assert "Saturday 28 November and Sunday 29 November are quiet days" in page

    planned(programme, datetime(2026, 11, 28, 9, tzinfo=UTC), "On Saturday")

    days = days_of(studio.get(WEEK).content.decode())
    assert "On Saturday" in days["2026-11-28"]
    assert "2026-11-29" not in days
    with time_machine.travel(datetime(2026, 11, 29, 12, tzinfo=UTC)):
        assert "board-day-today" in days_of(studio.get(WEEK).content.decode())["2026-11-29"]


def test_from_today_a_day_takes_a_new_post(studio: Client) -> None:
    days = days_of(studio.get(WEEK).content.decode())

    assert "/o/acme/studio/posts/new/?day=" not in days["2026-11-23"]
    assert "/o/acme/studio/posts/new/?day=2026-11-26" in days["2026-11-26"]
    assert 'aria-label="New post on Thursday 26 November"' in days["2026-11-26"]


def test_ideas_of_colleagues_stand_on_the_day_they_came(
    acme: Organization, studio: Client, bob: Member
) -> None:
    for title, member in [("Ten years", bob), ("From who left", None)]:
        Submission.objects.create(
            organization=acme, member=member, occasion=Occasion.OTHER, title=title, answers=[],
            created_at=datetime(2026, 11, 25, 9, tzinfo=UTC),
        )  # fmt: skip
    Submission.objects.create(
        organization=acme, member=bob, occasion=Occasion.OTHER, title="Handled", answers=[],
        state=Submission.State.USED, created_at=NOW,
    )  # fmt: skip

    page = studio.get(WEEK).content.decode()

    assert "Sent in by Bob" in days_of(page)["2026-11-25"]
    assert "Sent in by a colleague" in days_of(page)["2026-11-25"]
    assert '<a href="/o/acme/studio/inbox/">Ten years</a>' in page
    assert "Handled" not in page
    assert "Ten years" in studio.get(MONTH).content.decode()


def test_drafts_without_a_day_stand_below(
    programme: Programme, studio: Client, alice: Member
) -> None:
    for number in range(9):
        PostFactory.create(
            programme=programme, title=f"Loose {number}", state=Post.State.DRAFT, published_at=None,
            updated_at=datetime(2026, 11, number + 1, tzinfo=UTC), created_by=alice,
        )  # fmt: skip

    page = studio.get(WEEK).content.decode()

    assert [int(number) for number in re.findall(r"Loose (\d)", page)] == list(range(8, 0, -1))
    assert "Without a day" in page


def test_an_untitled_draft_can_be_opened(programme: Programme, studio: Client) -> None:
    post = PostFactory.create(
        programme=programme, title="", state=Post.State.DRAFT, published_at=None, publish_at=NOW
    )

    for address in (WEEK, MONTH, "/o/acme/studio/posts/"):
        page = studio.get(address).content.decode()
        assert f'<a href="/o/acme/studio/posts/{post.pk}/">No title yet</a>' in page or (
            "No title yet</span></a>" in page
        )


def test_the_month_has_whole_weeks(programme: Programme, studio: Client) -> None:
    planned(programme, datetime(2026, 11, 30, 9, tzinfo=UTC), "Last day")
    planned(programme, datetime(2026, 12, 6, 9, tzinfo=UTC), "After the month")

    page = studio.get(MONTH).content.decode()

    assert page.count('<th scope="row">') == 6
    assert "Last day" in page
    assert "After the month" in page
    assert '<td class="now">' in page
    assert "November 2026" in page


@pytest.mark.parametrize(
    ("address", "before", "after"),
    [
        (WEEK, "view=week&amp;on=2026-11-22", "view=week&amp;on=2026-11-30"),
        (MONTH, "view=month&amp;on=2026-10-31", "view=month&amp;on=2026-12-"),
        ("/o/acme/studio/?view=month&on=2026-01-01", "on=2025-12-31", "on=2026-02-"),
    ],
)
def test_one_step_back_and_forth(studio: Client, address: str, before: str, after: str) -> None:
    page = studio.get(address).content.decode()

    assert before in page
    assert after in page


@pytest.mark.parametrize(
    "query",
    ["?on=nonsense", "?on=0001-01-01", "?on=9999-12-31", "?view=year", "?view=month&on=0001-01-01",
     "?view=month&on=9999-12-31", "?on=2026-02-31", "?on=%00"],
)  # fmt: skip
def test_nonsense_in_the_address_shows_some_week(studio: Client, query: str) -> None:
    assert studio.get(f"/o/acme/studio/{query}").status_code == 200


def test_who_only_approves_makes_nothing(
    acme: Organization, client_as: Callable[[Member], Client], programme: Programme
) -> None:
    approver = MemberFactory.create(organization=acme, is_approver=True)

    page = client_as(approver).get(WEEK).content.decode()

    assert "/studio/posts/new/" not in page
    assert client_as(approver).get("/o/acme/studio/posts/").status_code == 200


@pytest.mark.parametrize("address", [WEEK, MONTH])
@pytest.mark.parametrize("count", [1, 3])
def test_the_calendar_costs_the_same_however_full(
    programme: Programme,
    studio: Client,
    alice: Member,
    acme: Organization,
    address: str,
    count: int,
    django_assert_num_queries: Callable[[int], object],
) -> None:
    for number in range(count):
        topic = TopicFactory.create(programme=programme)
        post = planned(programme, NOW, f"Post {number}")
        post.topics.add(topic)
        Post.objects.filter(pk=post.pk).update(created_by=alice)
        PostFactory.create(
            programme=programme, state=Post.State.DRAFT, published_at=None, created_by=alice
        ).topics.add(topic)
        Submission.objects.create(
            organization=acme, member=alice, occasion=Occasion.OTHER, title="Idea", answers=[],
            created_at=NOW,
        )  # fmt: skip
    studio.get(address)

    # Session, user, member; posts and their topics; ideas; loose drafts and their topics.
    with django_assert_num_queries(8):  # type: ignore[attr-defined]  # a context
        page = studio.get(address).content.decode()

    assert page.count("Idea") >= count


@pytest.mark.parametrize("address", [WEEK, MONTH, "/o/acme/studio/posts/"])
def test_a_title_says_its_language_so_that_it_is_cut_well(
    programme: Programme, studio: Client, address: str
) -> None:
    post = planned(programme, datetime(2026, 11, 26, 8, 30, tzinfo=UTC), "Arbeidsmarktcommunicatie")
    Post.objects.filter(pk=post.pk).update(language="nl")

    page = studio.get(address).content.decode()

    assert re.search(r' lang="nl">(<[a-z]+>)?Arbeidsmarktcommunicatie<', page)


def test_what_has_no_title_is_in_the_language_of_the_page(
    programme: Programme, studio: Client
) -> None:
    planned(programme, datetime(2026, 11, 26, 8, 30, tzinfo=UTC), "")

    card = days_of(studio.get(WEEK).content.decode())["2026-11-26"]

    assert re.search(r'<a href="[^"]*">No title yet</a>', card)
