"""What somebody planned, on *Today*."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import PostFactory, PublicationFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.organizations.models import Member
from vaandel.programmes.models import Programme
from vaandel.shares.models import Publication

State = Publication.State
As = Callable[[Member], Client]


@pytest.fixture
def make(programme: Programme, bob_enrolment: Enrolment) -> Callable[..., Publication]:
    account = ConnectedAccount.objects.create(
        organization_id=bob_enrolment.organization_id,
        enrolment=bob_enrolment,
        channel="linkedin",
        remote_id="p1",
        keys_sealed="",
    )
    post = PostFactory.create(programme=programme)

    def make_publication(state: str) -> Publication:
        due = timezone.now() + timedelta(days=1)
        return PublicationFactory.create(post=post, account=account, state=state, due_at=due)

    return make_publication


def today(client: Client) -> str:
    response = client.get("/o/acme/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_nothing_is_said_when_nothing_was_planned(
    client_as: As, bob: Member, make: Callable[..., Publication]
) -> None:
    make(State.PUBLISHED)
    make(State.CANCELLED)

    assert "What you planned" not in today(client_as(bob))


def test_what_waits_and_what_needs_the_person(
    client_as: As, bob: Member, make: Callable[..., Publication]
) -> None:
    for state in (State.ARMED, State.REJECTED, State.ASKING):
        make(state)

    page = today(client_as(bob))

    assert "2 texts were not posted, or wait for your word." in page
    assert "One text waits for the moment you chose." in page
    assert 'href="/o/acme/planned/"' in page


def test_it_is_nobody_elses(
    client_as: As, alice: Member, programme: Programme, make: Callable[..., Publication]
) -> None:
    make(State.REJECTED)

    assert "What you planned" not in today(client_as(alice))
