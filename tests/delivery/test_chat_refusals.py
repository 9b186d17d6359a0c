"""Every documented refusal of Slack and Teams, and what becomes of the message."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.delivery.chat_servers import Answer, ChatServer, error_body
from tests.delivery.conftest import TUESDAY, chat_of
from tests.factories import ChatConnectionFactory
from vaandel.delivery.chat import send
from vaandel.delivery.chat.problems import PROBLEMS
from vaandel.delivery.models import ChatConnection, Notice
from vaandel.delivery.notices import send_due_notices
from vaandel.delivery.outlets import Gone, RefusedForGood, RefusedForNow
from vaandel.organizations.models import Organization

pytestmark = pytest.mark.usefixtures("on_tuesday")


def notice_to(connection: ChatConnection) -> Notice:
    return Notice.objects.create(
        organization=connection.organization,
        connection=connection,
        key=f"test:{connection.pk}:{Notice.objects.count()}",
        kind="test",
        payload={
            "heading": "It works",
            "cards": [
                {
                    "title": "",
                    "text": "Yes.",
                    "picture": "https://vaandel.example/a.jpg",
                    "alt": "",
                    "buttons": [],
                }
            ],
            "footer": "",
            "more": None,
        },
        expires_at=TUESDAY + timedelta(days=1),
    )


SLACK_ANSWERS = [
    (400, "invalid_payload", RefusedForGood, "invalid_payload"),
    (400, "no_text", RefusedForGood, "invalid_payload"),
    (400, "too_many_attachments", RefusedForGood, "invalid_payload"),
    (400, "user_not_found", Gone, "channel_not_found"),
    (403, "action_prohibited", RefusedForGood, "action_prohibited"),
    (403, "posting_to_general_channel_denied", RefusedForGood, "posting_to_general_channel_denied"),
    (403, "invalid_token", Gone, "no_service"),
    (403, "team_disabled", Gone, "no_team"),
    (404, "no_service", Gone, "no_service"),
    (404, "no_service_id", Gone, "no_service"),
    (404, "no_active_hooks", Gone, "no_service"),
    (404, "no_team", Gone, "no_team"),
    (404, "channel_not_found", Gone, "channel_not_found"),
    (410, "channel_is_archived", Gone, "channel_is_archived"),
    (404, "<html>", Gone, "not_there"),
    (418, "teapot", RefusedForGood, "refused"),
    (302, "", Gone, "moved"),
    (500, "rollup_error", RefusedForNow, "away"),
    (503, "", RefusedForNow, "away"),
    (429, "rate_limited", RefusedForNow, "too_often"),
]


TEAMS_ANSWERS = [
    (400, error_body("WorkflowTriggerIsNotEnabled"), Gone, "workflow_off"),
    (400, error_body("WorkflowDisabled"), Gone, "workflow_off"),
    (400, error_body("TriggerInputSchemaMismatch"), RefusedForGood, "schema"),
    (401, error_body("DirectApiAuthorizationRequired"), Gone, "not_for_anyone"),
    (401, error_body("AuthorizationFailed"), Gone, "bad_signature"),
    (401, "", Gone, "bad_signature"),
    (403, "Webhook message delivery failed", RefusedForGood, "not_allowed"),
    (404, error_body("WorkflowNotFound"), Gone, "workflow_gone"),
    (404, "[]", Gone, "workflow_gone"),
    (410, "null", Gone, "not_there"),
    (413, "", RefusedForGood, "too_large"),
    (400, '{"error": "x"}', RefusedForGood, "refused"),
    (408, "", RefusedForNow, "away"),
    (429, "", RefusedForNow, "too_often"),
    (502, "<html>", RefusedForNow, "away"),
]


@pytest.mark.parametrize(("status", "said", "raised", "code"), SLACK_ANSWERS)
def test_each_refusal_of_slack_has_its_meaning(
    slack: ChatServer,
    acme: Organization,
    status: int,
    said: str,
    raised: type[Exception],
    code: str,
) -> None:
    check_refusal(slack, chat_of(slack, acme, "slack"), Answer(status, said), raised, code)


@pytest.mark.parametrize(("status", "said", "raised", "code"), TEAMS_ANSWERS)
def test_each_refusal_of_teams_has_its_meaning(
    teams: ChatServer,
    acme: Organization,
    status: int,
    said: str,
    raised: type[Exception],
    code: str,
) -> None:
    check_refusal(teams, chat_of(teams, acme, "teams"), Answer(status, said), raised, code)


def check_refusal(
    server: ChatServer,
    connection: ChatConnection,
    answer: Answer,
    raised: type[Exception],
    code: str,
) -> None:
    server.next_answers.append(answer)

    with pytest.raises(raised) as refused:
        send(notice_to(connection))

    assert (str(refused.value), code in PROBLEMS) == (code, True)
    assert len(server.got) == 1
    connection.refresh_from_db()
    assert (connection.last_error, connection.failed_at) == (code, TUESDAY)
    assert (connection.reached_at, connection.gone) == (None, raised is Gone)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("30", timedelta(seconds=30)),
        ("Tue, 24 Nov 2026 09:12:00 GMT", timedelta(minutes=2)),
        ("soon", None),
    ],
)
def test_it_waits_as_long_as_it_is_asked_to(
    slack: ChatServer, acme: Organization, asked: str, wait: timedelta | None
) -> None:
    slack.refuses(429, "rate_limited", Retry_After=asked)

    with pytest.raises(RefusedForNow) as refused:
        send(notice_to(chat_of(slack, acme, "slack")))

    assert refused.value.retry_after == wait


def test_a_queued_one_goes_out_after_that_time(slack: ChatServer, acme: Organization) -> None:
    slack.refuses(429, "rate_limited", Retry_After="120")
    notice = notice_to(chat_of(slack, acme, "slack"))

    send_due_notices()
    notice.refresh_from_db()
    first = (notice.state, notice.last_error, notice.next_try_at >= TUESDAY + timedelta(minutes=2))
    with time_machine.travel(notice.next_try_at + timedelta(seconds=1), tick=False):
        send_due_notices()

    notice.refresh_from_db()
    assert first == (Notice.State.QUEUED, "too_often", True)
    assert (notice.state, len(slack.got)) == (Notice.State.SENT, 2)


def test_one_that_works_again_is_not_over_any_more(slack: ChatServer, acme: Organization) -> None:
    connection = chat_of(slack, acme, "slack")
    ChatConnection.objects.update(gone=True, last_error="workflow_off", failed_at=TUESDAY)

    send(notice_to(connection))

    connection.refresh_from_db()
    assert (connection.gone, connection.reached_at) == (False, TUESDAY)
    assert (connection.last_error, connection.failed_at) == ("workflow_off", TUESDAY)


def test_slack_that_cannot_fetch_the_picture_gets_the_message_without(
    slack: ChatServer, acme: Organization
) -> None:
    slack.refuses(400, "invalid_blocks")

    send(notice_to(chat_of(slack, acme, "slack")))

    kinds = [[block["type"] for block in message["blocks"]] for message in slack.got]
    assert kinds == [["header", "image", "section"], ["header", "section"]]


def closed_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


def test_nobody_there_is_tried_again(acme: Organization, settings: Any) -> None:
    host = closed_port()
    settings.FETCH_ALLOWED_HOSTS = [host]
    connection = ChatConnectionFactory.create(organization=acme, webhook=f"http://{host}/services/")

    with pytest.raises(RefusedForNow) as refused:
        send(notice_to(connection))

    assert str(refused.value) == "away"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://192.168.1.1/services/T1/B1/x", "slack_host"),
        ("http://hooks.slack.com/services/T1/B1/x", "not_https"),
    ],
)
def test_an_address_that_was_never_allowed_is_not_asked(
    acme: Organization, address: str, code: str
) -> None:
    """However it came into the table."""
    connection = ChatConnectionFactory.create(organization=acme, webhook=address)

    with pytest.raises(Gone) as refused:
        send(notice_to(connection))

    assert str(refused.value) == code


def test_without_the_key_it_is_over_and_says_why(acme: Organization, settings: Any) -> None:
    connection = ChatConnectionFactory.create(organization=acme)
    settings.SECRET_KEY = "another-one-another-one-another-one-another-one"

    with pytest.raises(Gone) as refused:
        send(notice_to(connection))

    assert (str(refused.value), connection.ending) == ("unreadable", "")


def test_the_address_is_not_readable_in_the_table(acme: Organization) -> None:
    connection = ChatConnectionFactory.create(
        organization=acme, webhook="https://hooks.slack.com/services/T1/B1/secret1234"
    )

    kept = ChatConnection.objects.values_list("address", flat=True).get()

    assert "slack" not in kept
    assert "1234" not in kept
    assert (connection.ending, connection.webhook[-10:]) == ("1234", "secret1234")


def test_an_answer_about_the_old_address_is_not_noted_on_a_new_one(
    slack: ChatServer, acme: Organization
) -> None:
    connection = chat_of(slack, acme, "slack")
    notice = notice_to(connection)
    slack.refuses(404, "no_service")
    changed = ChatConnection.objects.get()
    changed.webhook = slack.url
    changed.save()

    with pytest.raises(Gone):
        send(notice)

    changed.refresh_from_db()
    assert (changed.last_error, changed.gone, changed.failed_at) == ("", False, None)
