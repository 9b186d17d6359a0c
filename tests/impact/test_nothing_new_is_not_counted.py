"""The clock rolls up each minute: nothing new costs next to nothing, anything new is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import EnrolmentFactory, MemberFactory, PostFactory, ShareFactory, UnitFactory
from vaandel.ambassadors.models import ChannelUse, Enrolment
from vaandel.ambassadors.services import leave, use_channels
from vaandel.impact.models import ChannelWeek, PostTotal, PostWeek, TopicWeek, UnitWeek
from vaandel.impact.services import count_weeks, freeze_weeks, roll_up
from vaandel.links.models import Kind, LinkDay
from vaandel.organizations.models import Member
from vaandel.organizations.services import off_board_member
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme, Topic
from vaandel.shares.models import Share

THURSDAY = datetime(2026, 11, 26, 12, tzinfo=UTC)
LAST_WEEK = date(2026, 11, 16)
ROLL_UPS = (PostWeek, ChannelWeek, TopicWeek, PostTotal)


@pytest.fixture(autouse=True)
def thursday() -> Iterator[None]:
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def post(programme: Programme, topic: Topic) -> Post:
    post = PostFactory.create(programme=programme, published_at=THURSDAY - timedelta(days=9))
    post.topics.add(topic)
    return post


@pytest.fixture
def share(post: Post, bob_enrolment: Enrolment) -> Share:
    """Rolled up, with five who told how large their network is."""
    share = ShareFactory.create(post=post, enrolment=bob_enrolment, state="CONFIRMED", views=9)
    LinkDay.objects.create(
        organization=share.organization, link=share.link, day=THURSDAY, kind=Kind.HUMAN, count=5
    )
    for _ in range(5):
        enrolment = EnrolmentFactory.create(programme=post.programme)
        ShareFactory.create(post=post, enrolment=enrolment)
        ChannelUse.objects.create(
            organization=share.organization,
            enrolment=enrolment,
            channel="linkedin",
            bracket="300-700",
        )
    ShareFactory.create(post=PostFactory.create(programme=post.programme))
    counted()
    return share


def counted() -> None:
    while roll_up():
        pass


def rows() -> list[list[tuple[object, ...]]]:
    """All roll-ups, without what a second counting changes by itself."""
    return [
        [
            tuple(value for name, value in row.items() if name not in {"id", "updated_at"})
            for row in model.objects.order_by("week" if hasattr(model, "week") else "post").values()
        ]
        for model in ROLL_UPS
    ]


def test_nothing_new_writes_nothing_and_costs_few_queries(share: Share) -> None:
    before = [list(model.objects.order_by("pk").values()) for model in ROLL_UPS]

    with CaptureQueriesContext(connection) as asked:
        assert roll_up() == 0

    assert len(asked) <= 13
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []
    assert [list(model.objects.order_by("pk").values()) for model in ROLL_UPS] == before


def change_click(share: Share) -> None:
    day = LinkDay.objects.get()
    day.count += 1
    day.save()


def late_click(share: Share) -> None:
    LinkDay.objects.create(
        organization=share.organization, link=share.link, day=LAST_WEEK, kind=Kind.HUMAN, count=1
    )


def clicks_on_another_link(share: Share) -> None:
    LinkDay.objects.update(link=Share.objects.exclude(post=share.post).get().link)


def share_again(share: Share) -> None:
    ShareFactory.create(post=share.post, enrolment=share.enrolment)


def not_posted(share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(state=Share.State.NOT_POSTED)


def other_views(share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(views=10)


def without_person(share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(enrolment=None)


def publish(share: Share) -> None:
    post = PostFactory.create(programme=share.post.programme, published_at=THURSDAY)
    post.topics.set(share.post.topics.all())


def other_topics(share: Share) -> None:
    share.post.topics.clear()


def stop_following(share: Share) -> None:
    assert share.enrolment is not None
    share.enrolment.topics.clear()


def stop_taking_part(share: Share) -> None:
    assert share.enrolment is not None
    leave(enrolment=share.enrolment, at=THURSDAY - timedelta(days=8))


def leave_the_house(share: Share) -> None:
    assert share.enrolment is not None
    off_board_member(member=share.enrolment.member, by=None, at=THURSDAY - timedelta(days=8))


def come_to_work_here(share: Share) -> None:
    MemberFactory.create(organization=share.organization)


def larger_network(share: Share) -> None:
    use = ChannelUse.objects.order_by("pk")[0]
    use_channels(enrolment=use.enrolment, brackets={"linkedin": "700-1500"}, instances={})


def delete_a_share(share: Share) -> None:
    share.delete()


@pytest.mark.parametrize(
    "change",
    [
        change_click,
        late_click,
        clicks_on_another_link,
        share_again,
        not_posted,
        other_views,
        without_person,
        publish,
        other_topics,
        stop_following,
        stop_taking_part,
        leave_the_house,
        come_to_work_here,
        larger_network,
        delete_a_share,
    ],
)
def test_whatever_changes_the_figures_is_counted(
    share: Share, change: Callable[[Share], None]
) -> None:
    before = rows()
    change(share)

    assert roll_up() == 2

    after = rows()
    assert after != before
    count_weeks(share.organization_id, first=LAST_WEEK, at=THURSDAY)
    assert rows() == after


def test_a_new_week_is_counted(share: Share) -> None:
    with time_machine.travel(THURSDAY + timedelta(days=4), tick=False):
        assert roll_up() == 2
        assert TopicWeek.objects.filter(week=date(2026, 11, 30)).exists()
        assert roll_up() == 0


def test_it_is_counted_each_hour_whatever_happens(share: Share) -> None:
    with time_machine.travel(THURSDAY + timedelta(minutes=59), tick=False):
        assert roll_up() == 0
    with time_machine.travel(THURSDAY + timedelta(minutes=60), tick=False):
        assert roll_up() == 2
        assert roll_up() == 0


def test_moving_to_another_unit_changes_the_groups_at_once(share: Share, bob: Member) -> None:
    freeze_weeks()
    bob.unit = UnitFactory.create(organization=share.organization)
    bob.save()

    assert roll_up() == 0
    freeze_weeks()

    assert bob.unit.pk in list(
        UnitWeek.objects.filter(week=date(2026, 11, 23)).values_list("unit", flat=True)
    )


def test_something_new_elsewhere_counts_only_there(share: Share, charlie: Member) -> None:
    counted()

    ShareFactory.create(post=PostFactory.create(programme__organization=charlie.organization))

    assert roll_up() == 2
