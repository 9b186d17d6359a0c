"""Opening an account: renewed before it is needed, by one, and never with a token used before."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from tests.networks.linkedin import LinkedIn
from tests.networks.wire import Answer, Request
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.adapter import Kind, Trouble
from vaandel.channels.models import ConnectedAccount, NetworkApp, Revocation
from vaandel.channels.sealing import ACCOUNT, sealed
from vaandel.channels.services.accounts import (
    account_of,
    disconnect,
    hold,
    must_reconnect,
    opened,
)
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant

Connect = Callable[..., ConnectedAccount]
TOKEN = ("POST", "/oauth/v2/accessToken")


def open_now(row: ConnectedAccount) -> dict[str, Any]:
    return dict(opened(row, at=timezone.now()).account.keys)


def trouble(row: ConnectedAccount) -> Trouble:
    with pytest.raises(Trouble) as caught:
        opened(row, at=timezone.now())
    return caught.value


def renewals(network: LinkedIn) -> int:
    return sum(b"grant_type=refresh_token" in seen.body for seen in network.requests)


def about_to_end(row: ConnectedAccount, **more: Any) -> None:
    soon = timezone.now() + timedelta(seconds=90)
    ConnectedAccount.objects.filter(pk=row.pk).update(access_until=soon, **more)


def now(row: ConnectedAccount) -> ConnectedAccount:
    return ConnectedAccount.objects.get(pk=row.pk)


def test_tokens_that_live_are_used_as_they_are(
    account: ConnectedAccount, linkedin: LinkedIn
) -> None:
    at = timezone.now()

    found = opened(account, at=at)

    assert found.app.client_id == "acme-app"
    assert found.account.remote_id == "p1"
    assert found.row == account
    assert renewals(linkedin) == 0
    assert now(account).used_at == at


def test_tokens_without_an_end_are_used_as_they_are(account: ConnectedAccount) -> None:
    ConnectedAccount.objects.update(access_until=None, session_until=None)

    assert open_now(account) == account_of(account).keys


def test_tokens_that_end_soon_are_renewed_and_kept(
    account: ConnectedAccount, linkedin: LinkedIn
) -> None:
    about_to_end(account)
    old = account_of(account).keys

    keys = open_now(account)

    assert keys["access_token"] != old["access_token"]
    row = now(account)
    assert account_of(row).keys == keys
    assert (row.keys_version, row.renewing_until) == (2, None)
    assert row.access_until is not None
    assert row.access_until > timezone.now() + timedelta(days=50)
    assert open_now(account) == keys
    assert renewals(linkedin) == 1


def test_a_refusal_for_good_is_told_to_the_person_once(
    account: ConnectedAccount, linkedin: LinkedIn
) -> None:
    about_to_end(account)
    linkedin.revoke_all("p1")

    assert trouble(account).kind is Kind.RECONNECT
    assert trouble(account).code == "dead_tokens"

    row = now(account)
    assert (row.state, row.problem, row.renewing_until) == ("RECONNECT", "dead_tokens", None)
    mail = OutgoingMessage.objects.get()
    assert mail.kind == "account reconnect"
    assert mail.windows
    assert "LinkedIn does not accept our connection" in mail.text
    assert "/o/acme/accounts/#linkedin" in mail.text
    assert renewals(linkedin) == 1


def test_a_fault_there_changes_nothing(account: ConnectedAccount, linkedin: LinkedIn) -> None:
    about_to_end(account)
    linkedin.fail_next("POST", "accessToken", 503)

    assert trouble(account).kind is Kind.TRANSIENT
    row = now(account)
    assert (row.state, row.renewing_until, row.keys_version) == ("ACTIVE", None, 1)

    assert open_now(account)["access_token"].startswith("AQ")


def test_who_died_while_renewing_used_the_token_for_all_we_know(
    account: ConnectedAccount, linkedin: LinkedIn
) -> None:
    about_to_end(account, renewing_until=timezone.now() - timedelta(seconds=1))

    assert trouble(account).kind is Kind.RECONNECT
    assert renewals(linkedin) == 0
    assert OutgoingMessage.objects.count() == 1


def test_while_somebody_renews_others_wait_for_what_comes(
    account: ConnectedAccount, linkedin: LinkedIn, monkeypatch: Any
) -> None:
    about_to_end(account, renewing_until=timezone.now() + timedelta(minutes=1))
    new = {**account_of(account).keys, "access_token": "AQnew"}

    def somebody_stores(_seconds: float) -> None:
        from_another = now(account)
        from_another.keys_version += 1
        from_another.renewing_until = None
        from_another.access_until = timezone.now() + timedelta(days=60)
        from_another.keys_sealed = sealed(ACCOUNT, new)
        from_another.save()

    monkeypatch.setattr(time, "sleep", somebody_stores)

    assert open_now(account) == new
    assert renewals(linkedin) == 0


def test_waiting_ends(account: ConnectedAccount, monkeypatch: Any) -> None:
    about_to_end(account, renewing_until=timezone.now() + timedelta(minutes=1))
    monkeypatch.setattr("vaandel.channels.services.accounts.WAIT_SECONDS", 0.05)

    assert trouble(account).kind is Kind.TRANSIENT
    assert now(account).is_active


def test_who_waits_hears_that_it_failed(account: ConnectedAccount, monkeypatch: Any) -> None:
    about_to_end(account, renewing_until=timezone.now() + timedelta(minutes=1))
    monkeypatch.setattr(
        time, "sleep", lambda _: ConnectedAccount.objects.update(renewing_until=None)
    )

    assert trouble(account).kind is Kind.TRANSIENT


def test_who_waits_for_somebody_who_died_tells_the_person(
    account: ConnectedAccount, monkeypatch: Any
) -> None:
    about_to_end(account, renewing_until=timezone.now() + timedelta(minutes=1))
    monkeypatch.setattr(
        time,
        "sleep",
        lambda _: ConnectedAccount.objects.update(renewing_until=timezone.now()),
    )

    assert trouble(account).kind is Kind.RECONNECT
    assert now(account).state == "RECONNECT"


@pytest.mark.django_db(transaction=True)
def test_new_tokens_of_an_account_that_went_meanwhile_are_handed_back(
    bob_enrolment: Enrolment, acme_app: None, linkedin: LinkedIn, connect: Connect
) -> None:
    row = connect(bob_enrolment)
    about_to_end(row)
    give = linkedin.exact[TOKEN]
    asked, gone = threading.Event(), threading.Event()

    def slowly(request: Request) -> Answer:
        asked.set()
        gone.wait(20)
        return give(request)

    def disconnect_meanwhile() -> None:
        asked.wait(20)
        with every_tenant():
            disconnect(enrolment=bob_enrolment, channel="linkedin", at=timezone.now())
        connections.close_all()
        gone.set()

    linkedin.exact[TOKEN] = slowly
    other = threading.Thread(target=disconnect_meanwhile)
    other.start()

    assert trouble(row).code == "disconnected"

    other.join(20)
    assert not ConnectedAccount.objects.exists()
    # The tokens that the row had, and the ones that came too late.
    assert Revocation.objects.count() == 2


def test_the_end_of_the_whole_connection_is_told(account: ConnectedAccount) -> None:
    ConnectedAccount.objects.update(session_until=timezone.now())

    assert trouble(account).kind is Kind.RECONNECT
    assert now(account).state == "RECONNECT"


def test_a_network_that_is_switched_off_is_not_asked(account: ConnectedAccount) -> None:
    NetworkApp.objects.update(is_on=False)

    said = trouble(account)

    assert (said.kind, said.code) == (Kind.CONFIGURATION, "refused_app")
    assert now(account).is_active


def test_who_left_posts_nothing(account: ConnectedAccount) -> None:
    Enrolment.objects.update(state=Enrolment.State.LEFT)
    assert trouble(account).code == "left"

    Enrolment.objects.update(state=Enrolment.State.JOINED)
    Member.objects.filter(pk=account.enrolment.member_id).update(status=Member.Status.LEFT)
    assert trouble(account).code == "left"


def test_a_network_that_asks_for_patience_gets_it(account: ConnectedAccount) -> None:
    until = timezone.now() + timedelta(minutes=10)
    hold(account, until=until)
    hold(account, until=until - timedelta(minutes=5))

    said = trouble(account)

    assert (said.kind, said.retry_at) == (Kind.THROTTLED, until)
    assert opened(account, at=until).row == account


def test_a_lost_key_means_to_connect_again(account: ConnectedAccount) -> None:
    ConnectedAccount.objects.update(keys_sealed="nonsense")

    said = trouble(account)

    assert (said.kind, said.code) == (Kind.RECONNECT, "dead_tokens")
    assert "nonsense" not in str(said)
    assert now(account).state == "RECONNECT"


def test_an_account_that_is_gone_says_so(
    account: ConnectedAccount, bob_enrolment: Enrolment
) -> None:
    disconnect(enrolment=bob_enrolment, channel="linkedin", at=timezone.now())

    assert trouble(account).code == "disconnected"


def test_connecting_again_and_breaking_again_is_told_again(
    account: ConnectedAccount, bob_enrolment: Enrolment, connect: Connect
) -> None:
    at = timezone.now()
    must_reconnect(account, problem="missing_scope", at=at)
    must_reconnect(account, problem="missing_scope", at=at)
    assert OutgoingMessage.objects.count() == 1

    connect(bob_enrolment)
    must_reconnect(now(account), problem="dead_tokens", at=at)

    assert OutgoingMessage.objects.count() == 2


def test_what_was_said_of_old_tokens_does_not_end_new_ones(
    account: ConnectedAccount, bob_enrolment: Enrolment, connect: Connect
) -> None:
    """The network refused a request that was on its way while the person connected again."""
    connect(bob_enrolment)

    must_reconnect(account, problem="dead_tokens", at=timezone.now())

    assert now(account).is_active
    assert not OutgoingMessage.objects.exists()


def test_another_secret_key_still_opens_what_the_old_one_closed(
    account: ConnectedAccount, settings: Any
) -> None:
    before = open_now(account)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-another-key-another-key-another-key-another"

    assert open_now(account) == before

    settings.SECRET_KEY_FALLBACKS = []
    assert trouble(account).kind is Kind.CONFIGURATION
