"""The roll-ups say the same as the shares and link days under them, however often they are made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from tests.factories import EnrolmentFactory, PostFactory, ShareFactory
from vaandel.ambassadors.models import ChannelUse, Enrolment
from vaandel.impact.models import ChannelWeek, PostTotal, PostWeek, TopicWeek
from vaandel.impact.services import roll_up
from vaandel.links.models import Kind, LinkDay
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme, Topic
from vaandel.shares.models import Share

THURSDAY = datetime(2026, 11, 26, 12, tzinfo=UTC)
THIS_WEEK = date(2026, 11, 23)
LAST_WEEK = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def thursday() -> object:
    with time_machine.travel(THURSDAY, tick=False):
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


def test_shares_and_human_clicks_land_in_their_own_week(
    post: Post, bob_enrolment: Enrolment
) -> None:
    share = ShareFactory.create(
        post=post, enrolment=bob_enrolment, opened_at=THURSDAY - timedelta(days=7)
    )
    clicked(share, LAST_WEEK, 3)
    clicked(share, THIS_WEEK, 4)
    clicked(share, THIS_WEEK, 100, Kind.PREVIEW)

    roll_up()

    rows = PostWeek.objects.order_by("week").values_list("week", "channel", "shares", "clicks")
    assert list(rows) == [(LAST_WEEK, "linkedin", 1, 3), (THIS_WEEK, "linkedin", 0, 4)]
    total = PostTotal.objects.get(post=post)
    assert (total.shares, total.sharers, total.clicks) == (1, 1, 7)


def test_rolling_up_twice_changes_nothing(post: Post, bob_enrolment: Enrolment) -> None:
    clicked(ShareFactory.create(post=post, enrolment=bob_enrolment), THIS_WEEK, 5)

    roll_up()
    roll_up()

    assert list(ChannelWeek.objects.values_list("channel", "sharers", "shares", "clicks")) == [
        ("linkedin", 1, 1, 5)
    ]
    assert PostTotal.objects.get().clicks == 5


def test_what_was_not_posted_disappears_again(post: Post, bob_enrolment: Enrolment) -> None:
    share = ShareFactory.create(post=post, enrolment=bob_enrolment)
    roll_up()

    share.state = Share.State.NOT_POSTED
    share.save()
    roll_up()

    assert not PostWeek.objects.exists()
    assert PostTotal.objects.get().shares == 0


def test_a_channel_counts_people_once_and_keeps_typed_in_views_apart(
    post: Post, programme: Programme, bob_enrolment: Enrolment
) -> None:
    other = PostFactory.create(programme=programme)
    ShareFactory.create(post=post, enrolment=bob_enrolment, views=120, state="CONFIRMED")
    ShareFactory.create(post=other, enrolment=bob_enrolment)

    roll_up()

    row = ChannelWeek.objects.get()
    assert (row.sharers, row.shares, row.confirmed) == (1, 2, 1)
    assert (row.views, row.with_views) == (120, 1)


def test_a_topic_knows_its_followers_posts_shares_and_clicks(
    post: Post, topic: Topic, bob_enrolment: Enrolment
) -> None:
    clicked(ShareFactory.create(post=post, enrolment=bob_enrolment), THIS_WEEK, 2)

    roll_up()

    row = TopicWeek.objects.get(topic=topic, week=THIS_WEEK)
    assert (row.followers, row.posts, row.shares, row.clicks) == (1, 1, 1, 2)


def test_the_first_time_everything_is_counted_from_the_first_share(
    post: Post, bob_enrolment: Enrolment
) -> None:
    ShareFactory.create(
        post=post, enrolment=bob_enrolment, opened_at=THURSDAY - timedelta(weeks=10)
    )

    assert roll_up() == 11
    assert roll_up() == 2
    assert roll_up() == 0


def test_the_estimate_needs_five_sharers_who_told_a_size(post: Post, programme: Programme) -> None:
    for _ in range(5):
        enrolment = EnrolmentFactory.create(programme=programme)
        ChannelUse.objects.create(
            organization=programme.organization,
            enrolment=enrolment,
            channel="linkedin",
            bracket="300-700",
        )
        ShareFactory.create(post=post, enrolment=enrolment)

    roll_up()

    total = PostTotal.objects.get()
    assert total.reach_low is not None
    assert total.reach_high is not None
    assert 0 < total.reach_low < total.reach_high < 5 * 700
    assert total.reach_inputs["sizes_known"] == 5


def test_another_organisation_is_counted_by_itself(post: Post, charlie: object) -> None:
    ShareFactory.create(post=post)
    theirs = ShareFactory.create()

    roll_up()

    assert PostTotal.objects.get(post=post).shares == 1
    assert PostTotal.objects.get(post=theirs.post).organization == theirs.organization
