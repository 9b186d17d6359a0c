"""What was mailed before there were approaches holds people back as if it had been one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

from django.apps import apps

from tests.delivery.conftest import TUESDAY
from tests.factories import AskFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.services import offer_posts, turn_to_people
from vaandel.posts.models import Post

Publish = Callable[..., Post]


def remember_mails() -> None:
    migration = import_module("vaandel.delivery.migrations.0007_approaches_from_mails")
    migration.remember_mails(apps, None)


def test_nobody_gets_a_second_mail_in_the_week_of_the_upgrade(
    publish: Publish, bob_enrolment: Enrolment
) -> None:
    yesterday = TUESDAY - timedelta(days=1)
    for _ in range(2):
        AskFactory.create(
            post=publish(), enrolment=bob_enrolment, offered_at=yesterday, mailed_at=yesterday
        )
    AskFactory.create(
        post=publish(),
        enrolment=bob_enrolment,
        offered_at=yesterday - timedelta(days=40),
        mailed_at=yesterday - timedelta(days=40),
    )

    remember_mails()
    remember_mails()

    approach = Approach.objects.get()
    assert (approach.kind, approach.at, approach.enrolment) == ("DIGEST", yesterday, bob_enrolment)
    assert Ask.objects.filter(approach=approach).count() == 2
    publish()
    offer_posts(at=TUESDAY)
    assert turn_to_people(at=TUESDAY) == 0
    assert turn_to_people(at=TUESDAY + timedelta(weeks=1)) == 1


def test_there_may_be_nothing_to_remember(bob_enrolment: Enrolment) -> None:
    remember_mails()

    assert not Approach.objects.exists()
