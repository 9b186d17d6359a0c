"""Who is turned to, and who is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.delivery.conftest import TUESDAY, Publish, offer_and_mail
from tests.factories import EnrolmentFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.services import leave, pause, stop_mails
from vaandel.delivery.models import Approach, Ask, ChannelChoice
from vaandel.delivery.services import offer_posts, turn_to_people
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.services import off_board_member
from vaandel.posts.models import Post
from vaandel.privacy.services import delete_account
from vaandel.programmes.models import Programme, Topic
from vaandel.shares.models import PersonalLink


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


def test_many_people_get_one_mail_each(post: Post, programme: Programme, topic: Topic) -> None:
    for enrolment in EnrolmentFactory.create_batch(60, programme=programme):
        enrolment.topics.add(topic)

    assert offer_and_mail(TUESDAY) == 60

    addresses = OutgoingMessage.objects.values_list("to_address", flat=True)
    assert len(set(addresses)) == 60
    assert PersonalLink.objects.count() == 60


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


def test_an_organisation_that_stopped_plans_nothing(
    post: Post, bob_enrolment: Enrolment, acme: Organization
) -> None:
    Organization.objects.update(stopped_at=TUESDAY)

    assert offer_and_mail(TUESDAY) == 0
    assert not Ask.objects.exists()

    Organization.objects.update(stopped_at=None)
    assert offer_and_mail(TUESDAY) == 1


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
