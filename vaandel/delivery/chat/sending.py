"""Handing one message to a chat, and noting on the connection how that went."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from django.utils import timezone

from vaandel.delivery.chat.answers import Judged, Verdict
from vaandel.delivery.chat.card import Message, from_data
from vaandel.delivery.chat.network import NETWORKS, problem_with_address
from vaandel.delivery.models import ChatConnection, Notice
from vaandel.delivery.outlets import Gone, RefusedForGood, RefusedForNow
from vaandel.lib.http import FetchFailed, Reason, post

HEADERS: Final = {"Content-Type": "application/json; charset=utf-8"}
# The name, the address or the answer may be right another time.
PASSING: Final = {
    Reason.DNS: "no_name",
    Reason.TIMEOUT: "slow",
    Reason.REFUSED: "away",
    Reason.TLS: "away",
    Reason.BROKEN: "away",
}


def send(notice: Notice) -> None:
    """Hand a notice to its chat. Raises what `outlets` names.

    A message may arrive twice when the chat took it and its answer was lost on the way.
    """
    connection = notice.connection
    if connection is None:
        raise RefusedForGood("gone")
    judged = deliver(connection, from_data(notice.payload), at=timezone.now())
    if judged.verdict == Verdict.LATER:
        raise RefusedForNow(judged.code, retry_after=judged.wait)
    if judged.verdict == Verdict.REFUSED:
        raise RefusedForGood(judged.code)
    if judged.verdict == Verdict.GONE:
        raise Gone(judged.code)


def deliver(connection: ChatConnection, message: Message, *, at: datetime) -> Judged:
    """Send at once, and write down how it went."""
    judged = _handed_over(connection, message)
    note(connection, judged, at=at)
    return judged


def note(connection: ChatConnection, judged: Judged, *, at: datetime) -> None:
    """On the row, whatever organisation is in scope: the connection was loaded already."""
    values: dict[str, object] = (
        {"reached_at": at, "gone": False}
        if judged.verdict == Verdict.SENT
        else {"last_error": judged.code, "failed_at": at}
    )
    if judged.verdict == Verdict.GONE:
        values["gone"] = True
    rows = ChatConnection.across_tenants.filter(pk=connection.pk, address=connection.address)
    rows.update(**values)
    for name, value in values.items():
        setattr(connection, name, value)


def _handed_over(connection: ChatConnection, message: Message) -> Judged:
    network, address = NETWORKS[connection.network], connection.webhook
    if not address:
        return Judged(Verdict.GONE, "unreadable")
    if problem := problem_with_address(connection.network, address):
        return Judged(Verdict.GONE, problem)
    try:
        answered = post(address, _json(network.body_of(message)), headers=HEADERS)
        if network.wants_no_picture(answered):
            bare = network.body_of(message, pictures=False)
            answered = post(address, _json(bare), headers=HEADERS)
    except FetchFailed as failed:
        code = PASSING.get(failed.reason)
        return Judged(Verdict.LATER, code) if code else Judged(Verdict.GONE, "not_public")
    return network.judge(answered)


def _json(body: dict[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
