"""Owners learn that mails come back, not to whom; invitations that come back are named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from vaandel.mailing.bounces.noting import CameBack, note_returns
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.suppression import lift
from vaandel.organizations.models import Member, Organization

As = Callable[[Member], Client]


@pytest.fixture
def came_back(acme: Organization) -> Callable[..., None]:
    def note(address: str, kind: str = "HARD", *, of: str = "proposal", tenant: int = 0) -> None:
        message = OutgoingMessage.objects.create(
            key=f"{of}:{address}",
            kind=of,
            state="SENT",
            tenant=tenant or acme.pk,
            to_address=address,
            expires_at=timezone.now(),
        )
        note_returns([CameBack(kind, message_id=message.pk)], at=timezone.now())

    return note


@pytest.mark.parametrize(("people", "told"), [(0, 0), (4, 0), (5, 5), (9, 5), (10, 10)])
def test_how_many_are_told_in_fives(
    client_as: As, alice: Member, came_back: Callable[..., None], people: int, told: int
) -> None:
    for number in range(people):
        came_back(f"p{number}@acme.example")
    came_back("bob@acme.example", "COMPLAINT")

    page = client_as(alice).get("/o/acme/people/").content.decode()

    assert (f"Mails to at least {told} people here come back." in page) is bool(told)
    assert "p1@acme.example" not in page
    assert "bob@acme.example" not in page


def test_who_is_tried_again_does_not_count(
    client_as: As, alice: Member, came_back: Callable[..., None]
) -> None:
    for number in range(5):
        came_back(f"p{number}@acme.example")
    lift("p0@acme.example")

    assert "come back." not in client_as(alice).get("/o/acme/people/").content.decode()


def test_an_invitation_that_came_back_is_named(
    client_as: As, alice: Member, globex: Organization, came_back: Callable[..., None]
) -> None:
    came_back("carol@acme.example", of="invitation")
    came_back("dave@acme.example", "COMPLAINT", of="invitation")
    came_back("erin@globex.example", of="invitation", tenant=globex.pk)

    page = client_as(alice).get("/o/acme/invitations/").content.decode()

    assert "1 mail did not arrive" in page
    assert "carol@acme.example" in page
    assert "dave@acme.example" not in page
    assert "erin@globex.example" not in page
