"""What a message looks like in Slack and in Teams, and which addresses are theirs."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.delivery.chat_servers import SIG, SlackServer, TeamsServer
from vaandel.delivery.chat import slack, teams
from vaandel.delivery.chat.card import Button, Card, Message, as_data, from_data
from vaandel.delivery.chat.network import problem_with_address

ODD = "R&D <b>*grows*</b> _fast_ <!channel> `now` @here [x](https://evil.example)"
MESSAGE = Message(
    heading="Two posts to share",
    cards=(
        Card(
            title=ODD,
            text="We laid <4> kilometres & more.",
            picture="https://vaandel.example/media/chat/a.jpg",
            alt="A trench",
            buttons=(
                Button("Look and share", "https://vaandel.example/p/abc/"),
                Button("Not now", "https://vaandel.example/a/abc/?choice=monday"),
            ),
        ),
        Card(title="Second"),
    ),
    footer="Choose what suits you.",
    more=Button("Settings", "https://vaandel.example/m/abc/"),
)
LONG = Message(
    heading="h" * 500,
    cards=tuple(
        Card(
            title="&" * 500,
            text="é" * 9000,
            buttons=(Button("b" * 200, "https://vaandel.example/p/1/"),),
        )
        for _ in range(3)
    ),
    footer="f" * 9000,
)


def test_a_message_comes_back_from_a_notice_as_it_was() -> None:
    assert from_data(json.loads(json.dumps(as_data(MESSAGE)))) == MESSAGE
    assert from_data(json.loads(json.dumps(as_data(LONG)))) == LONG


def test_slack_gets_blocks_that_mention_nobody() -> None:
    body = slack.body_of(MESSAGE)

    assert body["blocks"] == [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": "Two posts to share", "emoji": False},
        },
        {
            "type": "image",
            "image_url": "https://vaandel.example/media/chat/a.jpg",
            "alt_text": "A trench",
        },
        {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "text": "*R&amp;D &lt;b&gt;grows&lt;/b&gt; fast &lt;!channel&gt; now @here"
                " [x](https://evil.example)*",
                "verbatim": True,
            },
        },
        {
            "type": "section",
            "text": {
                "type": "plain_text",
                "text": "We laid &lt;4&gt; kilometres &amp; more.",
                "emoji": False,
            },
        },
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Look and share", "emoji": False},
                    "url": "https://vaandel.example/p/abc/",
                    "style": "primary",
                },
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Not now", "emoji": False},
                    "url": "https://vaandel.example/a/abc/?choice=monday",
                },
            ],
        },
        {"type": "divider"},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Second*", "verbatim": True}},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Settings", "emoji": False},
                    "url": "https://vaandel.example/m/abc/",
                }
            ],
        },
        {
            "type": "context",
            "elements": [{"type": "plain_text", "text": "Choose what suits you.", "emoji": False}],
        },
    ]
    assert (body["text"], body["unfurl_links"], body["unfurl_media"]) == (
        "Two posts to share",
        False,
        False,
    )


def test_teams_gets_runs_of_text_in_which_nothing_is_markup() -> None:
    body = teams.body_of(MESSAGE)

    attachment = body["attachments"][0]
    content = attachment["content"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert (body["type"], content["type"], content["version"]) == ("message", "AdaptiveCard", "1.5")
    first, second = (item for item in content["body"] if item["type"] == "Container")
    assert [item["type"] for item in first["items"]] == [
        "Image",
        "RichTextBlock",
        "RichTextBlock",
        "ActionSet",
    ]
    assert first["items"][0]["altText"] == "A trench"
    assert first["items"][1]["inlines"][0] == {
        "type": "TextRun",
        "text": ODD,
        "size": "Medium",
        "weight": "Bolder",
        "isSubtle": False,
    }
    assert first["items"][3]["actions"] == [
        {
            "type": "Action.OpenUrl",
            "title": "Look and share",
            "url": "https://vaandel.example/p/abc/",
            "style": "positive",
        },
        {
            "type": "Action.OpenUrl",
            "title": "Not now",
            "url": "https://vaandel.example/a/abc/?choice=monday",
        },
    ]
    assert second["separator"] is True
    assert "TextBlock" not in {kind for kind in kinds_in(content) if kind != "RichTextBlock"}


def kinds_in(value: Any) -> set[str]:
    if isinstance(value, list):
        return {kind for item in value for kind in kinds_in(item)}
    if not isinstance(value, dict):
        return set()
    inner = {kind for item in value.values() for kind in kinds_in(item)}
    return inner | {str(value["type"])} if "type" in value else inner


def test_however_much_is_typed_both_take_it() -> None:
    for_slack, for_teams = slack.body_of(LONG), teams.body_of(LONG)

    assert SlackServer("").problem(for_slack) is None
    assert TeamsServer("").problem(for_teams) is None
    assert for_slack["blocks"][0]["text"]["text"] == "h" * 149 + "…"
    # Cut between signs, never inside what one sign became.
    assert for_slack["blocks"][1]["text"]["text"].endswith("&amp;…*")


def test_without_a_picture_a_message_says_the_same() -> None:
    kinds = [block["type"] for block in slack.body_of(MESSAGE, pictures=False)["blocks"]]

    assert kinds == [
        *("header", "section", "section", "actions", "divider", "section"),
        *("actions", "context"),
    ]
    assert "Image" not in kinds_in(teams.body_of(MESSAGE, pictures=False))


def test_a_title_that_is_the_heading_is_not_said_twice() -> None:
    alone = Message(heading="Only one", cards=(Card(text="About it."),))

    assert [block["type"] for block in slack.body_of(alone)["blocks"]] == ["header", "section"]
    body = teams.body_of(alone)["attachments"][0]["content"]["body"]
    assert [len(item.get("items", [])) for item in body] == [0, 1]


POWER = "https://default1a2b.61.environment.api.powerplatform.com"
FLOW = f"/powerautomate/automations/direct/workflows/0f/triggers/manual/paths/invoke{SIG}"


@pytest.mark.parametrize(
    ("network", "address", "problem"),
    [
        ("slack", "https://hooks.slack.com/services/T1/B1/x", ""),
        ("slack", "https://hooks.slack-gov.com/services/T1/B1/x", ""),
        ("slack", "https://hooks.slack.com:443/services/T1/B1/x", ""),
        ("slack", "https://hooks.slack.com/triggers/T1/1/x", "slack_workflow"),
        ("slack", "https://hooks.slack.com/workflows/T1/A1/1/x", "slack_workflow"),
        ("slack", "https://hooks.slack.com/services/", "slack_path"),
        ("slack", "https://hooks.slack.com/", "slack_path"),
        ("slack", "https://slack.com/services/T1/B1/x", "slack_host"),
        ("slack", "https://hooks.slack.com.evil.example/services/T1/B1/x", "slack_host"),
        ("slack", f"{POWER}{FLOW}", "slack_host"),
        ("slack", "http://hooks.slack.com/services/T1/B1/x", "not_https"),
        ("slack", "https://hooks.slack.com:8443/services/T1/B1/x", "not_https"),
        ("slack", "https://me:pw@hooks.slack.com/services/T1/B1/x", "no_address"),
        ("slack", "hooks.slack.com/services/T1/B1/x", "no_address"),
        ("slack", "https://127.0.0.1/services/T1/B1/x", "slack_host"),
        ("slack", "https://169.254.169.254/services/T1/B1/x", "slack_host"),
        ("teams", f"{POWER}{FLOW}", ""),
        ("teams", f"{POWER}:443{FLOW}", ""),
        ("teams", f"https://prod-18.westeurope.logic.azure.com:443/workflows/0f/invoke{SIG}", ""),
        ("teams", f"{POWER}/powerautomate/workflows/0f", "teams_no_signature"),
        ("teams", f"https://api.powerplatform.com.evil.example{FLOW}", "teams_host"),
        ("teams", f"https://evilapi.powerplatform.com{FLOW}", "teams_host"),
        (
            "teams",
            "https://acme.webhook.office.com/webhookb2/1@2/IncomingWebhook/3",
            "teams_retired",
        ),
        ("teams", "https://hooks.slack.com/services/T1/B1/x", "teams_host"),
        ("teams", "http://prod-18.westeurope.logic.azure.com/x", "not_https"),
    ],
)
def test_only_the_networks_own_machines_are_written_to(
    network: str, address: str, problem: str
) -> None:
    assert problem_with_address(network, address) == problem


def test_who_runs_it_can_allow_a_machine_of_their_own(settings: Any) -> None:
    settings.FETCH_ALLOWED_HOSTS = ["127.0.0.1:8080"]

    assert problem_with_address("slack", "http://127.0.0.1:8080/anything") == ""
    assert problem_with_address("slack", "http://127.0.0.1:8081/anything") == "not_https"
    assert slack.problem_with(httpx.URL("https://127.0.0.1:8080/")) == "slack_host"
