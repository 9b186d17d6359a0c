"""While sharing is stopped nothing is proposed, opened, reminded of or published."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.factories import AskFactory, PostFactory, TopicFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Ask
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.services.stopping import start_again, stop_sharing
from vaandel.posts.models import Post
from vaandel.posts.services import publish_due_posts
from vaandel.programmes.models import Programme, Topic
from vaandel.shares.addresses import personal_url
from vaandel.shares.models import Reminder, Share
from vaandel.shares.services import (
    SharingStopped,
    Words,
    open_share,
    personal_link,
    send_due_reminders,
)

As = Callable[[Member], Client]
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
REASON = "A figure in our news was wrong."


@pytest.fixture
def post(programme: Programme, topic: Topic) -> Post:
    post = PostFactory.create(programme=programme, title="Four kilometres of pipe")
    post.topics.add(topic)
    return post


@pytest.fixture
def ask(post: Post, bob_enrolment: Enrolment) -> Ask:
    return AskFactory.create(post=post, enrolment=bob_enrolment)


@pytest.fixture
def stop(acme: Organization, alice: Member) -> Callable[[], None]:
    def press() -> None:
        stop_sharing(organization=acme, reason=REASON, by=alice, at=NOW)

    return press


@pytest.mark.usefixtures("ask")
def test_today_proposes_nothing_and_says_why(
    client_as: As, bob: Member, post: Post, stop: Callable[[], None]
) -> None:
    assert post.title in client_as(bob).get("/o/acme/").content.decode()
    stop()

    page = client_as(bob).get("/o/acme/").content.decode()

    assert post.title not in page
    assert "No proposals for now" in page
    assert REASON in page


def test_the_share_page_keeps_the_text_and_opens_nothing(
    client_as: As, bob: Member, bob_enrolment: Enrolment, post: Post, stop: Callable[[], None]
) -> None:
    stop()
    client = client_as(bob)
    address = f"/o/acme/posts/{post.pk}/share/"

    page = client.get(address).content.decode()
    press = {"press": str(uuid.uuid4()), "channel": "linkedin", "text": "My very own words"}
    plain = client.post(f"{address}open/", press)
    by_script = client.post(f"{address}open/", press, headers={"Accept": "application/json"})
    reserved = client.post(f"{address}reserve/", press)

    assert "Opening a network is off for now" in page
    assert REASON in page
    assert 'name="channel"' not in page
    assert plain.status_code == by_script.status_code == reserved.status_code == 409
    assert "My very own words</textarea>" in plain.content.decode()
    assert by_script.json()["over"] is True
    assert not Share.objects.exists()


def test_the_page_of_a_mail_says_so_too(
    client: Client, bob_enrolment: Enrolment, post: Post, stop: Callable[[], None]
) -> None:
    link = personal_link(enrolment=bob_enrolment, post=post, at=timezone.now())
    stop()

    page = client.get(personal_url(link)).content.decode()

    assert "Opening a network is off for now" in page
    assert REASON in page


def test_it_goes_on_afterwards(
    acme: Organization,
    alice: Member,
    bob_enrolment: Enrolment,
    post: Post,
    stop: Callable[[], None],
) -> None:
    stop()
    press = uuid.uuid4()
    words = Words(channel="linkedin", text="Mine", language="en")
    with pytest.raises(SharingStopped):
        open_share(enrolment=bob_enrolment, post=post, words=words, press=press, at=NOW)

    start_again(organization=acme, by=alice, at=NOW)

    open_share(enrolment=bob_enrolment, post=post, words=words, press=press, at=NOW)
    assert Share.objects.get().text == "Mine"


def test_planned_posts_wait(
    acme: Organization, alice: Member, post: Post, stop: Callable[[], None]
) -> None:
    Post.objects.filter(pk=post.pk).update(
        state=Post.State.PLANNED, publish_at=timezone.now() - timedelta(minutes=1)
    )
    stop()
    assert publish_due_posts() == 0

    start_again(organization=acme, by=alice, at=NOW)

    assert publish_due_posts() == 1


@time_machine.travel(NOW, tick=False)
def test_reminders_wait(
    acme: Organization,
    alice: Member,
    bob_enrolment: Enrolment,
    post: Post,
    stop: Callable[[], None],
) -> None:
    Reminder.objects.create(
        organization=acme, enrolment=bob_enrolment, post=post, at=timezone.now()
    )
    stop()
    assert send_due_reminders() == 0

    start_again(organization=acme, by=alice, at=NOW)

    assert send_due_reminders() == 1


def test_another_organisation_goes_on(
    acme: Organization, charlie: Member, stop: Callable[[], None]
) -> None:
    stop()
    programme = Programme.objects.get(organization=charlie.organization)
    other = PostFactory.create(
        programme=programme,
        state=Post.State.PLANNED,
        publish_at=timezone.now() - timedelta(minutes=1),
    )
    TopicFactory.create(programme=programme).posts.add(other)

    assert publish_due_posts() == 1
