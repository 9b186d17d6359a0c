"""What the ambassador of the demonstration has on the practice network from the start."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction

from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import AccountConsent, ConnectedAccount
from vaandel.channels.services.accounts import account_of
from vaandel.delivery.queries import proposals
from vaandel.demo.models import PracticePost
from vaandel.demo.network.allowing import who_has
from vaandel.organizations.models import Organization
from vaandel.shares.models import NetworkFigures, Publication, Share
from vaandel.shares.publishing import publish_due

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NOOR = "noor.van.den.heuvel@stadsenergie.example"


@pytest.fixture
def demonstration(settings: Any, db: None) -> None:
    settings.DEMO = True
    settings.PRACTICE_SERVER = "127.0.0.1:8000"


def made() -> None:
    with time_machine.travel(NOW, tick=False):
        call_command("demo", stdout=StringIO())
        publish_due()


def told() -> dict[str, object]:
    publications = Publication.objects.order_by("due_at")
    return {
        "publications": list(
            publications.values_list("post__title", "text", "state", "problem", "due_at")
        ),
        "figures": list(NetworkFigures.objects.values_list("reactions", "comments", "reposts")),
    }


def test_one_posted_one_planned_and_one_that_asks(demonstration: None) -> None:
    made()

    account = ConnectedAccount.objects.get()
    assert account.enrolment.member.user.email == NOOR
    assert account.server == "127.0.0.1:8000"
    assert account.handle == "@noorvandenheuvel@127.0.0.1:8000"
    assert who_has(account_of(account).keys["access_token"]) == account.enrolment.member.user
    assert AccountConsent.objects.filter(revoked_at=None).count() == 2
    posted, asks, planned = Publication.objects.select_related("share").order_by("due_at")
    assert (posted.state, asks.state, planned.state) == ("PUBLISHED", "ASKING", "ARMED")
    assert asks.problem == "changed"
    assert planned.due_at == datetime(2026, 11, 25, 11, 15, tzinfo=UTC)
    assert posted.published_at == datetime(2026, 11, 17, 11, 15, tzinfo=UTC)
    there = PracticePost.objects.get()
    assert str(there.pk) == posted.remote_id
    assert there.text.startswith(posted.text)
    assert posted.permalink.endswith(f"/demo/network/{there.pk}/")
    figures = NetworkFigures.objects.get()
    assert figures.share == posted.share
    assert figures.reactions
    assert figures.next_read_at
    assert figures.next_read_at > NOW


def test_everything_else_is_as_it_was(demonstration: None) -> None:
    made()

    noor = Enrolment.objects.get(member__user__email=NOOR)
    assert len(proposals(noor, NOW)) == 3
    assert Share.objects.filter(enrolment=noor, publication=None).count() == 3


def test_it_is_the_same_every_time(demonstration: None) -> None:
    with transaction.atomic():
        made()
        first = told()
        transaction.set_rollback(True)
    assert not Organization.objects.exists()

    made()

    assert told() == first


@pytest.mark.django_db
def test_without_a_practice_network_nobody_has_an_account() -> None:
    made()

    assert not ConnectedAccount.objects.exists()
    assert not Publication.objects.exists()
