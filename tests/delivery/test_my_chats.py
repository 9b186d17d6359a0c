"""Somebody's own Slack and Teams: theirs alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.delivery.chat_servers import ChatServer
from tests.factories import ChatConnectionFactory, EnrolmentFactory, MemberFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import ChatConnection
from vaandel.delivery.reachable import channels_of
from vaandel.organizations.models import AuditEntry, Member, Organization

PAGE = "/o/acme/settings/chats/"


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def client_of_bob(
    bob: Member, bob_enrolment: Enrolment, client_as: Callable[[Member], Client]
) -> Client:
    return client_as(bob)


def test_one_connects_tests_and_removes(
    client_of_bob: Client, slack: ChatServer, bob_enrolment: Enrolment
) -> None:
    connected = client_of_bob.post(f"{PAGE}slack/", {"address": slack.url})
    connection = ChatConnection.objects.get()
    tested = client_of_bob.post(f"{PAGE}slack/test/", follow=True)
    removed = client_of_bob.post(f"{PAGE}slack/remove/", follow=True)

    assert connected.headers["Location"] == f"{PAGE}#slack"
    assert (connection.enrolment, connection.network) == (bob_enrolment, "slack")
    assert connection.webhook == slack.url
    assert "The test has arrived." in tested.content.decode()
    assert "••••iJkL" in tested.content.decode()
    assert slack.got[0]["blocks"][2]["elements"][0]["text"] == (
        "A test that you sent yourself from Acme."
    )
    assert "Removed. Nothing goes there any more." in removed.content.decode()
    assert not ChatConnection.objects.exists()


def test_nobody_else_learns_of_it(
    client_of_bob: Client, slack: ChatServer, alice: Member, client_as: Callable[[Member], Client]
) -> None:
    client_of_bob.post(f"{PAGE}slack/", {"address": slack.url})
    EnrolmentFactory.create(programme=Enrolment.objects.get().programme, member=alice)
    client = client_as(alice)

    page = client.get(PAGE).content.decode()

    assert "••••" not in page
    assert client.post(f"{PAGE}slack/test/").status_code == 404
    client.post(f"{PAGE}slack/remove/")
    assert ChatConnection.objects.count() == 1
    assert not AuditEntry.objects.filter(action__startswith="chat.").exists()


def test_another_address_takes_the_place_of_the_first(
    client_of_bob: Client, slack: ChatServer, bob_enrolment: Enrolment, acme: Organization
) -> None:
    connection = ChatConnectionFactory.create(
        organization=acme, enrolment=bob_enrolment, gone=True, last_error="no_service"
    )

    for _ in range(2):
        client_of_bob.post(f"{PAGE}slack/", {"address": slack.url})

    connection.refresh_from_db()
    assert ChatConnection.objects.count() == 1
    assert (connection.webhook, connection.gone, connection.last_error) == (slack.url, False, "")


@pytest.mark.parametrize(
    ("network", "typed", "said"),
    [
        ("slack", "", "Paste the address from Slack or Teams."),
        ("slack", "https://hooks.slack.com/triggers/T/1/x", "the address of a workflow in Slack"),
        ("teams", "https://evil.example/x?sig=1", "no address of a workflow in Teams"),
        ("teams", "https://acme.webhook.office.com/webhookb2/1", "Microsoft has switched off"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    client_of_bob: Client, network: str, typed: str, said: str
) -> None:
    response = client_of_bob.post(f"{PAGE}{network}/", {"address": typed})

    text = response.content.decode()
    assert (response.status_code, said in text) == (422, True)
    assert (f'value="{typed}"' in text) is bool(typed)
    assert f'id="{network}_address_error"' in text


def test_an_unknown_network_is_not_found(client_of_bob: Client) -> None:
    addresses = [f"{PAGE}irc/", f"{PAGE}irc/test/", f"{PAGE}irc/remove/"]

    assert [client_of_bob.post(address).status_code for address in addresses] == [404, 404, 404]
    assert client_of_bob.post(f"{PAGE}slack/test/").status_code == 404


def test_who_does_not_take_part_has_no_such_page(
    acme: Organization, bob_enrolment: Enrolment, bob: Member, client_as: Callable[[Member], Client]
) -> None:
    outside = MemberFactory.create(organization=acme)
    first = client_as(outside).get(PAGE).status_code
    bob_enrolment.state = Enrolment.State.LEFT
    bob_enrolment.save()

    assert (first, client_as(bob).get(PAGE).status_code) == (404, 404)


@pytest.mark.parametrize("count", [0, 2])
def test_the_page_costs_the_same(
    count: int,
    client_of_bob: Client,
    bob_enrolment: Enrolment,
    acme: Organization,
    django_assert_num_queries: Any,
) -> None:
    for network in ["slack", "teams"][:count]:
        ChatConnectionFactory.create(organization=acme, enrolment=bob_enrolment, network=network)

    with django_assert_num_queries(5 + bool(count)):  # and the topics of what is connected
        client_of_bob.get(PAGE)


def test_a_chat_that_is_over_is_no_way_to_reach_somebody(
    acme: Organization, bob_enrolment: Enrolment
) -> None:
    connection = ChatConnectionFactory.create(organization=acme, enrolment=bob_enrolment)
    before = channels_of([bob_enrolment.pk])[bob_enrolment.pk]
    connection.gone = True
    connection.save()

    assert before == {"mail", "slack"}
    assert channels_of([bob_enrolment.pk])[bob_enrolment.pk] == {"mail"}
