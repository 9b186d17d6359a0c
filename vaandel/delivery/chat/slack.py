"""Slack: incoming webhooks and Block Kit.

Documented at docs.slack.dev: "Sending messages using incoming webhooks", "Block Kit" and
"Formatting message text". The answer to a message is a word in plain text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import httpx

from vaandel.delivery.chat.answers import Judged, Verdict, by_status
from vaandel.delivery.chat.card import ELLIPSIS, Button, Card, Message, shortened
from vaandel.lib.http import Answered

HOSTS: Final = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
# Of an incoming webhook. One of a workflow begins with /triggers/ and takes no blocks.
PATH: Final = "/services/"

# What Block Kit takes, in characters.
HEADER: Final = 150
TEXT: Final = 3000
NOTE: Final = 2000
LABEL: Final = 75
ADDRESS: Final = 3000
BUTTONS: Final = 25
BLOCKS: Final = 50

GONE: Final = {
    "no_service": "no_service",
    "no_service_id": "no_service",
    "no_active_hooks": "no_service",
    "invalid_token": "no_service",
    "no_team": "no_team",
    "team_disabled": "no_team",
    "channel_not_found": "channel_not_found",
    "user_not_found": "channel_not_found",
    "channel_is_archived": "channel_is_archived",
}
REFUSED: Final = {
    "action_prohibited": "action_prohibited",
    "posting_to_general_channel_denied": "posting_to_general_channel_denied",
    "invalid_payload": "invalid_payload",
    "invalid_blocks": "invalid_payload",
    "invalid_attachments": "invalid_payload",
    "no_text": "invalid_payload",
    "too_many_attachments": "invalid_payload",
}
# Slack fetches the picture itself; where it cannot, it refuses the whole message so.
PICTURE: Final = frozenset({"invalid_blocks", "invalid_attachments"})


def problem_with(url: httpx.URL) -> str:
    """The code of why this is no address of an incoming webhook; "" when it is one."""
    if url.host not in HOSTS:
        return "slack_host"
    if url.path.startswith("/triggers/") or url.path.startswith("/workflows/"):
        return "slack_workflow"
    return "" if url.path.startswith(PATH) and len(url.path) > len(PATH) else "slack_path"


def body_of(message: Message, *, pictures: bool = True) -> dict[str, Any]:
    """The JSON of a message. Texts are plain: nothing that somebody typed becomes a mention."""
    blocks = list(_blocks(message, pictures=pictures))
    return {
        "text": _escaped(message.heading, TEXT),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": blocks[:BLOCKS],
    }


def _blocks(message: Message, *, pictures: bool) -> Iterator[dict[str, Any]]:
    yield {"type": "header", "text": _plain(message.heading, HEADER)}
    for number, card in enumerate(message.cards):
        if number:
            yield {"type": "divider"}
        yield from _of_card(card, pictures=pictures)
    if message.more:
        yield {"type": "actions", "elements": [_button(message.more)]}
    if message.footer:
        yield {"type": "context", "elements": [_plain(message.footer, NOTE)]}


def _of_card(card: Card, *, pictures: bool) -> Iterator[dict[str, Any]]:
    if pictures and card.picture and len(card.picture) <= ADDRESS:
        # The description may not be empty.
        alt = shortened(card.alt or card.title, NOTE) or ELLIPSIS
        yield {"type": "image", "image_url": card.picture, "alt_text": alt}
    if card.title:
        yield {"type": "section", "text": _bold(card.title)}
    if card.text:
        yield {"type": "section", "text": _plain(card.text, TEXT)}
    buttons = [_button(button) for button in card.buttons if len(button.url) <= ADDRESS]
    if buttons:
        # The first one is what the message is for.
        buttons[0]["style"] = "primary"
        yield {"type": "actions", "elements": buttons[:BUTTONS]}


def _button(button: Button) -> dict[str, Any]:
    return {"type": "button", "text": _plain(button.label, LABEL), "url": button.url}


def _plain(text: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": _escaped(text, most), "emoji": False}


def _bold(text: str) -> dict[str, Any]:
    """Marks of its own would end the bold too early; they are left out, a title reads without."""
    bare = " ".join("".join(sign for sign in text if sign not in "*_~`").split())
    return {"type": "mrkdwn", "text": f"*{_escaped(bare, HEADER * 2)}*", "verbatim": True}


def _escaped(text: str, most: int) -> str:
    """With the three signs that Slack reads as its own; at most so many characters after that."""
    pieces = [{"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(sign, sign) for sign in text]
    if sum(map(len, pieces)) <= most:
        return "".join(pieces)
    kept: list[str] = []
    room = most - len(ELLIPSIS)
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + ELLIPSIS


def judge(answered: Answered) -> Judged:
    word = answered.body.decode("utf-8", "replace").strip()[:100]
    if answered.status == 200:
        return Judged(Verdict.SENT)
    if word in GONE:
        return Judged(Verdict.GONE, GONE[word])
    if word in REFUSED:
        return Judged(Verdict.REFUSED, REFUSED[word])
    return by_status(answered)


def wants_no_picture(answered: Answered) -> bool:
    """Whether the same message may go through without its pictures."""
    return answered.body.decode("utf-8", "replace").strip() in PICTURE
