"""To a network and back: who may finish what, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.channels.conftest import answer_of, setting_out
from tests.factories import EnrolmentFactory, MemberFactory
from tests.networks.linkedin import LinkedIn
from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.services import leave
from vaandel.channels.adapter import Kind, Trouble
from vaandel.channels.consents import VERSION
from vaandel.channels.models import (
    AccountConsent,
    ConnectedAccount,
    Connecting,
    Revocation,
)
from vaandel.channels.services.accounts import account_of
from vaandel.channels.services.apps import TypedApp, save_app
from vaandel.channels.services.connecting import (
    Arrival,
    NotConnected,
    arrive,
    forget_old_connecting,
    local_path,
)
from vaandel.organizations.models import Member, Organization

pytestmark = pytest.mark.usefixtures("acme_app")
Connect = Callable[..., ConnectedAccount]


def back(enrolment: Enrolment, answer: dict[str, str], **more: Any) -> Arrival:
    return arrive(
        **{
            "user": enrolment.member.user,
            "channel": "linkedin",
            "answer": answer,
            "browser": "b",
            "at": timezone.now(),
            **more,
        }
    )


def refused(enrolment: Enrolment, answer: dict[str, str], **more: Any) -> NotConnected:
    with pytest.raises(NotConnected) as caught:
        back(enrolment, answer, **more)
    return caught.value


@pytest.fixture
def allowed(bob_enrolment: Enrolment, linkedin: LinkedIn) -> dict[str, str]:
    """What LinkedIn sends back after Bob allowed it."""
    return answer_of(linkedin.allow(setting_out(bob_enrolment)))


def test_the_account_is_kept_and_its_tokens_are_unreadable(
    bob_enrolment: Enrolment, allowed: dict[str, str]
) -> None:
    at = timezone.now()

    arrival = back(bob_enrolment, allowed, at=at)

    row = ConnectedAccount.objects.get()
    assert arrival == Arrival(row, "")
    assert (row.enrolment, row.channel, row.remote_id) == (bob_enrolment, "linkedin", "p1")
    assert (row.connected_at, row.is_active, row.keys_version) == (at, True, 1)
    keys = account_of(row).keys
    assert keys["access_token"].startswith("AQ")
    assert keys["access_token"] not in row.keys_sealed
    assert not Connecting.objects.exists()


def test_what_was_agreed_to_is_noted(bob_enrolment: Enrolment, connect: Connect) -> None:
    connect(bob_enrolment)

    consent = AccountConsent.objects.get()
    assert (consent.purpose, consent.text_version) == ("POST", VERSION)
    assert (consent.channel, consent.revoked_at) == ("linkedin", None)


def test_figures_are_a_consent_of_their_own(bob_enrolment: Enrolment, connect: Connect) -> None:
    row = connect(bob_enrolment, statistics=True)

    assert row.reads_statistics
    found = AccountConsent.objects.order_by("purpose").values_list("purpose", flat=True)
    assert list(found) == ["POST", "STATISTICS"]


def test_permission_for_figures_is_asked_from_who_agrees_only(
    acme: Organization, alice: Member, bob_enrolment: Enrolment
) -> None:
    scopes = ("openid", "w_member_social", "r_member_postAnalytics")
    typed = TypedApp(client_id="acme-app", scopes=scopes)
    save_app(organization=acme, channel="linkedin", by=alice, typed=typed, at=timezone.now())

    without = answer_of(setting_out(bob_enrolment))["scope"]
    having = answer_of(setting_out(bob_enrolment, statistics=True))["scope"]

    assert without == "openid w_member_social"
    assert having == "openid w_member_social r_member_postAnalytics"


def test_it_counts_once(bob_enrolment: Enrolment, allowed: dict[str, str]) -> None:
    back(bob_enrolment, allowed)

    assert refused(bob_enrolment, allowed).code == "too_late_to_connect"
    assert ConnectedAccount.objects.count() == 1


def test_it_counts_for_ten_minutes(bob_enrolment: Enrolment, allowed: dict[str, str]) -> None:
    late = timezone.now() + timedelta(minutes=10)

    assert refused(bob_enrolment, allowed, at=late).code == "too_late_to_connect"
    assert not ConnectedAccount.objects.exists()


def test_nobody_finishes_what_somebody_else_began(
    bob_enrolment: Enrolment, allowed: dict[str, str], charlie: Member, alice: Member
) -> None:
    for somebody in (charlie, alice):
        assert refused(bob_enrolment, allowed, user=somebody.user).code == "too_late_to_connect"

    assert not ConnectedAccount.objects.exists()
    assert Connecting.objects.count() == 1


def test_another_browser_of_the_same_person_finishes_nothing(
    bob_enrolment: Enrolment, allowed: dict[str, str]
) -> None:
    assert refused(bob_enrolment, allowed, browser="").code == "too_late_to_connect"
    assert refused(bob_enrolment, allowed, browser="other").code == "too_late_to_connect"
    assert not ConnectedAccount.objects.exists()


def test_the_address_of_another_network_finishes_nothing(
    bob_enrolment: Enrolment, allowed: dict[str, str]
) -> None:
    assert refused(bob_enrolment, allowed, channel="mastodon").code == "too_late_to_connect"


@pytest.mark.parametrize("answer", [{}, {"code": "abc"}, {"state": "", "code": "abc"}])
def test_without_a_state_nothing_happens(bob_enrolment: Enrolment, answer: dict[str, str]) -> None:
    setting_out(bob_enrolment)

    assert refused(bob_enrolment, answer).code == "too_late_to_connect"


def test_no_is_an_answer(bob_enrolment: Enrolment, linkedin: LinkedIn, acme: Organization) -> None:
    answer = answer_of(linkedin.cancel(setting_out(bob_enrolment, next_path="/o/acme/")))

    said = refused(bob_enrolment, answer)

    assert (said.code, said.organization, said.next_path) == ("declined", acme, "/o/acme/")
    assert refused(bob_enrolment, answer).code == "too_late_to_connect"
    assert not AccountConsent.objects.exists()


def test_who_left_meanwhile_is_not_connected_and_the_tokens_are_handed_back(
    bob_enrolment: Enrolment, allowed: dict[str, str]
) -> None:
    leave(enrolment=bob_enrolment, at=timezone.now())

    assert refused(bob_enrolment, allowed).code == "left"
    assert not ConnectedAccount.objects.exists()
    assert Revocation.objects.count() == 1


def test_who_does_not_take_part_cannot_set_out(bob_enrolment: Enrolment) -> None:
    bob_enrolment.state = Enrolment.State.LEFT

    with pytest.raises(Trouble) as caught:
        setting_out(bob_enrolment)

    assert caught.value.kind is Kind.CONFIGURATION


def test_a_network_that_is_switched_off_cannot_be_connected(
    acme: Organization, alice: Member, bob_enrolment: Enrolment, allowed: dict[str, str]
) -> None:
    typed = TypedApp(is_on=False, client_id="acme-app")
    save_app(organization=acme, channel="linkedin", by=alice, typed=typed, at=timezone.now())

    assert refused(bob_enrolment, allowed).code == "refused_app"
    with pytest.raises(Trouble):
        setting_out(bob_enrolment)


def test_an_unknown_network_cannot_be_connected(bob_enrolment: Enrolment) -> None:
    with pytest.raises(Trouble):
        setting_out(bob_enrolment, channel="email")


def test_the_same_account_again_keeps_its_row(bob_enrolment: Enrolment, connect: Connect) -> None:
    first = connect(bob_enrolment, statistics=True)
    ConnectedAccount.objects.update(state="RECONNECT", problem="dead_tokens", reminded_for_days=3)

    again = connect(bob_enrolment)

    assert (again.pk, again.keys_version) == (first.pk, 2)
    assert (again.state, again.problem, again.reminded_for_days) == ("ACTIVE", "", None)
    assert not again.reads_statistics
    assert not Revocation.objects.exists()
    running = AccountConsent.objects.filter(revoked_at=None)
    assert [consent.purpose for consent in running] == ["POST"]
    assert AccountConsent.objects.count() == 3


def test_another_account_takes_its_place(bob_enrolment: Enrolment, connect: Connect) -> None:
    first = connect(bob_enrolment)

    second = connect(bob_enrolment, person="p2")

    assert second.pk != first.pk
    assert [row.remote_id for row in ConnectedAccount.objects.all()] == ["p2"]
    assert Revocation.objects.count() == 1


def test_two_people_of_one_organisation_do_not_meet(
    acme: Organization, bob_enrolment: Enrolment, connect: Connect
) -> None:
    other = EnrolmentFactory.create(
        programme=bob_enrolment.programme,
        member=MemberFactory.create(organization=acme, is_ambassador=True),
    )

    connect(bob_enrolment)
    connect(other, person="p2")

    found = ConnectedAccount.objects.values_list("enrolment_id", "remote_id")
    assert set(found) == {(bob_enrolment.pk, "p1"), (other.pk, "p2")}


def test_what_nobody_came_back_for_is_forgotten(bob_enrolment: Enrolment) -> None:
    setting_out(bob_enrolment)
    now = timezone.now()

    assert forget_old_connecting(at=now) == 0
    assert forget_old_connecting(at=now + timedelta(minutes=11)) == 1


def test_who_set_out_with_a_lost_key_starts_again(
    bob_enrolment: Enrolment, allowed: dict[str, str], settings: Any
) -> None:
    row = Connecting.objects.get()
    row.kept_sealed = "nonsense"
    row.save()

    assert refused(bob_enrolment, allowed).code == "too_late_to_connect"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/o/acme/posts/7/share/?text=a", "/o/acme/posts/7/share/?text=a"),
        ("https://elsewhere.example/", ""),
        ("//elsewhere.example/", ""),
        ("/\\elsewhere.example/", ""),
        ("javascript:alert(1)", ""),
        ("o/acme/", ""),
        ("", ""),
        ("/" + "a" * 300, ""),
    ],
)
def test_the_way_on_stays_on_this_site(path: str, kept: str) -> None:
    assert local_path(path) == kept
