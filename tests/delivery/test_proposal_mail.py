"""To whom the mail with a proposal goes, when, and what stands in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.delivery.conftest import TUESDAY
from tests.factories import AngleFactory, EnrolmentFactory, MemberFactory
from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.ambassadors.services import leave, pause, stop_mails
from vaandel.ambassadors.tokens import mail_choices_url, one_click_url
from vaandel.delivery.models import Ask
from vaandel.delivery.services import (
    turn_to_people,
    offer_posts,
    plan_asks,
    put_aside,
    take_answer_back,
)
from vaandel.delivery.tokens import answer_url
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.services import off_board_member
from vaandel.posts.models import Post
from vaandel.privacy.services import delete_account
from vaandel.programmes.models import Programme, Topic
from vaandel.shares.addresses import personal_url
from vaandel.shares.models import PersonalLink

Publish = Callable[..., Post]


def offer_and_mail(at: datetime) -> int:
    offer_posts(at=at)
    return turn_to_people(at=at)


def test_one_mail_with_one_button(post: Post, bob_enrolment: Enrolment, acme: Organization) -> None:
    reviewer = MemberFactory.create(organization=acme, user__name="Pieter-Jan Smit")
    Post.objects.filter(pk=post.pk).update(reviewed_by=reviewer)
    AngleFactory.create(post=post, text="What struck me: ___ & <b>more</b>", language="en")

    assert offer_and_mail(TUESDAY) == 1

    mail = OutgoingMessage.objects.get()
    link = PersonalLink.objects.get()
    ask = Ask.objects.get()
    assert ask.mailed_at == TUESDAY
    assert (mail.to_address, mail.to_name) == ("bob@acme.example", "Bob Sharer")
    assert (mail.kind, mail.tenant, mail.person) == (
        "proposal",
        acme.pk,
        bob_enrolment.member.user_id,
    )
    assert mail.subject == "Bob, something for your network: Four kilometres of heat network"
    assert (link.post, link.enrolment) == (post, bob_enrolment)
    for address in (
        personal_url(link),
        answer_url(ask.pk, "monday"),
        answer_url(ask.pk, "never"),
        mail_choices_url(bob_enrolment),
    ):
        assert address in mail.text
        assert address in mail.html
    assert mail.html.count(personal_url(link)) == 1
    assert "You follow the topic Heat networks." in mail.text
    assert "What struck me: ___ & <b>more</b>" in mail.text
    assert "What struck me: ___ &amp; &lt;b&gt;more&lt;/b&gt;" in mail.html
    assert "You may share this. Pieter-Jan has checked the facts." in mail.text
    assert "Ask me again on Monday 30 November:" in mail.text
    assert "You get at most one mail a week." in mail.text
    assert mail.headers["List-Unsubscribe"] == f"<{one_click_url(bob_enrolment)}>"


def test_the_best_is_the_mail_and_the_others_are_named(
    publish: Publish, bob_enrolment: Enrolment
) -> None:
    for number in range(3):
        publish(title=f"Post {number}", published_at=TUESDAY - timedelta(days=number))

    assert offer_and_mail(TUESDAY) == 1

    mail = OutgoingMessage.objects.get()
    assert mail.subject.endswith("Post 0")
    assert "- Post 1\n- Post 2\n" in mail.text
    assert f"/o/{bob_enrolment.organization.slug}/" in mail.text
    assert not Ask.objects.filter(mailed_at=None).exists()


def test_the_mail_is_in_the_language_of_the_person(post: Post, bob_enrolment: Enrolment) -> None:
    user = bob_enrolment.member.user
    user.language = "nl"
    user.save()

    offer_and_mail(TUESDAY)

    mail = OutgoingMessage.objects.get()
    assert mail.language == "nl"
    assert mail.subject == "Bob, iets voor jouw netwerk: Four kilometres of heat network"
    assert "Je koos het thema Heat networks." in mail.html
    assert "vraag me maandag weer" in mail.html


@pytest.mark.parametrize(
    ("hour", "zone", "expected"),
    [
        (datetime(2026, 11, 24, 6, 59, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 24, 7, 0, tzinfo=UTC), "Europe/Amsterdam", 1),
        (datetime(2026, 11, 24, 16, 59, tzinfo=UTC), "Europe/Amsterdam", 1),
        (datetime(2026, 11, 24, 17, 0, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 28, 11, 0, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 27, 23, 0, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 24, 9, 10, tzinfo=UTC), "America/New_York", 0),
        (datetime(2026, 11, 24, 21, 0, tzinfo=UTC), "Pacific/Auckland", 1),
    ],
)
def test_mails_go_in_working_hours_where_the_person_is(
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
        # From a Tuesday; after that on the Monday with which a free week begins.
        (Rhythm.WEEKLY, [0, 6, 13, 20, 27, 34]),
        (Rhythm.FORTNIGHTLY, [0, 13, 27]),
        (Rhythm.MONTHLY, [0, 27]),
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


def test_what_was_put_aside_is_mailed_again_on_that_day(
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

    assert turn_to_people(at=TUESDAY + timedelta(days=5)) == 0
    assert turn_to_people(at=TUESDAY + timedelta(days=6)) == 1
    assert turn_to_people(at=TUESDAY + timedelta(days=13)) == 0
    assert OutgoingMessage.objects.count() == 2


def test_an_answer_taken_back_does_not_mail_again(post: Post, bob_enrolment: Enrolment) -> None:
    offer_and_mail(TUESDAY)
    ask = Ask.objects.get()
    put_aside(ask=ask, until=None, today=TUESDAY.date(), at=TUESDAY)
    take_answer_back(ask=ask)

    assert turn_to_people(at=TUESDAY + timedelta(days=6)) == 0


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
