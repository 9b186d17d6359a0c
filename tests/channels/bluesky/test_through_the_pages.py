"""Somebody connects Bluesky on their accounts page, with the application that we are ourselves."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.channels.bluesky.network import Bluesky, did_of
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.adapter import Memory, Outgoing
from vaandel.channels.bluesky.adapter import ADAPTER
from vaandel.channels.models import ConnectedAccount, Revocation
from vaandel.channels.services.accounts import opened
from vaandel.channels.services.leaving import disconnect, revoke_due
from vaandel.organizations.models import Member

HOST = {"host": "vaandel.example"}
NAME = "https://vaandel.example"


@pytest.fixture
def page(network: Bluesky, settings: Any, bob: Member, bob_enrolment: Enrolment) -> Client:
    """Bob's browser, at an installation that servers can ask about itself."""
    settings.PUBLIC_URL = NAME
    settings.ALLOWED_HOSTS = ["vaandel.example"]
    # Read beforehand, since the network has a thread of its own and no access to the database.
    answer = Client().get("/accounts/connect/bluesky/jwks.json", headers=HOST)
    keys = json.loads(answer.content)
    described = f"{NAME}/accounts/connect/bluesky/client-metadata.json"
    network.sign_in.clients[described] = lambda: keys
    return Client(headers=HOST)


def setting_out(client: Client, client_as: Any, bob: Member, typed: str) -> Any:
    client.cookies.update(client_as(bob).cookies)
    return client.post(
        reverse("channels:connect", args=["acme", "bluesky"]), {"bluesky-server": typed}
    )


def connect(network: Bluesky, client: Client) -> Callable[[Any], Any]:
    def arrived(onward: Any) -> Any:
        url = html.unescape(re.search(r"url=(\S+)", onward["Refresh"])[1])  # type: ignore[index]
        answer = network.sign_in.allow(url)
        return client.get(reverse("channels:arrive", args=["bluesky"]), answer)

    return arrived


def test_an_account_is_connected_used_and_let_go(
    network: Bluesky,
    page: Client,
    client_as: Any,
    bob: Member,
    bob_enrolment: Enrolment,
    outgoing: Callable[..., Outgoing],
) -> None:
    arrived = connect(network, page)(setting_out(page, client_as, bob, "@p1.test"))

    assert arrived.status_code == 302
    row = ConnectedAccount.objects.get()
    assert (row.channel, row.remote_id, row.handle) == ("bluesky", did_of("p1.test"), "p1.test")
    assert (row.server, row.state) == (network.host, "ACTIVE")
    open_one = opened(row, at=timezone.now())
    ADAPTER.publish(open_one.app, open_one.account, outgoing(), Memory({}, lambda _: None))
    assert len(network.live) == 1

    disconnect(enrolment=bob_enrolment, channel="bluesky", at=timezone.now())
    revoke_due()
    assert not ConnectedAccount.objects.exists()
    assert not Revocation.objects.exists()
    assert all(session.ended for session in network.sign_in.sessions)


def test_a_token_that_is_about_to_end_is_renewed_first(
    network: Bluesky, page: Client, client_as: Any, bob: Member
) -> None:
    connect(network, page)(setting_out(page, client_as, bob, "p1.test"))
    row = ConnectedAccount.objects.get()
    before = opened(row, at=timezone.now()).account.keys
    ConnectedAccount.objects.update(access_until=timezone.now())

    row.refresh_from_db()
    after = opened(row, at=timezone.now()).account.keys

    assert after["access"] != before["access"]
    assert opened(ConnectedAccount.objects.get(), at=timezone.now()).account.keys == after


def test_letting_go_works_also_when_the_installation_lost_its_name(
    network: Bluesky,
    page: Client,
    client_as: Any,
    bob: Member,
    bob_enrolment: Enrolment,
    settings: Any,
) -> None:
    connect(network, page)(setting_out(page, client_as, bob, "p1.test"))
    settings.PUBLIC_URL = "http://intranet.acme.example"

    assert disconnect(enrolment=bob_enrolment, channel="bluesky", at=timezone.now())

    revoke_due()
    assert not ConnectedAccount.objects.exists()
    assert not Revocation.objects.exists()


@pytest.mark.parametrize(
    "typed", ["nobody.test", "https://127.0.0.1", "http://10.0.0.7", "two words"]
)
def test_a_name_that_leads_nowhere_stays_in_its_field(
    network: Bluesky, page: Client, client_as: Any, bob: Member, typed: str
) -> None:
    answer = setting_out(page, client_as, bob, typed)

    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.content.decode()
    assert not ConnectedAccount.objects.exists()


@pytest.mark.parametrize("signed_in", [True, False])
def test_on_ones_own_machine_the_way_back_leads_to_the_session(
    db: None, settings: Any, client_as: Any, bob: Member, signed_in: bool
) -> None:
    settings.PUBLIC_URL = "http://localhost:8000"
    client = client_as(bob) if signed_in else Client()
    path = f"{reverse('channels:arrive', args=['bluesky'])}?code=1&state=2"

    astray = client.get(path, headers={"host": "127.0.0.1:8000"})
    elsewhere = client.get(path, headers={"host": "127.0.0.1:9000"})

    assert astray["Location"] == f"http://localhost:8000{path}"
    assert astray["Referrer-Policy"] == "no-referrer"
    assert not elsewhere.get("Location", "").startswith("http://localhost:8000")
