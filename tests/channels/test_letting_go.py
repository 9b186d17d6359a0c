"""Disconnecting: gone here at once, and worthless at the network as soon as it answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.networks.linkedin import LinkedIn
from vaandel.accounts.models import User
from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.services import leave
from vaandel.channels.models import (
    AccountConsent,
    ConnectedAccount,
    NetworkApp,
    Revocation,
)
from vaandel.channels.services.accounts import (
    account_of,
    disconnect,
    disconnect_all,
    disconnect_who_left,
    revoke_due,
)
from vaandel.organizations.models import Member, Organization
from vaandel.privacy.services import delete_account


def let_go(enrolment: Enrolment) -> bool:
    return disconnect(enrolment=enrolment, channel="linkedin", at=timezone.now())


def due_again() -> None:
    Revocation.objects.update(next_try_at=timezone.now(), leased_until=None)


def test_it_is_gone_at_once_also_when_the_network_is_away(
    account: ConnectedAccount, bob_enrolment: Enrolment, linkedin: LinkedIn
) -> None:
    asked = len(linkedin.requests)

    assert let_go(bob_enrolment)
    assert not let_go(bob_enrolment)

    assert not ConnectedAccount.objects.exists()
    assert not AccountConsent.objects.filter(revoked_at=None).exists()
    assert AccountConsent.objects.count() == 1
    assert Revocation.objects.count() == 1
    assert len(linkedin.requests) == asked


def test_the_tokens_become_worthless(
    account: ConnectedAccount, bob_enrolment: Enrolment, linkedin: LinkedIn
) -> None:
    keys = account_of(account).keys
    let_go(bob_enrolment)
    waiting = Revocation.objects.get().payload_sealed
    assert not any(str(secret) in waiting for secret in keys.values())

    assert revoke_due() == 1

    assert not Revocation.objects.exists()
    assert linkedin.tokens[keys["access_token"]].revoked
    assert linkedin.refreshes[keys["refresh_token"]].revoked
    assert revoke_due() == 0


def test_also_when_the_network_was_switched_off_or_the_organisation_is_gone(
    account: ConnectedAccount, bob_enrolment: Enrolment, linkedin: LinkedIn, acme: Organization
) -> None:
    token = account_of(account).keys["access_token"]
    NetworkApp.objects.update(is_on=False)
    let_go(bob_enrolment)
    NetworkApp.objects.all().delete()

    revoke_due()

    assert linkedin.tokens[token].revoked


def test_a_network_that_is_away_is_asked_later_and_later(
    account: ConnectedAccount, bob_enrolment: Enrolment, linkedin: LinkedIn
) -> None:
    let_go(bob_enrolment)
    linkedin.fail_next("POST", "revoke", 503, times=3)

    pauses = []
    for _ in range(3):
        due_again()
        before = timezone.now()
        assert revoke_due() == 1
        pauses.append(round((Revocation.objects.get().next_try_at - before).total_seconds() / 60))

    assert pauses == [1, 2, 4]
    assert Revocation.objects.get().attempts == 3
    assert revoke_due() == 0
    due_again()
    assert revoke_due() == 1
    assert not Revocation.objects.exists()


def test_after_a_week_it_is_given_up(
    account: ConnectedAccount, bob_enrolment: Enrolment, linkedin: LinkedIn, caplog: Any
) -> None:
    let_go(bob_enrolment)
    Revocation.objects.update(created_at=timezone.now() - timedelta(days=8))
    linkedin.fail_next("POST", "revoke", 503)

    with caplog.at_level(logging.WARNING, logger="vaandel.channels"):
        revoke_due()

    assert not Revocation.objects.exists()
    assert [record.message for record in caplog.records] == [
        "Tokens could not be revoked and were forgotten."
    ]


def test_what_somebody_else_is_busy_with_is_left_alone(
    account: ConnectedAccount, bob_enrolment: Enrolment
) -> None:
    let_go(bob_enrolment)
    Revocation.objects.update(leased_until=timezone.now() + timedelta(minutes=1))

    assert revoke_due() == 0


def test_what_nobody_can_read_is_dropped(
    account: ConnectedAccount, bob_enrolment: Enrolment
) -> None:
    let_go(bob_enrolment)
    Revocation.objects.update(payload_sealed="nonsense")

    assert revoke_due() == 1
    assert not Revocation.objects.exists()


def test_an_account_whose_key_is_lost_goes_without(
    account: ConnectedAccount, bob_enrolment: Enrolment
) -> None:
    ConnectedAccount.objects.update(keys_sealed="nonsense")

    assert let_go(bob_enrolment)
    assert not Revocation.objects.exists()


def test_the_application_of_the_installation_is_enough(
    account: ConnectedAccount, bob_enrolment: Enrolment, linkedin: LinkedIn, settings: Any
) -> None:
    NetworkApp.objects.all().delete()
    settings.NETWORK_APPS = {
        "LINKEDIN_CLIENT_ID": "acme-app",
        "LINKEDIN_CLIENT_SECRET": linkedin.settings.client_secret,
    }
    let_go(bob_enrolment)

    assert revoke_due() == 1
    assert not Revocation.objects.exists()


def test_without_any_application_there_is_nobody_to_tell(
    account: ConnectedAccount, bob_enrolment: Enrolment
) -> None:
    NetworkApp.objects.all().delete()

    assert let_go(bob_enrolment)
    assert not Revocation.objects.exists()


def test_all_accounts_of_a_person(account: ConnectedAccount, bob_enrolment: Enrolment) -> None:
    assert disconnect_all(enrolment=bob_enrolment, at=timezone.now()) == 1
    assert disconnect_all(enrolment=bob_enrolment, at=timezone.now()) == 0


def test_who_stops_is_disconnected(account: ConnectedAccount, bob_enrolment: Enrolment) -> None:
    assert disconnect_who_left() == 0
    leave(enrolment=bob_enrolment, at=timezone.now())

    assert disconnect_who_left() == 1

    assert not ConnectedAccount.objects.exists()
    assert Revocation.objects.count() == 1


def test_who_does_not_work_here_any_more_is_disconnected(
    account: ConnectedAccount, bob: Member
) -> None:
    Member.objects.filter(pk=bob.pk).update(status=Member.Status.LEFT)

    assert disconnect_who_left() == 1
    assert Revocation.objects.count() == 1


def test_who_erases_the_account_leaves_no_working_token(
    account: ConnectedAccount, bob: Member, linkedin: LinkedIn
) -> None:
    token = account_of(account).keys["access_token"]

    delete_account(user=User.objects.get(pk=bob.user_id), at=timezone.now())

    assert not ConnectedAccount.objects.exists()
    assert not AccountConsent.objects.exists()
    revoke_due()
    assert linkedin.tokens[token].revoked


def test_nobody_else_is_touched(
    account: ConnectedAccount,
    bob_enrolment: Enrolment,
    charlie: Member,
    connect: Callable[..., ConnectedAccount],
) -> None:
    theirs = Enrolment.objects.get(member=charlie)
    NetworkApp.objects.create(
        organization=charlie.organization,
        channel="linkedin",
        client_id="acme-app",
        secret_sealed=NetworkApp.objects.get().secret_sealed,
    )
    connect(theirs, person="p9")

    let_go(bob_enrolment)

    assert ConnectedAccount.objects.get().enrolment == theirs
    assert AccountConsent.objects.get(revoked_at=None).enrolment == theirs
