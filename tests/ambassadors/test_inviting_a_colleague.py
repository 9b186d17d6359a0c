"""What somebody hears who invites a colleague: what they can do, never what the colleague did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import MemberFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Invitation, Member, Organization

PAGE = "/o/acme/invite/"
THANKS = "If your colleague can be invited, a mail is on its way."


@pytest.fixture
def bobs(client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment) -> Client:
    return client_as(bob)


def test_a_new_colleague_at_the_same_domain_is_invited(bobs: Client) -> None:
    response = bobs.post(
        PAGE, {"email": "Erin@acme.example", "name": "Erin", "note": "Nice"}, follow=True
    )

    assert THANKS in response.content.decode()
    invitation = Invitation.objects.get(member__user__email="erin@acme.example")
    assert (invitation.personal_note, invitation.from_colleague) == ("Nice", True)


def test_nobody_learns_who_takes_part(bobs: Client, acme: Organization) -> None:
    takes_part = MemberFactory.create(organization=acme, is_ambassador=True)

    response = bobs.post(PAGE, {"email": takes_part.user.email}, follow=True)

    assert THANKS in response.content.decode()
    assert not OutgoingMessage.objects.exists()


def test_whoever_left_is_not_asked(bobs: Client, acme: Organization) -> None:
    gone = MemberFactory.create(organization=acme, status=Member.Status.LEFT)

    bobs.post(PAGE, {"email": gone.user.email})

    assert not Invitation.objects.exists()


@pytest.mark.parametrize("email", ["", "erin", "erin@acme.example\x00"])
def test_what_is_no_address_is_explained_and_kept(bobs: Client, email: str) -> None:
    response = bobs.post(PAGE, {"email": email, "note": "Join us"})

    assert response.status_code == 422
    assert response.context["form"]["note"].value() == "Join us"
    assert not Invitation.objects.exists()


def test_an_address_outside_the_organisation_is_refused(bobs: Client) -> None:
    response = bobs.post(PAGE, {"email": "someone@elsewhere.example"})

    assert response.status_code == 422
    assert "only at an address of your organisation" in response.content.decode()


def test_the_owner_may_have_switched_it_off(bobs: Client, acme: Organization) -> None:
    acme.colleagues_may_invite = False
    acme.save()

    response = bobs.post(PAGE, {"email": "erin@acme.example"})

    assert response.status_code == 422
    assert "only the programme owner invites people" in response.content.decode()


def test_there_is_an_end_to_a_day(bobs: Client, bob: Member, acme: Organization) -> None:
    for _ in range(10):
        Invitation.objects.create(
            organization=acme,
            member=MemberFactory.create(organization=acme),
            invited_by=bob,
            from_colleague=True,
            expires_at=timezone.now() + timedelta(days=1),
        )

    response = bobs.post(PAGE, {"email": "erin@acme.example"})

    assert response.status_code == 422
    assert "Try again tomorrow." in response.content.decode()
