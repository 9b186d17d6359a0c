"""Which posts a channel in Slack or Teams is told of, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.delivery.chat_servers import ChatServer
from tests.delivery.conftest import LONG_AGO, TUESDAY
from tests.factories import ChatConnectionFactory, TopicFactory, UnitFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.chat.announcing import announce_posts
from vaandel.delivery.models import ChatConnection, Notice
from vaandel.delivery.notices import send_due_notices
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme

pytestmark = pytest.mark.usefixtures("fresh_counts")


def announced(at: datetime = TUESDAY) -> list[str]:
    """What was queued at that moment."""
    known = set(Notice.objects.values_list("pk", flat=True))
    with time_machine.travel(at, tick=False):
        announce_posts()
    fresh = Notice.objects.exclude(pk__in=known).select_related("post").order_by("pk")
    return [notice.post.title for notice in fresh if notice.post]


def test_a_post_is_told_with_a_link_for_everybody(
    slack: ChatServer, channel: ChatConnection, post: Post
) -> None:
    announced()
    with time_machine.travel(TUESDAY, tick=False):
        send_due_notices()

    blocks = slack.got[0]["blocks"]
    urls = [b["url"] for block in blocks for b in block.get("elements", []) if "url" in b]
    assert slack.got[0]["text"] == "Four kilometres of heat network"
    assert urls == [
        f"https://vaandel.example/o/acme/posts/{post.pk}/share/",
        "https://vaandel.example/o/acme/join/",
    ]
    channel.refresh_from_db()
    assert channel.reached_at == TUESDAY


def test_where_colleagues_may_sign_up_they_are_led_there(
    channel: ChatConnection, post: Post, acme: Organization
) -> None:
    acme.signup_domains = ["acme.example"]
    acme.save()

    announced()

    notice = Notice.objects.get()
    assert notice.payload["more"]["url"] == "https://vaandel.example/sign-up/"


def test_it_speaks_the_channels_language(channel: ChatConnection, post: Post) -> None:
    ChatConnection.objects.update(language="de")

    announced()

    assert Notice.objects.get().payload["more"]["label"] == "Mitmachen"


@pytest.mark.parametrize(
    "values",
    [
        {"state": Post.State.DRAFT},
        {"state": Post.State.PLANNED},
        {"state": Post.State.WITHDRAWN},
        {"expires_at": TUESDAY - timedelta(minutes=1)},
        {"audience_languages": ["fr"]},
        {"published_at": TUESDAY - timedelta(days=15)},
    ],
)
def test_what_is_not_for_everybody_now_is_not_told(
    values: dict[str, Any], channel: ChatConnection, publish: Callable[..., Post]
) -> None:
    publish(**values)

    assert announced() == []


def test_what_is_for_one_department_is_not_told(
    channel: ChatConnection, post: Post, acme: Organization
) -> None:
    post.audience_units.add(UnitFactory.create(organization=acme))

    assert announced() == []


def test_what_went_live_before_it_was_connected_is_not_told(
    acme: Organization, publish: Callable[..., Post]
) -> None:
    ChatConnectionFactory.create(organization=acme, created_at=TUESDAY - timedelta(hours=1))
    publish(title="Before", published_at=TUESDAY - timedelta(hours=2))
    first = announced()
    publish(title="After", published_at=TUESDAY - timedelta(minutes=5))

    assert (first, announced()) == ([], ["After"])


def test_topics_are_followed(
    channel: ChatConnection, programme: Programme, publish: Callable[..., Post]
) -> None:
    wanted = TopicFactory.create(programme=programme, name="Water")
    channel.topics.add(wanted)
    publish(title="Not this")
    first = announced()
    publish(wanted, title="This")

    assert (first, announced()) == ([], ["This"])


def test_urgent_ones_first_then_the_newest_one_a_day(
    channel: ChatConnection, publish: Callable[..., Post]
) -> None:
    publish(title="Older", published_at=TUESDAY - timedelta(hours=3))
    publish(title="Newer", published_at=TUESDAY - timedelta(hours=1))
    publish(title="Urgent", published_at=TUESDAY - timedelta(hours=4), urgent=True)
    day = timedelta(days=1)

    found = [
        announced(),
        announced(TUESDAY + timedelta(hours=3)),
        announced(TUESDAY + day),
        announced(TUESDAY + 2 * day),
        announced(TUESDAY + 3 * day),
    ]

    assert found == [["Urgent"], [], ["Newer"], ["Older"], []]


def test_never_more_than_so_many_in_seven_days(
    channel: ChatConnection, publish: Callable[..., Post]
) -> None:
    ChatConnection.objects.update(per_week=2)
    for number in range(4):
        publish(title=f"{number}", published_at=TUESDAY - timedelta(hours=number))
    days = [TUESDAY + timedelta(days=number) for number in (0, 1, 2, 3, 6, 7, 8)]

    found = [announced(day) for day in days]

    # Friday is the fourth day; on Saturday and Sunday nobody is asked anything.
    assert found == [["0"], ["1"], [], [], [], ["2"], ["3"]]


@pytest.mark.parametrize(
    "at",
    [
        TUESDAY.replace(hour=5),
        TUESDAY.replace(hour=20),
        TUESDAY + timedelta(days=4),
        datetime.fromisoformat("2026-12-25T10:00:00+00:00"),
    ],
)
def test_outside_working_hours_nothing_is_told(
    at: datetime, channel: ChatConnection, publish: Callable[..., Post]
) -> None:
    publish(published_at=at - timedelta(hours=1))

    assert announced(at) == []


def test_a_notice_only_leaves_in_working_hours(channel: ChatConnection, post: Post) -> None:
    late = TUESDAY.replace(hour=16, minute=59)

    announced(late)

    assert Notice.objects.get().windows == [
        ["2026-11-24T16:59:00+00:00", "2026-11-24T17:00:00+00:00"],
        ["2026-11-25T07:00:00+00:00", "2026-11-25T17:00:00+00:00"],
        ["2026-11-26T07:00:00+00:00", "2026-11-26T16:59:00+00:00"],
    ]


def test_while_stopped_nothing_is_told(
    channel: ChatConnection, post: Post, acme: Organization
) -> None:
    acme.stopped_at = TUESDAY
    acme.save()

    assert announced() == []


def test_a_channel_that_is_over_hears_of_nothing(channel: ChatConnection, post: Post) -> None:
    ChatConnection.objects.update(gone=True)

    assert announced() == []


def test_somebodys_own_chat_hears_of_nothing_this_way(
    acme: Organization, bob_enrolment: Enrolment, post: Post
) -> None:
    ChatConnectionFactory.create(organization=acme, enrolment=bob_enrolment, created_at=LONG_AGO)

    assert announced() == []


def test_what_was_withdrawn_on_the_way_is_not_told(
    slack: ChatServer, channel: ChatConnection, post: Post
) -> None:
    announced()
    Post.objects.update(state=Post.State.WITHDRAWN)

    with time_machine.travel(TUESDAY, tick=False):
        send_due_notices()

    assert (slack.got, Notice.objects.get().state) == ([], Notice.State.FAILED)


def test_each_organisation_tells_its_own_channels(
    channel: ChatConnection, post: Post, globex: Organization, charlie: Member
) -> None:
    theirs = ChatConnectionFactory.create(organization=globex, created_at=LONG_AGO)

    announced()

    assert Notice.objects.filter(connection=theirs).count() == 0
    assert Notice.objects.filter(connection=channel).count() == 1
