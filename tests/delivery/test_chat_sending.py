"""Handing messages to Slack and Teams: every documented answer, and what becomes of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.delivery.chat_servers import Answer, ChatServer, error_body
from tests.delivery.conftest import TUESDAY
from tests.factories import AskFactory, ChatConnectionFactory, EnrolmentFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.chat import notices_for, notices_for_many, send
from vaandel.delivery.chat.problems import PROBLEMS
from vaandel.delivery.models import Approach, Ask, ChatConnection, Notice
from vaandel.delivery.notices import queue_notices, send_due_notices
from vaandel.delivery.outlets import Gone, RefusedForGood, RefusedForNow
from vaandel.delivery.planning.approached import Approached, Offered
from vaandel.delivery.queries import proposal_for
from vaandel.delivery.tokens import approach_id_of, ask_id_of
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post

SHARE_URL = "https://vaandel.example/p/abc/"


@pytest.fixture(autouse=True)
def on_tuesday(settings: Any) -> Iterator[None]:
    settings.PUBLIC_URL = "https://vaandel.example"
    with time_machine.travel(TUESDAY, tick=False):
        yield


def connect(
    server: ChatServer, acme: Organization, network: str, enrolment: Enrolment | None = None
) -> ChatConnection:
    return ChatConnectionFactory.create(
        organization=acme, network=network, enrolment=enrolment, webhook=server.url
    )


def approached_with(
    enrolment: Enrolment, *asks: Ask, kind: str = "PROPOSAL", channels: tuple[str, ...] = ("slack",)
) -> Approached:
    approach = Approach.objects.create(
        organization=enrolment.organization,
        enrolment=enrolment,
        kind=kind,
        channels=list(channels),
    )
    proposals = []
    for ask in asks:
        ask.approach = approach
        ask.save()
        proposal = proposal_for(ask, TUESDAY)
        assert proposal is not None
        proposals.append(
            Offered(proposal=proposal, angle="", share_url=SHARE_URL, reviewer="Alice")
        )
    return Approached(
        approach=approach,
        enrolment=enrolment,
        proposals=proposals,
        windows=[],
        at=TUESDAY,
        often="WEEKLY",
    )


@pytest.fixture
def ask(post: Post, bob_enrolment: Enrolment) -> Ask:
    return AskFactory.create(post=post, enrolment=bob_enrolment)


def test_a_proposal_arrives_in_slack(
    slack: ChatServer, acme: Organization, bob_enrolment: Enrolment, ask: Ask
) -> None:
    connection = connect(slack, acme, "slack", bob_enrolment)

    queue_notices(notices_for(approached_with(bob_enrolment, ask)))
    send_due_notices()

    (message,) = slack.got
    assert slack.kinds == ["application/json; charset=utf-8"]
    assert message["text"] == "Four kilometres of heat network"
    kinds = [block["type"] for block in message["blocks"]]
    assert kinds == ["header", "section", "actions", "actions", "context"]
    share, later = message["blocks"][2]["elements"]
    assert (share["text"]["text"], share["url"]) == ("Look and share", SHARE_URL)
    assert later["text"]["text"] == "Not now"
    token = later["url"].removeprefix("https://vaandel.example/a/").partition("/")[0]
    assert ask_id_of(token) == ask.pk
    assert message["blocks"][4]["elements"][0]["text"] == "You follow the topic Heat networks."
    notice = Notice.objects.get()
    assert (notice.state, notice.last_error) == (Notice.State.SENT, "")
    connection.refresh_from_db()
    assert (connection.reached_at, connection.failed_at) == (TUESDAY, None)


def test_a_digest_arrives_in_teams(
    teams: ChatServer, acme: Organization, bob_enrolment: Enrolment, ask: Ask, publish: Any
) -> None:
    connect(teams, acme, "teams", bob_enrolment)
    other = AskFactory.create(post=publish(title="A second one"), enrolment=bob_enrolment)

    approached = approached_with(bob_enrolment, ask, other, kind="DIGEST", channels=("teams",))
    queue_notices(notices_for(approached))
    send_due_notices()

    content = teams.got[0]["attachments"][0]["content"]
    assert content["speak"] == "2 posts to share, if you like"
    titles = [
        item["items"][0]["inlines"][0]["text"]
        for item in content["body"]
        if item["type"] == "Container"
    ]
    assert titles == ["Four kilometres of heat network", "A second one"]


def test_a_question_has_three_answers_of_one_press(
    slack: ChatServer, acme: Organization, bob_enrolment: Enrolment
) -> None:
    connect(slack, acme, "slack", bob_enrolment)
    approached = approached_with(bob_enrolment, kind="QUESTION")

    (notice,) = notices_for(approached)

    buttons = notice.payload["cards"][0]["buttons"]
    assert [button["label"] for button in buttons] == ["Go on", "Less often", "Stop"]
    for button in buttons:
        token = next(part for part in button["url"].split("/") if "~" in part)
        assert approach_id_of(token) == approached.approach.pk


def test_it_speaks_the_persons_language(
    slack: ChatServer, acme: Organization, bob: Member, bob_enrolment: Enrolment, ask: Ask
) -> None:
    bob.user.language = "nl"
    bob.user.save()
    bob_enrolment.refresh_from_db()
    connect(slack, acme, "slack", bob_enrolment)

    (notice,) = notices_for(approached_with(bob_enrolment, ask))

    assert notice.payload["footer"] == "Je koos het thema Heat networks."


def test_only_the_channels_of_the_approach_get_it(
    acme: Organization, bob_enrolment: Enrolment, ask: Ask
) -> None:
    mine = ChatConnectionFactory.create(organization=acme, enrolment=bob_enrolment)
    ChatConnectionFactory.create(organization=acme, enrolment=bob_enrolment, network="teams")
    ChatConnectionFactory.create(organization=acme)
    other = EnrolmentFactory.create(programme=bob_enrolment.programme)
    ChatConnectionFactory.create(organization=acme, enrolment=other)

    (notice,) = notices_for(approached_with(bob_enrolment, ask))

    assert (notice.connection, notice.windows, notice.next_try_at) == (mine, [], TUESDAY)
    assert notice.key == f"chat:{notice.approach_id}:{mine.pk}"
    assert notices_for(approached_with(bob_enrolment, ask, channels=("mail",))) == []
    ChatConnection.objects.filter(pk=mine.pk).update(gone=True)
    assert notices_for(approached_with(bob_enrolment, ask)) == []


@pytest.mark.parametrize("count", [1, 3])
def test_many_cost_the_same_query(
    count: int,
    acme: Organization,
    bob_enrolment: Enrolment,
    ask: Ask,
    publish: Any,
    django_assert_num_queries: Any,
) -> None:
    batch = []
    for _ in range(count):
        enrolment = EnrolmentFactory.create(programme=bob_enrolment.programme)
        enrolment.topics.set(bob_enrolment.topics.all())
        ChatConnectionFactory.create(organization=acme, enrolment=enrolment)
        own = AskFactory.create(post=ask.post, enrolment=enrolment)
        batch.append(approached_with(enrolment, own))

    with django_assert_num_queries(1):
        notices = notices_for_many(batch)

    assert len(notices) == count


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
    check_refusal(slack, connect(slack, acme, "slack"), Answer(status, said), raised, code)


@pytest.mark.parametrize(("status", "said", "raised", "code"), TEAMS_ANSWERS)
def test_each_refusal_of_teams_has_its_meaning(
    teams: ChatServer,
    acme: Organization,
    status: int,
    said: str,
    raised: type[Exception],
    code: str,
) -> None:
    check_refusal(teams, connect(teams, acme, "teams"), Answer(status, said), raised, code)


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
        send(notice_to(connect(slack, acme, "slack")))

    assert refused.value.retry_after == wait


def test_a_queued_one_goes_out_after_that_time(slack: ChatServer, acme: Organization) -> None:
    slack.refuses(429, "rate_limited", Retry_After="120")
    notice = notice_to(connect(slack, acme, "slack"))

    send_due_notices()
    notice.refresh_from_db()
    first = (notice.state, notice.last_error, notice.next_try_at >= TUESDAY + timedelta(minutes=2))
    with time_machine.travel(notice.next_try_at + timedelta(seconds=1), tick=False):
        send_due_notices()

    notice.refresh_from_db()
    assert first == (Notice.State.QUEUED, "too_often", True)
    assert (notice.state, len(slack.got)) == (Notice.State.SENT, 2)


def test_one_that_works_again_is_not_over_any_more(slack: ChatServer, acme: Organization) -> None:
    connection = connect(slack, acme, "slack")
    ChatConnection.objects.update(gone=True, last_error="workflow_off", failed_at=TUESDAY)

    send(notice_to(connection))

    connection.refresh_from_db()
    assert (connection.gone, connection.reached_at) == (False, TUESDAY)
    assert (connection.last_error, connection.failed_at) == ("workflow_off", TUESDAY)


def test_slack_that_cannot_fetch_the_picture_gets_the_message_without(
    slack: ChatServer, acme: Organization
) -> None:
    slack.refuses(400, "invalid_blocks")

    send(notice_to(connect(slack, acme, "slack")))

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
    connection = connect(slack, acme, "slack")
    notice = notice_to(connection)
    slack.refuses(404, "no_service")
    changed = ChatConnection.objects.get()
    changed.webhook = slack.url
    changed.save()

    with pytest.raises(Gone):
        send(notice)

    changed.refresh_from_db()
    assert (changed.last_error, changed.gone, changed.failed_at) == ("", False, None)
