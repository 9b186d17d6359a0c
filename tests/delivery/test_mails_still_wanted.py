"""A mail that had to wait is looked at once more: nobody is asked what they answered already,
and a post that was withdrawn reaches nobody any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from tests.delivery.conftest import TUESDAY
from tests.factories import ShareFactory
from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.ambassadors.services import hear_from, set_rhythm
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.push.services import choose_channels
from vaandel.delivery.services import offer_posts, put_aside, take_answer_back, turn_to_people
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.queue import claim
from vaandel.mailing.services import send_due_messages
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.services.stopping import start_again, stop_sharing
from vaandel.posts.models import Post
from vaandel.posts.services import withdraw_post

Publish = Callable[..., Post]
SOON = TUESDAY + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    with time_machine.travel(TUESDAY, tick=False):
        yield


def turn() -> None:
    offer_posts(at=TUESDAY)
    assert turn_to_people(at=TUESDAY) == 1
    assert OutgoingMessage.objects.count() == 1


def sent() -> list[EmailMultiAlternatives]:
    with time_machine.travel(SOON, tick=False):
        send_due_messages()
    return [each for each in outbox.outbox if isinstance(each, EmailMultiAlternatives)]


def test_a_post_that_was_withdrawn_during_a_stop_reaches_nobody_afterwards(
    post: Post, bob_enrolment: Enrolment, acme: Organization, alice: Member
) -> None:
    assert bob_enrolment.pk
    turn()
    stop_sharing(organization=acme, reason="A wrong figure.", by=alice, at=TUESDAY)
    withdraw_post(post=post, by=alice, reason="A wrong figure.", at=TUESDAY)
    start_again(organization=acme, by=alice, at=TUESDAY)

    assert sent() == []
    assert not OutgoingMessage.objects.exists()


def test_a_digest_goes_without_the_post_that_was_withdrawn(
    publish: Publish, bob_enrolment: Enrolment, alice: Member
) -> None:
    assert bob_enrolment.pk
    publish(title="The heat network")
    wrong = publish(title="A wrong figure", published_at=TUESDAY + timedelta(seconds=1))
    turn()
    assert "A wrong figure" in OutgoingMessage.objects.get().subject
    withdraw_post(post=wrong, by=alice, reason="", at=TUESDAY)

    [mail] = sent()

    assert "The heat network" in mail.subject
    html = str(mail.alternatives[0][0])
    for text in (mail.subject, str(mail.body), html):
        assert "wrong figure" not in text
    left = Ask.objects.exclude(post=wrong).get()
    assert OutgoingMessage.objects.get().state == "SENT"
    assert left.mailed_at == TUESDAY


@pytest.mark.usefixtures("post")
def test_what_somebody_decided_since_counts(bob_enrolment: Enrolment) -> None:
    decisions: list[Callable[[Ask], object]] = [
        lambda ask: put_aside(ask=ask, until=None, today=TUESDAY.date(), at=SOON),
        lambda ask: put_aside(
            ask=ask, until=TUESDAY.date() + timedelta(days=1), today=TUESDAY.date(), at=SOON
        ),
        lambda _ask: set_rhythm(enrolment=bob_enrolment, rhythm=Rhythm.IN_APP),
        lambda _ask: choose_channels(
            enrolment=bob_enrolment, chosen=["push"], connected=["mail", "push"]
        ),
        lambda ask: ShareFactory.create(post=ask.post, enrolment=bob_enrolment),
    ]
    turn()
    row = OutgoingMessage.objects.get()
    for decide in decisions:
        OutgoingMessage.objects.all().delete()
        row.save(force_insert=True)
        take_answer_back(ask=Ask.objects.get())
        Enrolment.objects.update(rhythm=Rhythm.WEEKLY)
        decide(Ask.objects.get())
        assert sent() == []
        assert not OutgoingMessage.objects.exists()


def test_a_question_that_was_answered_is_not_asked(bob_enrolment: Enrolment) -> None:
    approach = Approach.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        kind=Approach.Kind.QUESTION,
        at=TUESDAY,
        channels=["mail"],
    )
    message = OutgoingMessage(
        key=f"approach:{approach.pk}",
        kind="question",
        to_address="bob@acme.example",
        subject="Shall we stop?",
        text="Shall we stop?",
        next_try_at=TUESDAY,
        expires_at=TUESDAY + timedelta(days=1),
    )
    message.save()
    hear_from(enrolment=bob_enrolment, at=SOON)

    assert sent() == []

    message.pk = None
    message.save()
    Enrolment.objects.update(heard_at=TUESDAY - timedelta(days=1))
    assert len(sent()) == 1


@pytest.mark.usefixtures("post", "bob_enrolment")
def test_what_was_put_aside_and_came_back_is_sent() -> None:
    offer_posts(at=TUESDAY)
    ask = Ask.objects.get()
    day = TUESDAY.date()
    before = TUESDAY - timedelta(days=3)
    put_aside(ask=ask, until=day, today=day - timedelta(days=3), at=before)
    assert turn_to_people(at=TUESDAY) == 1

    assert len(sent()) == 1


@pytest.mark.usefixtures("post", "bob_enrolment")
def test_an_approach_that_is_erased_is_not_spoken_of() -> None:
    turn()
    Approach.objects.all().delete()

    assert sent() == []
    assert claim(OutgoingMessage.objects.all(), at=timezone.now(), size=5) == []
