"""What arrives in Slack and Teams, and on whose channels."""

from __future__ import annotations

from typing import Any

import pytest

from tests.delivery.chat_servers import ChatServer
from tests.delivery.conftest import TUESDAY, chat_of
from tests.factories import AskFactory, ChatConnectionFactory, EnrolmentFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.chat import notices_for, notices_for_many
from vaandel.delivery.models import Approach, Ask, ChatConnection, Notice
from vaandel.delivery.notices import queue_notices, send_due_notices
from vaandel.delivery.planning.approached import Approached, Offered
from vaandel.delivery.queries import proposal_for
from vaandel.delivery.tokens import approach_id_of, ask_id_of
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post

pytestmark = pytest.mark.usefixtures("on_tuesday")

SHARE_URL = "https://vaandel.example/p/abc/"


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
    connection = chat_of(slack, acme, "slack", bob_enrolment)

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
    chat_of(teams, acme, "teams", bob_enrolment)
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
    chat_of(slack, acme, "slack", bob_enrolment)
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
    chat_of(slack, acme, "slack", bob_enrolment)

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
