"""Who is turned to, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.delivery.conftest import TUESDAY
from tests.factories import (
    AskFactory,
    EnrolmentFactory,
    PostFactory,
    ProgrammeFactory,
    ShareFactory,
    TopicFactory,
)
from vaandel.ambassadors.models import Enrolment, Leave, QuietHours, Rhythm
from vaandel.ambassadors.services import leave, pause, stop_mails
from vaandel.delivery.models import Approach, Ask, ChannelChoice
from vaandel.delivery.services import (
    offer_posts,
    plan_asks,
    put_aside,
    take_answer_back,
    turn_to_people,
)
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.services import off_board_member
from vaandel.posts.models import Post
from vaandel.privacy.services import delete_account
from vaandel.programmes.models import Programme, Topic
from vaandel.shares.models import PersonalLink

Publish = Callable[..., Post]


def offer_and_mail(at: datetime) -> int:
    offer_posts(at=at)
    return turn_to_people(at=at)


@pytest.mark.parametrize(
    ("hour", "zone", "expected"),
    [
        (datetime(2026, 11, 24, 7, 59, 59, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), "Europe/Amsterdam", 1),
        (datetime(2026, 11, 24, 9, 59, 59, tzinfo=UTC), "Europe/Amsterdam", 1),
        (datetime(2026, 11, 24, 10, 0, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 26, 9, 0, tzinfo=UTC), "Europe/Amsterdam", 1),
        (datetime(2026, 11, 27, 9, 0, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 28, 11, 0, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 27, 23, 0, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 24, 9, 10, tzinfo=UTC), "America/New_York", 0),
        (datetime(2026, 11, 24, 21, 0, tzinfo=UTC), "Pacific/Auckland", 1),
    ],
)
def test_digests_come_on_a_morning_midweek_where_the_person_is(
    publish: Publish, bob_enrolment: Enrolment, hour: datetime, zone: str, expected: int
) -> None:
    user = bob_enrolment.member.user
    user.time_zone = zone
    user.save()
    publish(published_at=hour)

    assert offer_and_mail(hour) == expected


def test_in_a_demonstration_mails_go_at_once(
    publish: Publish, bob_enrolment: Enrolment, settings: Any
) -> None:
    settings.DEMO = True
    sunday_night = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
    publish(published_at=sunday_night)

    assert offer_and_mail(sunday_night) == 1


@pytest.mark.parametrize(
    ("rhythm", "days"),
    [
        # From a Tuesday, on the Tuesday of a free week. After three without a reaction the
        # weekly ones come every two weeks.
        (Rhythm.WEEKLY, [0, 7, 14, 28]),
        (Rhythm.FORTNIGHTLY, [0, 14, 28]),
        (Rhythm.MONTHLY, [0, 28]),
        (Rhythm.IN_APP, []),
    ],
)
def test_the_rhythm_is_kept(
    publish: Publish, bob_enrolment: Enrolment, rhythm: str, days: list[int]
) -> None:
    Enrolment.objects.update(rhythm=rhythm)

    mailed = []
    for day in range(5 * 7):
        at = TUESDAY + timedelta(days=day)
        publish(published_at=at)
        if offer_and_mail(at):
            mailed.append(day)

    assert mailed == days


def test_planning_again_mails_nothing_again(post: Post, bob_enrolment: Enrolment) -> None:
    offer_and_mail(TUESDAY)

    assert turn_to_people(at=TUESDAY) == 0
    assert turn_to_people(at=TUESDAY + timedelta(weeks=1)) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"state": Enrolment.State.LEFT},
        {"state": Enrolment.State.PAUSED, "paused_until": date(2026, 12, 1)},
    ],
)
def test_who_pauses_or_leaves_between_offer_and_mail_gets_none(
    post: Post, bob_enrolment: Enrolment, changes: dict[str, Any]
) -> None:
    offer_posts(at=TUESDAY)
    Enrolment.objects.update(**changes)

    assert turn_to_people(at=TUESDAY) == 0


def test_who_left_the_organisation_gets_none(
    post: Post, bob: Member, bob_enrolment: Enrolment
) -> None:
    offer_posts(at=TUESDAY)
    Member.objects.filter(pk=bob.pk).update(status=Member.Status.LEFT)

    assert turn_to_people(at=TUESDAY) == 0


def test_a_withdrawn_post_is_not_mailed(post: Post, bob_enrolment: Enrolment) -> None:
    offer_posts(at=TUESDAY)
    Post.objects.update(state=Post.State.WITHDRAWN)

    assert turn_to_people(at=TUESDAY) == 0


def test_what_was_put_aside_is_mailed_again_after_that_day(
    post: Post, bob_enrolment: Enrolment
) -> None:
    offer_and_mail(TUESDAY)
    ask = Ask.objects.get()
    put_aside(
        ask=ask,
        until=date(2026, 11, 30),
        today=date(2026, 11, 24),
        at=TUESDAY + timedelta(hours=1),
    )

    # Monday is there, but the mail comes with the next digest.
    assert turn_to_people(at=TUESDAY + timedelta(days=6)) == 0
    assert turn_to_people(at=TUESDAY + timedelta(days=7)) == 1
    assert turn_to_people(at=TUESDAY + timedelta(days=14)) == 0
    assert OutgoingMessage.objects.count() == 2


def test_an_answer_taken_back_does_not_mail_again(post: Post, bob_enrolment: Enrolment) -> None:
    offer_and_mail(TUESDAY)
    ask = Ask.objects.get()
    put_aside(ask=ask, until=None, today=TUESDAY.date(), at=TUESDAY)
    take_answer_back(ask=ask)

    assert turn_to_people(at=TUESDAY + timedelta(days=7)) == 0


def test_many_people_get_one_mail_each(post: Post, programme: Programme, topic: Topic) -> None:
    for enrolment in EnrolmentFactory.create_batch(60, programme=programme):
        enrolment.topics.add(topic)

    assert offer_and_mail(TUESDAY) == 60

    addresses = OutgoingMessage.objects.values_list("to_address", flat=True)
    assert len(set(addresses)) == 60
    assert PersonalLink.objects.count() == 60


def test_the_clock_does_both(publish: Publish, bob_enrolment: Enrolment, settings: Any) -> None:
    settings.DEMO = True
    publish()

    assert plan_asks() == 1

    assert OutgoingMessage.objects.count() == 1


Stop = Callable[[Enrolment], object]


@pytest.mark.parametrize(
    "stop",
    [
        lambda enrolment: pause(enrolment=enrolment, until=date(2026, 12, 1)),
        lambda enrolment: leave(enrolment=enrolment, at=TUESDAY),
        lambda enrolment: stop_mails(enrolment=enrolment, at=TUESDAY),
        lambda enrolment: off_board_member(member=enrolment.member, by=None, at=TUESDAY),
        lambda enrolment: delete_account(user=enrolment.member.user, at=TUESDAY),
    ],
    ids=["pause", "leave", "stop mails", "off-board", "delete"],
)
def test_a_queued_mail_does_not_go_to_who_stopped_meanwhile(
    post: Post, bob_enrolment: Enrolment, programme: Programme, topic: Topic, stop: Stop
) -> None:
    other = EnrolmentFactory.create(programme=programme)
    other.topics.add(topic)
    assert offer_and_mail(TUESDAY) == 2
    bobs = OutgoingMessage.objects.filter(person=bob_enrolment.member.user_id)
    assert bobs.count() == 1

    stop(bob_enrolment)

    assert not bobs.exists()
    assert OutgoingMessage.objects.get(kind="proposal").person == other.member.user_id
    assert turn_to_people(at=TUESDAY) == 0


def test_an_approach_is_what_the_budget_counts(
    publish: Publish, bob_enrolment: Enrolment, acme: Organization
) -> None:
    publish()

    offer_and_mail(TUESDAY)

    approach = Approach.objects.get()
    assert (approach.organization, approach.enrolment, approach.at) == (
        acme,
        bob_enrolment,
        TUESDAY,
    )
    assert (approach.kind, approach.channels) == (Approach.Kind.PROPOSAL, ["mail"])
    assert Ask.objects.get().approach == approach


def test_two_or_three_are_one_digest(publish: Publish, bob_enrolment: Enrolment) -> None:
    for _ in range(3):
        publish()

    assert offer_and_mail(TUESDAY) == 1

    assert Approach.objects.get().kind == Approach.Kind.DIGEST
    assert Ask.objects.filter(approach=Approach.objects.get()).count() == 3


def test_who_switched_mails_off_and_has_nothing_else_is_not_turned_to(
    post: Post, bob_enrolment: Enrolment
) -> None:
    ChannelChoice.objects.create(
        organization=bob_enrolment.organization, enrolment=bob_enrolment, off=["mail"]
    )

    assert offer_and_mail(TUESDAY) == 0
    assert not Approach.objects.exists()


def test_who_has_no_hours_midweek_gets_it_in_the_first_open_hour_of_the_week(
    post: Post, bob_enrolment: Enrolment
) -> None:
    QuietHours.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        opens=time(13),
        closes=time(17),
        days=[3, 4],
    )
    offer_posts(at=TUESDAY)
    thursday = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)

    assert turn_to_people(at=TUESDAY) == 0
    assert turn_to_people(at=thursday - timedelta(seconds=1)) == 0
    assert turn_to_people(at=thursday + timedelta(hours=1)) == 0
    assert turn_to_people(at=thursday) == 1


def test_nothing_comes_during_leave(post: Post, bob_enrolment: Enrolment) -> None:
    Leave.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        first_day=date(2026, 11, 23),
        last_day=date(2026, 11, 25),
    )
    offer_posts(at=TUESDAY)

    assert turn_to_people(at=TUESDAY) == 0
    assert turn_to_people(at=TUESDAY + timedelta(days=1)) == 0
    assert turn_to_people(at=TUESDAY + timedelta(days=2)) == 1


def test_a_message_may_leave_in_the_hours_of_the_person_only(
    post: Post, bob_enrolment: Enrolment
) -> None:
    offer_and_mail(TUESDAY)

    assert OutgoingMessage.objects.get().windows == [
        ["2026-11-24T09:10:00+00:00", "2026-11-24T17:00:00+00:00"],
        ["2026-11-25T07:00:00+00:00", "2026-11-25T17:00:00+00:00"],
        ["2026-11-26T07:00:00+00:00", "2026-11-26T17:00:00+00:00"],
        ["2026-11-27T07:00:00+00:00", "2026-11-27T09:10:00+00:00"],
    ]


def test_a_mail_about_a_post_that_ends_sooner_is_given_up_sooner(
    publish: Publish, bob_enrolment: Enrolment
) -> None:
    publish(expires_at=TUESDAY + timedelta(hours=5))

    offer_and_mail(TUESDAY)

    assert OutgoingMessage.objects.get().expires_at == TUESDAY + timedelta(hours=5)


def test_an_urgent_post_does_not_wait_for_the_digest(
    publish: Publish, bob_enrolment: Enrolment
) -> None:
    friday = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
    publish(urgent=True, published_at=friday)
    publish(published_at=friday)
    offer_posts(at=friday)

    assert turn_to_people(at=friday + timedelta(hours=4)) == 0
    assert turn_to_people(at=friday) == 1

    approach = Approach.objects.get()
    assert approach.kind == Approach.Kind.URGENT
    assert [ask.post.urgent for ask in approach.asks.all()] == [True]


def test_there_are_two_urgent_ones_a_month_at_most(
    publish: Publish, bob_enrolment: Enrolment
) -> None:
    monday = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
    sent = []
    for week in range(6):
        at = monday + timedelta(weeks=week)
        publish(urgent=True, published_at=at)
        offer_posts(at=at)
        if turn_to_people(at=at):
            sent.append(at.date().isoformat())
        Enrolment.objects.update(heard_at=at)

    assert sent == ["2026-11-02", "2026-11-09", "2026-12-07"]


def test_the_week_has_room_for_what_the_programme_allows_over_all_kinds(
    publish: Publish, bob_enrolment: Enrolment
) -> None:
    monday = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    for _ in range(3):
        publish(urgent=True, published_at=monday)
    Programme.objects.update(messages_per_week=1)
    offer_posts(at=monday)

    assert turn_to_people(at=monday) == 1
    assert turn_to_people(at=monday + timedelta(hours=1)) == 0
    assert turn_to_people(at=TUESDAY) == 0
    assert turn_to_people(at=TUESDAY + timedelta(weeks=1)) == 1


def test_the_budget_is_of_the_person_over_all_programmes(
    post: Post, bob_enrolment: Enrolment, acme: Organization
) -> None:
    Programme.objects.update(messages_per_week=1)
    other = ProgrammeFactory.create(organization=acme, messages_per_week=1)
    topic = TopicFactory.create(programme=other)
    second = EnrolmentFactory.create(programme=other, member=bob_enrolment.member)
    second.topics.add(topic)
    PostFactory.create(programme=other, published_at=TUESDAY).topics.set([topic])
    offer_posts(at=TUESDAY)

    assert turn_to_people(at=TUESDAY) == 1
    assert turn_to_people(at=TUESDAY + timedelta(hours=23)) == 0


def test_an_organisation_that_stopped_plans_nothing(
    post: Post, bob_enrolment: Enrolment, acme: Organization
) -> None:
    Organization.objects.update(stopped_at=TUESDAY)

    assert offer_and_mail(TUESDAY) == 0
    assert not Ask.objects.exists()

    Organization.objects.update(stopped_at=None)
    assert offer_and_mail(TUESDAY) == 1


def silent_since(enrolment: Enrolment, count: int, kind: str = "DIGEST") -> None:
    for number in range(count):
        Approach.objects.create(
            organization=enrolment.organization,
            enrolment=enrolment,
            kind=kind,
            at=TUESDAY - timedelta(weeks=10 + number),
            channels=["mail"],
        )


def test_after_the_last_step_there_is_one_question_and_then_silence(
    post: Post, bob_enrolment: Enrolment
) -> None:
    silent_since(bob_enrolment, 9)
    offer_posts(at=TUESDAY)

    assert turn_to_people(at=TUESDAY) == 1

    question = Approach.objects.get(kind=Approach.Kind.QUESTION)
    assert question.asks.count() == 0
    assert OutgoingMessage.objects.get().kind == "question"
    for weeks in range(1, 30):
        assert turn_to_people(at=TUESDAY + timedelta(weeks=weeks)) == 0


@pytest.mark.parametrize("sign", ["share", "answer", "go on"])
def test_any_sign_of_life_brings_the_chosen_rhythm_back(
    post: Post, bob_enrolment: Enrolment, publish: Publish, sign: str
) -> None:
    silent_since(bob_enrolment, 9)
    silent_since(bob_enrolment, 1, "QUESTION")
    yesterday = TUESDAY - timedelta(days=1)
    offer_posts(at=TUESDAY)
    assert turn_to_people(at=TUESDAY) == 0

    if sign == "share":
        ShareFactory.create(
            post=publish(state=Post.State.EXPIRED), enrolment=bob_enrolment, opened_at=yesterday
        )
    elif sign == "answer":
        AskFactory.create(
            post=publish(state=Post.State.EXPIRED),
            enrolment=bob_enrolment,
            state=Ask.State.DECLINED,
            answered_at=yesterday,
        )
    else:
        Enrolment.objects.update(heard_at=yesterday)

    assert turn_to_people(at=TUESDAY) == 1
    assert Approach.objects.order_by("-at", "-pk")[0].kind == Approach.Kind.PROPOSAL


@pytest.mark.parametrize("people", [1, 20])
def test_the_cost_does_not_grow_with_the_people_of_a_batch(
    publish: Publish, programme: Programme, topic: Topic, people: int
) -> None:
    for _ in range(3):
        publish()
    for enrolment in EnrolmentFactory.create_batch(people, programme=programme):
        enrolment.topics.add(topic)
    offer_posts(at=TUESDAY)

    with CaptureQueriesContext(connection) as queries:
        assert turn_to_people(at=TUESDAY) == people

    statements = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == 27
