"""The pages of the organisation's channels in Slack and Teams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.delivery.chat_servers import ChatServer, error_body
from tests.delivery.conftest import TUESDAY
from tests.factories import ChatConnectionFactory, MemberFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import ChatConnection, Notice
from vaandel.organizations.models import AuditEntry, Member, Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Topic

pytestmark = pytest.mark.usefixtures("fresh_counts")

LIST = "/o/acme/channels/"
SECRET = "https://hooks.slack.com/services/T1/B1/topsecret9876"


def typed(**other: object) -> dict[str, object]:
    return {
        "network": "slack",
        "name": "#proud",
        "address": SECRET,
        "language": "nl",
        "per_week": "2",
        **other,
    }


def test_an_editor_connects_a_channel(editor: Client, topic: Topic, alice: Member) -> None:
    response = editor.post(LIST, typed(topics=[topic.pk]))

    connection = ChatConnection.objects.get()
    assert response.status_code == 302
    assert response.headers["Location"] == f"{LIST}{connection.pk}/"
    assert (connection.name, connection.network, connection.enrolment) == ("#proud", "slack", None)
    assert (connection.language, connection.per_week) == ("nl", 2)
    assert (connection.webhook, list(connection.topics.all())) == (SECRET, [topic])
    entry = AuditEntry.objects.get(action="chat.connected")
    assert (entry.by, entry.detail) == (alice, {"name": "#proud", "network": "slack"})


def test_the_address_is_never_shown_again(editor: Client) -> None:
    editor.post(LIST, typed())
    connection = ChatConnection.objects.get()

    pages = [editor.get(LIST), editor.get(f"{LIST}{connection.pk}/")]

    for page in pages:
        text = page.content.decode()
        assert "••••9876" in text
        assert "topsecret" not in text


def test_two_presses_connect_one_channel(editor: Client) -> None:
    editor.post(LIST, typed())
    again = editor.post(LIST, typed())

    connection = ChatConnection.objects.get()
    assert again.headers["Location"] == f"{LIST}{connection.pk}/"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"address": ""}, "Paste the address from Slack or Teams."),
        ({"address": "https://evil.example/services/x"}, "This is no address of Slack."),
        ({"network": ""}, "Choose Slack or Teams."),
        ({"network": "teams"}, "This is no address of a workflow in Teams."),
        (
            {"network": "teams", "address": "https://acme.webhook.office.com/webhookb2/1"},
            "which Microsoft has switched off",
        ),
        ({"per_week": "50"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    editor: Client, wrong: dict[str, str], said: str
) -> None:
    response = editor.post(LIST, typed(**wrong))

    text = response.content.decode()
    assert (response.status_code, said in text) == (422, True)
    assert 'value="#proud"' in text
    assert not ChatConnection.objects.exists()


def test_a_change_keeps_the_address_unless_another_is_given(
    editor: Client, acme: Organization, topic: Topic
) -> None:
    connection = ChatConnectionFactory.create(
        organization=acme, webhook=SECRET, gone=True, last_error="no_service", failed_at=TUESDAY
    )
    page = f"{LIST}{connection.pk}/"
    values = {"name": "#new", "language": "fr", "per_week": "1", "address": ""}

    editor.post(page, values)
    connection.refresh_from_db()
    first = (connection.name, connection.language, connection.webhook, connection.gone)
    editor.post(page, {**values, "address": "https://hooks.slack.com/services/T1/B1/new"})
    connection.refresh_from_db()

    assert first == ("#new", "fr", SECRET, True)
    assert connection.webhook == "https://hooks.slack.com/services/T1/B1/new"
    assert (connection.gone, connection.last_error, connection.failed_at) == (False, "", None)


def test_one_address_is_not_given_to_two(editor: Client, acme: Organization) -> None:
    ChatConnectionFactory.create(organization=acme, webhook=SECRET)
    other = ChatConnectionFactory.create(organization=acme)

    response = editor.post(
        f"{LIST}{other.pk}/", {"name": "x", "language": "en", "per_week": "1", "address": SECRET}
    )

    assert response.status_code == 422
    assert "Another channel has this address already." in response.content.decode()


def test_the_network_of_a_channel_stays(editor: Client, acme: Organization) -> None:
    connection = ChatConnectionFactory.create(organization=acme, webhook=SECRET)

    response = editor.post(
        f"{LIST}{connection.pk}/",
        {
            "name": "x",
            "network": "teams",
            "language": "en",
            "per_week": "1",
            "address": "https://prod-1.westeurope.logic.azure.com/x?sig=1",
        },
    )

    connection.refresh_from_db()
    assert (response.status_code, connection.network) == (422, "slack")


def test_a_test_arrives_and_says_so(
    editor: Client, slack: ChatServer, channel: ChatConnection
) -> None:
    response = editor.post(f"{LIST}{channel.pk}/test/", follow=True)

    assert "The test has arrived. Have a look in Slack." in response.content.decode()
    assert slack.got[0]["text"] == "It works"
    assert slack.got[0]["blocks"][2]["elements"][0]["text"] == "A test by Alice Editor, from Acme."
    channel.refresh_from_db()
    assert channel.reached_at is not None


def test_a_test_of_teams_says_where_to_look_further(
    editor: Client, teams: ChatServer, acme: Organization
) -> None:
    channel = ChatConnectionFactory.create(organization=acme, network="teams", webhook=teams.url)

    response = editor.post(f"{LIST}{channel.pk}/test/", follow=True)

    assert "its run history says why" in response.content.decode()


def test_a_test_that_fails_says_what_to_do(
    editor: Client, teams: ChatServer, acme: Organization
) -> None:
    channel = ChatConnectionFactory.create(organization=acme, network="teams", webhook=teams.url)
    teams.refuses(400, error_body("WorkflowTriggerIsNotEnabled"))

    response = editor.post(f"{LIST}{channel.pk}/test/", follow=True)

    text = response.content.decode()
    assert text.count("This workflow is switched off.") == 2
    assert text.count("Switch it on in the Workflows app of Teams, then test again.") == 2
    assert "Needs your attention" in text


def test_tests_are_counted(editor: Client, slack: ChatServer, channel: ChatConnection) -> None:
    for _ in range(11):
        response = editor.post(f"{LIST}{channel.pk}/test/", follow=True)

    assert len(slack.got) == 10
    assert "That is a lot of tests. Wait a minute." in response.content.decode()


def test_a_channel_is_removed_with_what_was_on_its_way(
    editor: Client, channel: ChatConnection, post: Post
) -> None:
    Notice.objects.create(
        organization=channel.organization,
        connection=channel,
        post=post,
        key="k",
        kind="channel",
        expires_at=TUESDAY,
    )

    editor.post(f"{LIST}{channel.pk}/remove/")
    again = editor.post(f"{LIST}{channel.pk}/remove/")

    assert (ChatConnection.objects.count(), Notice.objects.count()) == (0, 0)
    assert again.status_code == 404
    assert AuditEntry.objects.filter(action="chat.removed").count() == 1


def test_somebodys_own_chat_is_no_channel(
    editor: Client, acme: Organization, bob_enrolment: Enrolment
) -> None:
    own = ChatConnectionFactory.create(organization=acme, enrolment=bob_enrolment, name="Mine")

    statuses = [
        editor.get(f"{LIST}{own.pk}/").status_code,
        editor.post(f"{LIST}{own.pk}/test/").status_code,
        editor.post(f"{LIST}{own.pk}/remove/").status_code,
    ]

    assert statuses == [404, 404, 404]
    assert "Mine" not in editor.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [("is_editor", 200), ("is_owner", 200), ("is_approver", 403), ("is_ambassador", 403)],
)
def test_owners_and_editors_may(
    role: str, status: int, acme: Organization, client_as: Callable[[Member], Client]
) -> None:
    member = MemberFactory.create(organization=acme, **{role: True})

    assert client_as(member).get(LIST).status_code == status


def test_another_organisation_sees_nothing(
    channel: ChatConnection, charlie: Member, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(charlie)

    assert client.get(f"/o/globex/channels/{channel.pk}/").status_code == 404
    assert "••••" not in client.get("/o/globex/channels/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many(
    count: int, editor: Client, acme: Organization, topic: Topic, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        ChatConnectionFactory.create(organization=acme).topics.add(topic)

    with django_assert_num_queries(6):  # session, user, member, channels, their topics, topics
        response = editor.get(LIST)

    assert response.content.decode().count("••••") == count


def test_the_page_shows_what_went_there(
    editor: Client, channel: ChatConnection, post: Post
) -> None:
    Notice.objects.create(
        organization=channel.organization,
        connection=channel,
        post=post,
        key="k",
        kind="channel",
        state="FAILED",
        last_error="channel_is_archived",
        expires_at=TUESDAY,
    )

    text = editor.get(f"{LIST}{channel.pk}/").content.decode()

    assert "Four kilometres of heat network" in text
    assert "The channel has been archived." in text
