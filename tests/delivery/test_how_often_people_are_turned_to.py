"""How often somebody is turned to, and when no more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.delivery.conftest import TUESDAY, Publish, offer_and_mail
from tests.factories import (
    AskFactory,
    EnrolmentFactory,
    PostFactory,
    ProgrammeFactory,
    ShareFactory,
    TopicFactory,
)
from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.services import offer_posts, put_aside, take_answer_back, turn_to_people
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme


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
