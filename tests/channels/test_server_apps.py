"""At a network of many servers an application is registered once at each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.channels.conftest import answer_of, setting_out
from tests.networks.mastodon_lenient import TAKAHE, Lenient
from tests.networks.stub import serve
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.adapter import Trouble
from vaandel.channels.models import ConnectedAccount, Revocation, ServerApp
from vaandel.channels.services.accounts import disconnect, revoke_due
from vaandel.channels.services.apps import app_for
from vaandel.channels.services.connecting import NotConnected, arrive
from vaandel.organizations.models import Organization

from django.utils import timezone  # isort: skip


@pytest.fixture
def server(settings: Any) -> Iterator[Lenient]:
    with serve(Lenient(TAKAHE)) as running:
        settings.NETWORK_ADDRESSES = {"MASTODON_SCHEME": "http"}
        settings.FETCH_ALLOWED_HOSTS = [running.host]
        yield running


def registrations(server: Lenient) -> int:
    return sum(seen.target.startswith("/api/v1/apps") for seen in server.requests)


def whole_way(enrolment: Enrolment, server: Lenient) -> ConnectedAccount:
    back = server.allow(setting_out(enrolment, channel="mastodon", server=server.host))
    return arrive(
        user=enrolment.member.user,
        channel="mastodon",
        answer=answer_of(back),
        browser="b",
        at=timezone.now(),
    ).account


def test_it_is_made_once_and_kept_unreadable(
    bob_enrolment: Enrolment, server: Lenient, acme: Organization, globex: Organization
) -> None:
    row = whole_way(bob_enrolment, server)

    assert row.server == server.host
    assert registrations(server) == 1
    kept = ServerApp.objects.get()
    app = app_for(acme, "mastodon", server=server.host)
    assert app is not None
    assert app.client_secret
    assert app.client_secret not in kept.secret_sealed
    assert app_for(globex, "mastodon", server=server.host) == app
    assert registrations(server) == 1


def test_one_whose_key_is_lost_is_made_anew(
    bob_enrolment: Enrolment, server: Lenient, acme: Organization
) -> None:
    whole_way(bob_enrolment, server)
    ServerApp.objects.update(secret_sealed="nonsense")

    app_for(acme, "mastodon", server=server.host)

    assert registrations(server) == 2
    assert ServerApp.objects.count() == 1


def test_one_that_the_server_forgot_is_made_anew(bob_enrolment: Enrolment, server: Lenient) -> None:
    url = setting_out(bob_enrolment, channel="mastodon", server=server.host)
    answer = answer_of(server.allow(url))
    server.fail_next("POST", "/oauth/token", 401, body='{"error": "invalid_client"}')

    with pytest.raises(NotConnected) as caught:
        arrive(
            user=bob_enrolment.member.user,
            channel="mastodon",
            answer=answer,
            browser="b",
            at=timezone.now(),
        )

    assert caught.value.code == "refused_app"
    assert not ServerApp.objects.exists()


def test_nothing_is_registered_to_disconnect(bob_enrolment: Enrolment, server: Lenient) -> None:
    whole_way(bob_enrolment, server)
    disconnect(enrolment=bob_enrolment, channel="mastodon", at=timezone.now())

    assert revoke_due() == 1
    assert not Revocation.objects.exists()
    assert registrations(server) == 1


def test_a_server_that_is_away_says_so(bob_enrolment: Enrolment, settings: Any) -> None:
    settings.NETWORK_ADDRESSES = {"MASTODON_SCHEME": "http"}
    settings.FETCH_ALLOWED_HOSTS = ["127.0.0.1:9"]

    with pytest.raises(Trouble):
        setting_out(bob_enrolment, channel="mastodon", server="127.0.0.1:9")

    assert not ServerApp.objects.exists()


def test_the_same_number_at_another_server_is_another_account(
    bob_enrolment: Enrolment, server: Lenient, settings: Any
) -> None:
    """What was planned for the first one must not be posted by the second."""
    first = whole_way(bob_enrolment, server)
    with serve(Lenient(TAKAHE)) as elsewhere:
        settings.FETCH_ALLOWED_HOSTS = [server.host, elsewhere.host]
        second = whole_way(bob_enrolment, elsewhere)

    assert (second.server, second.remote_id) == (elsewhere.host, first.remote_id)
    assert second.pk != first.pk
    assert Revocation.objects.count() == 1


def test_the_same_account_at_the_same_server_keeps_its_row(
    bob_enrolment: Enrolment, server: Lenient
) -> None:
    first = whole_way(bob_enrolment, server)

    assert whole_way(bob_enrolment, server).pk == first.pk
    assert not Revocation.objects.exists()
