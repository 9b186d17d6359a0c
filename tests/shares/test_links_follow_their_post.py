"""How soon links follow their post: at once when it changes, to the second when it expires."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import PostFactory, ShareFactory
from tests.links.visitor import Visitor
from vaandel.ambassadors.models import Enrolment
from vaandel.links.addresses import ended_url
from vaandel.links.models import Link
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.posts.services import expire_due_posts, withdraw_post
from vaandel.programmes.models import Programme
from vaandel.shares.models import Share
from vaandel.shares.services import (
    end_links_of_changed_posts,
    end_links_of_finished_posts,
    reserve_link,
)

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def post(programme: Programme) -> Post:
    return PostFactory.create(
        programme=programme, expires_at=NOW + 60 * SECOND, updated_at=NOW - timedelta(hours=1)
    )


@pytest.fixture
def reserve(bob_enrolment: Enrolment) -> Callable[[Post], Link]:
    def make(post: Post) -> Link:
        return reserve_link(
            enrolment=bob_enrolment, post=post, channel="x", press=uuid.uuid4(), at=NOW
        )

    return make


def change(post: Post, **to: Any) -> None:
    """As an editor does it."""
    Post.objects.filter(pk=post.pk).update(**to, updated_at=datetime.now(UTC))


def ends(share: Share) -> tuple[datetime | None, datetime | None]:
    share.link.refresh_from_db()
    return share.link.ended_at, share.link.expires_at


def test_a_link_ends_with_its_post_to_the_second(
    post: Post, reserve: Callable[[Post], Link], clock: time_machine.Traveller
) -> None:
    link = reserve(post)
    visitor = Visitor()
    clock.move_to(NOW + 59 * SECOND)
    visitor.asks(f"/s/{link.code}")
    assert visitor.headers["Location"].startswith("https://news.example/article")
    assert "This link works" in Client().get(f"/over/{link.code}/").content.decode()

    clock.move_to(NOW + 60 * SECOND)
    visitor.asks(f"/s/{link.code}")

    assert visitor.headers["Location"] == ended_url(link.code)
    assert "not here any more" in Client().get(f"/over/{link.code}/").content.decode()
    assert (expire_due_posts(), end_links_of_changed_posts()) == (1, 1)
    link.refresh_from_db()
    assert link.ended_at == NOW + 60 * SECOND


def test_a_post_without_an_end_gives_links_without_one(
    programme: Programme, reserve: Callable[[Post], Link]
) -> None:
    assert reserve(PostFactory.create(programme=programme)).expires_at is None


@pytest.mark.parametrize("until", [NOW + 10 * SECOND, NOW + timedelta(days=3), None])
def test_links_follow_when_the_end_is_moved(post: Post, until: datetime | None) -> None:
    share = ShareFactory.create(post=post)
    elsewhere = ShareFactory.create(post=PostFactory.create(programme=post.programme))
    assert end_links_of_finished_posts() == 1
    assert ends(share) == (None, post.expires_at)

    change(post, expires_at=until)

    assert (end_links_of_changed_posts(), end_links_of_changed_posts()) == (1, 0)
    assert end_links_of_finished_posts() == 0
    assert ends(share) == (None, until)
    assert ends(elsewhere) == (None, None)


def test_links_that_ended_by_themselves_come_back_when_the_end_is_moved(
    post: Post, reserve: Callable[[Post], Link], clock: time_machine.Traveller
) -> None:
    link = reserve(post)
    visitor = Visitor()
    clock.move_to(NOW + 70 * SECOND)
    visitor.asks(f"/s/{link.code}")
    assert visitor.headers["Location"] == ended_url(link.code)

    change(post, expires_at=NOW + timedelta(days=3))
    end_links_of_changed_posts()
    clock.shift(1)
    visitor.asks(f"/s/{link.code}")

    assert visitor.headers["Location"].startswith("https://news.example/article")


def test_a_withdrawal_is_followed_within_two_seconds(
    post: Post, reserve: Callable[[Post], Link], alice: Member, clock: time_machine.Traveller
) -> None:
    """A second until the clock looks, and half a one until every process has asked."""
    link = reserve(post)
    visitor = Visitor()
    visitor.asks(f"/s/{link.code}")

    withdraw_post(post=post, by=alice, reason="Wrong figures", at=NOW)
    clock.shift(1)
    assert end_links_of_changed_posts() == 1
    clock.shift(0.6)
    visitor.asks(f"/s/{link.code}")

    assert visitor.headers["Location"] == ended_url(link.code)


def test_all_links_of_a_post_follow_at_once(post: Post) -> None:
    ShareFactory.create_batch(3, post=post)
    end_links_of_finished_posts()
    change(post, state=Post.State.WITHDRAWN)

    with CaptureQueriesContext(connection) as queries:
        assert end_links_of_changed_posts() == 3
    change(post, state=Post.State.LIVE)
    assert end_links_of_changed_posts() == 3
    ShareFactory.create_batch(3, post=post)
    end_links_of_finished_posts()
    change(post, state=Post.State.WITHDRAWN)
    with CaptureQueriesContext(connection) as more:
        assert end_links_of_changed_posts() == 6

    assert len(more) == len(queries)


def test_a_second_without_changes_is_one_question(post: Post) -> None:
    ShareFactory.create(post=post)

    with CaptureQueriesContext(connection) as queries:
        assert end_links_of_changed_posts() == 0

    assert len(queries) == 1


def test_a_change_that_needs_nothing_writes_nothing(post: Post) -> None:
    ShareFactory.create(post=post)
    end_links_of_finished_posts()
    change(post, title="Another title")

    with CaptureQueriesContext(connection) as queries:
        assert end_links_of_changed_posts() == 0

    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}


def test_what_changed_while_the_clock_was_away_is_found_in_the_round(
    post: Post, clock: time_machine.Traveller
) -> None:
    share = ShareFactory.create(post=post)
    change(post, state=Post.State.WITHDRAWN)
    clock.shift(3600)

    assert end_links_of_changed_posts() == 0
    assert end_links_of_finished_posts() == 2  # its end, and when it would have ended
    assert ends(share) == (NOW + timedelta(hours=1), post.expires_at)
