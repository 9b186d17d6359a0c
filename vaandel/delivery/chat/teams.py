"""Microsoft Teams: workflows that begin with "When a Teams webhook request is received".

Documented at learn.microsoft.com: "Create and send messages with Workflows", "Adaptive Cards",
and "Changes to HTTP or Teams webhook trigger flows". The former connectors
(webhook.office.com) were switched off in 2026 and are refused with a word about what to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import httpx

from vaandel.delivery.chat.answers import Judged, Verdict, by_status
from vaandel.delivery.chat.card import Button, Card, Message, shortened
from vaandel.lib.http import Answered

# What addresses of workflows end with: today's, the one before it, and those for governments.
HOSTS: Final = (
    ".api.powerplatform.com",
    ".logic.azure.com",
    ".powerplatform.microsoft.us",
    ".logic.azure.us",
)
RETIRED: Final = (".webhook.office.com", ".office.com", ".office365.com")

# Teams takes 28 kB; the workflow adds a little of its own.
MOST_BYTES: Final = 26 * 1024
# Beyond six they are hidden behind a menu.
ACTIONS: Final = 6
TITLE: Final = 300
TEXT: Final = 3000
SHORTER: Final = (TEXT, 600, 200, 0)

GONE: Final = {
    "WorkflowNotFound": "workflow_gone",
    "WorkflowDisabled": "workflow_off",
    "WorkflowTriggerIsNotEnabled": "workflow_off",
    "DirectApiAuthorizationRequired": "not_for_anyone",
    "InvalidUseOfOAuthToken": "not_for_anyone",
    "AuthorizationFailed": "bad_signature",
    "InvalidSharedAccessSignature": "bad_signature",
    "SharedAccessSignatureInvalid": "bad_signature",
}
REFUSED: Final = {
    "TriggerInputSchemaMismatch": "schema",
    "InvalidRequestContent": "schema",
    "RequestEntityTooLarge": "too_large",
}


def problem_with(url: httpx.URL) -> str:
    """The code of why this is no address of a workflow; "" when it is one."""
    if url.host.endswith(RETIRED):
        return "teams_retired"
    if not url.host.endswith(HOSTS):
        return "teams_host"
    return "" if url.params.get("sig") else "teams_no_signature"


def body_of(message: Message, *, pictures: bool = True) -> dict[str, Any]:
    """The JSON of a message, small enough for Teams whatever was typed."""
    for most in SHORTER:
        body = _body(message, most, pictures=pictures)
        if len(json.dumps(body, ensure_ascii=False).encode()) <= MOST_BYTES:
            return body
    return _body(message, 0, pictures=False)


def _body(message: Message, most: int, *, pictures: bool) -> dict[str, Any]:
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        # What is read out, and shown where cards are not.
        "fallbackText": shortened(message.heading, TITLE),
        "speak": shortened(message.heading, TITLE),
        "msteams": {"width": "Full"},
        "body": list(_elements(message, most, pictures=pictures)),
    }
    return {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": content,
            }
        ],
    }


def _elements(message: Message, most: int, *, pictures: bool) -> Iterator[dict[str, Any]]:
    yield _text(shortened(message.heading, TITLE), size="Large", weight="Bolder")
    for number, card in enumerate(message.cards):
        yield {
            "type": "Container",
            "separator": number > 0,
            "spacing": "Medium",
            "items": list(_of_card(card, most, pictures=pictures)),
        }
    if message.more:
        yield {"type": "ActionSet", "actions": [_action(message.more)]}
    if message.footer:
        yield _text(shortened(message.footer, TEXT), size="Small", subtle=True)


def _of_card(card: Card, most: int, *, pictures: bool) -> Iterator[dict[str, Any]]:
    if pictures and card.picture:
        alt = shortened(card.alt or card.title, TITLE)
        yield {"type": "Image", "url": card.picture, "altText": alt, "size": "Stretch"}
    if card.title:
        yield _text(shortened(card.title, TITLE), size="Medium", weight="Bolder")
    if card.text and most:
        yield _text(shortened(card.text, most))
    if card.buttons:
        actions = [_action(button) for button in card.buttons[:ACTIONS]]
        # The first one is what the message is for.
        actions[0]["style"] = "positive"
        yield {"type": "ActionSet", "actions": actions}


def _action(button: Button) -> dict[str, Any]:
    return {"type": "Action.OpenUrl", "title": shortened(button.label, 75), "url": button.url}


def _text(
    text: str, *, size: str = "Default", weight: str = "Default", subtle: bool = False
) -> dict[str, Any]:
    """A run of text is taken as it is; in a text block Markdown would be read."""
    run = {"type": "TextRun", "text": text, "size": size, "weight": weight, "isSubtle": subtle}
    return {"type": "RichTextBlock", "inlines": [run]}


def judge(answered: Answered) -> Judged:
    """An accepted message may still fail inside the workflow; Teams tells that to nobody."""
    if answered.status in {200, 201, 202, 204}:
        return Judged(Verdict.SENT)
    code = _code_of(answered.body)
    if code in GONE:
        return Judged(Verdict.GONE, GONE[code])
    if code in REFUSED:
        return Judged(Verdict.REFUSED, REFUSED[code])
    if answered.status == 401:
        return Judged(Verdict.GONE, "bad_signature")
    if answered.status == 403:
        return Judged(Verdict.REFUSED, "not_allowed")
    if answered.status == 404:
        return Judged(Verdict.GONE, "workflow_gone")
    if answered.status == 413:
        return Judged(Verdict.REFUSED, "too_large")
    return by_status(answered)


def _code_of(body: bytes) -> str:
    """The code in ``{"error": {"code": …}}``; "" in anything else."""
    try:
        error = json.loads(body)["error"]
        return str(error["code"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def wants_no_picture(_answered: Answered) -> bool:
    """Teams lets each reader's own program fetch pictures."""
    return False
