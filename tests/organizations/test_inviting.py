"""Inviting leaves the same trace whatever somebody answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import MemberFactory, UserFactory
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import AuditEntry, DoNotAsk, Invitation, Member, Organization
from vaandel.organizations.services import (
    AlreadyOffBoarded,
    InvitationClosed,
    InvitingIsOff,
    NotAColleague,
    TooManyInvitations,
    accept_invitation,
    decline_invitation,
    invite_again,
    invite_member,
    invite_person,
    off_board_member,
    run_member_imports,
    withdraw_invitations,
)
from vaandel.organizations.tenancy import tenant_scope
from vaandel.organizations.tokens import invitation_of, join_token

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def ravi(acme: Organization) -> Member:
    user = UserFactory.create(name="Ravi Jansen", email="ravi@acme.example", language="nl")
    return MemberFactory.create(organization=acme, user=user)


def invite(member: Member, by: Member, at: datetime = AT, note: str = "") -> Invitation:
    invitation = invite_member(member=member, by=by, note=note, at=at)
    assert invitation is not None
    return invitation


def mails() -> int:
    return OutgoingMessage.objects.filter(kind="invitation").count()


def test_the_mail_says_what_is_expected_and_has_two_equal_answers(
    acme: Organization, alice: Member, ravi: Member
) -> None:
    acme.expectation = "Once or twice a month, only if you like."
    acme.save()

    invitation = invite(ravi, alice, note="You tell it so well. <b>x</b>")

    mail = OutgoingMessage.objects.get(kind="invitation")
    token = join_token(invitation)
    assert (mail.to_address, mail.language, mail.person) == (
        "ravi@acme.example",
        "nl",
        ravi.user_id,
    )
    assert mail.tenant == acme.pk
    assert "Once or twice a month, only if you like." in mail.text
    assert "You tell it so well. <b>x</b>" in mail.text
    assert mail.text.count(f"/join/{token}/") == 2
    assert "<b>x</b>" not in mail.html
    assert mail.html.count(f"/join/{token}/") == 2
    assert AuditEntry.objects.get(action="member.invited").subject == f"member:{ravi.pk}"


def test_the_token_leads_to_the_invitation_and_cannot_be_forged(
    alice: Member, ravi: Member
) -> None:
    invitation = invite(ravi, alice)
    token = join_token(invitation)

    assert invitation_of(token) == invitation
    assert invitation_of(token[:-1] + ("x" if token[-1] != "x" else "y")) is None
    assert invitation_of(f"{invitation.pk}:x") is None
    assert invitation_of("nonsense") is None
    invitation.delete()
    assert invitation_of(token) is None


def test_inviting_twice_is_one_mail(alice: Member, ravi: Member) -> None:
    first = invite(ravi, alice)
    second = invite(ravi, alice, at=AT + timedelta(days=13))

    assert first == second
    assert mails() == 1


def test_at_most_three_invitations_two_weeks_apart(alice: Member, ravi: Member) -> None:
    for week in range(0, 12, 2):
        invite(ravi, alice, at=AT + timedelta(weeks=week, minutes=week))

    assert Invitation.objects.filter(member=ravi).count() == 3
    assert mails() == 3


def test_no_leaves_a_digest_and_the_same_row_as_for_everybody(
    alice: Member, ravi: Member, bob: Member
) -> None:
    invitation = invite(ravi, alice)
    decline_invitation(invitation=invitation)
    decline_invitation(invitation=invitation)

    later = AT + timedelta(days=20)
    assert invite_member(member=ravi, by=alice, at=later) is None
    assert invite_member(member=bob, by=alice, at=later) is None  # takes part already

    digest = DoNotAsk.objects.get().address_digest
    assert "ravi" not in digest
    assert len(digest) == 64
    assert mails() == 1
    assert Invitation.objects.filter(member=ravi).count() == 2
    assert Invitation.objects.filter(member=bob).count() == 1
    assert not AuditEntry.objects.filter(action__contains="declin").exists()


def test_no_to_one_organisation_is_no_to_that_one_only(
    alice: Member, ravi: Member, charlie: Member, globex: Organization
) -> None:
    decline_invitation(invitation=invite(ravi, alice))
    elsewhere = MemberFactory.create(organization=globex, user=ravi.user)

    with tenant_scope(globex):
        invitation = invite_member(member=elsewhere, by=charlie, at=AT)

    assert invitation is not None


def test_an_old_secret_key_still_knows_who_said_no(
    alice: Member, ravi: Member, settings: object
) -> None:
    decline_invitation(invitation=invite(ravi, alice))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]
    settings.SECRET_KEY = "another-key-another-key-another-key"  # type: ignore[attr-defined]

    assert invite_member(member=ravi, by=alice, at=AT + timedelta(days=20)) is None


def test_yes_counts_once_and_forgets_an_earlier_no(alice: Member, ravi: Member) -> None:
    invitation = invite(ravi, alice)
    decline_invitation(invitation=invitation)

    accept_invitation(invitation=invitation, at=AT)
    accept_invitation(invitation=invitation, at=AT + timedelta(hours=1))

    assert invitation.accepted_at == AT
    assert DoNotAsk.objects.count() == 0


@pytest.mark.parametrize("why", ["expired", "withdrawn", "left"])
def test_a_closed_invitation_cannot_be_accepted(alice: Member, ravi: Member, why: str) -> None:
    invitation = invite(ravi, alice)
    at = AT + timedelta(days=1)
    if why == "expired":
        at = AT + timedelta(days=61)
    elif why == "withdrawn":
        withdraw_invitations(by=alice, at=AT)
    else:
        off_board_member(member=ravi, by=alice, at=AT)

    with pytest.raises(InvitationClosed):
        accept_invitation(invitation=invitation, at=at)

    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert invitation.is_open(at) is False


def test_whoever_left_is_not_invited(alice: Member, ravi: Member) -> None:
    off_board_member(member=ravi, by=alice, at=AT)

    with pytest.raises(AlreadyOffBoarded):
        invite_member(member=ravi, by=alice, at=AT)


def test_a_stranger_becomes_a_member_and_keeps_their_own_name(
    alice: Member, charlie: Member
) -> None:
    new = invite_person(email="New@Acme.example", name="Nina New", by=alice, at=AT)
    known = invite_person(email=charlie.user.email, name="Wrong Name", by=alice, at=AT)

    assert new is not None
    assert new.member.user.email == "new@acme.example"
    assert new.member.roles == frozenset()
    assert known is not None
    assert known.member.user.name == "Charlie Stranger"
    assert known.member.organization_id == alice.organization_id


def test_a_colleague_invites_colleagues_only(alice: Member, bob: Member, ravi: Member) -> None:
    def ask(email: str) -> Invitation | None:
        return invite_person(email=email, name="", by=bob, from_colleague=True, at=AT)

    assert ask("ravi@acme.example") is not None
    assert ask("new@acme.example") is not None
    with pytest.raises(NotAColleague):
        ask("somebody@elsewhere.example")
    mail = OutgoingMessage.objects.filter(to_address="ravi@acme.example").get()
    off_board_member(member=ravi, by=alice, at=AT)
    with pytest.raises(NotAColleague):
        ask("ravi@acme.example")

    assert mail.from_name == "Bob Sharer"
    assert "Bob Sharer" in mail.subject


def test_sharing_a_public_mail_domain_makes_nobody_a_colleague(bob: Member) -> None:
    bob.user.email = "bob@gmail.com"
    bob.user.save()

    with pytest.raises(NotAColleague):
        invite_person(email="x@gmail.com", name="", by=bob, from_colleague=True, at=AT)


def test_a_colleague_asks_ten_people_a_day(acme: Organization, bob: Member) -> None:
    people = MemberFactory.create_batch(11, organization=acme)
    for person in people[:10]:
        invite_member(member=person, by=bob, from_colleague=True, at=AT)

    with pytest.raises(TooManyInvitations):
        invite_member(member=people[10], by=bob, from_colleague=True, at=AT)

    tomorrow = AT + timedelta(days=1, seconds=1)
    assert invite_member(member=people[10], by=bob, from_colleague=True, at=tomorrow) is not None


def test_an_organisation_may_do_without_colleagues_inviting(
    acme: Organization, bob: Member, ravi: Member
) -> None:
    acme.colleagues_may_invite = False
    acme.save()
    bob.organization.refresh_from_db()

    with pytest.raises(InvitingIsOff):
        invite_member(member=ravi, by=bob, from_colleague=True, at=AT)


def test_asking_again_goes_to_whoever_did_not_answer(
    acme: Organization, alice: Member, ravi: Member, bob: Member
) -> None:
    long_ago = timezone.now() - timedelta(days=15)
    no = MemberFactory.create(organization=acme)
    recent = MemberFactory.create(organization=acme)
    yes = MemberFactory.create(organization=acme)
    for person in (ravi, no, yes):
        invite(person, alice, at=long_ago)
    invite(recent, alice, at=timezone.now())
    decline_invitation(invitation=Invitation.objects.get(member=no))
    yes.is_ambassador = True
    yes.save()

    invite_again(by=alice, at=timezone.now())
    invite_again(by=alice, at=timezone.now())
    handled = run_member_imports()

    # Rows for everybody who was asked long ago, one mail.
    assert handled == 3
    assert sorted(
        Invitation.objects.exclude(created_at=long_ago).values_list("member_id", flat=True)
    ) == sorted([ravi.pk, no.pk, yes.pk, recent.pk])
    assert OutgoingMessage.objects.filter(to_address=ravi.user.email).count() == 2
    assert OutgoingMessage.objects.filter(to_address=no.user.email).count() == 1
    assert OutgoingMessage.objects.filter(to_address=yes.user.email).count() == 1
    assert run_member_imports() == 0


def test_the_page_says_the_same_whatever_happened(
    alice: Member, ravi: Member, bob: Member, client_as: Callable[[Member], Client]
) -> None:
    decline_invitation(invitation=invite(ravi, alice))
    client = client_as(alice)
    told = []

    for email in ("ravi@acme.example", bob.user.email, "new@acme.example"):
        response = client.post(
            "/o/acme/invitations/",
            {"email": email, "name": "", "unit": "", "note": ""},
            follow=True,
        )
        told.append(response.content.decode().replace(email, "X").count("X has been invited."))

    assert told == [1, 1, 1]
    page = client.get("/o/acme/invitations/").content.decode()
    assert "3 people have been invited." in page


def test_a_mistake_keeps_what_was_typed(
    alice: Member, client_as: Callable[[Member], Client]
) -> None:
    response = client_as(alice).post(
        "/o/acme/invitations/", {"email": "no address", "name": "Nina", "note": "<i>hi</i>"}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="no address"' in page
    assert "&lt;i&gt;hi&lt;/i&gt;" in page
    assert Invitation.objects.count() == 0


def test_mails_that_did_not_arrive_are_shown(
    acme: Organization, alice: Member, ravi: Member, client_as: Callable[[Member], Client]
) -> None:
    invite(ravi, alice)
    OutgoingMessage.objects.update(state="FAILED", last_error="550 no such user")

    page = client_as(alice).get("/o/acme/invitations/").content.decode()

    assert "1 mail did not arrive" in page
    assert "ravi@acme.example" in page
    assert "550 no such user" in page
