"""Queue a mail, and send what is queued.

A message is composed when it is queued, in the same transaction as what it speaks of, so
it exists if and only if that happened. Sending is at least once: a process that dies
between the server's "accepted" and our note of it makes one message go out twice, the one
it was sending. None is ever lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Required, TypedDict, Unpack

from django.db import IntegrityError, transaction

from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.rendering import one_line, render_mail
from vaandel.mailing.sending import send_due_messages

__all__ = [
    "BadHeader",
    "Mail",
    "compose_message",
    "forget_person",
    "prune_messages",
    "queue_composed",
    "queue_message",
    "send_due_messages",
    "withdraw_messages",
]

GOOD_FOR = timedelta(days=3)
KEEP_BODY = timedelta(days=30)
KEEP_ROW = timedelta(days=400)


class BadHeader(ValueError):
    """A header that would start another one."""


class Mail(TypedDict, total=False):
    """What a caller hands over.

    ``template`` is the path without extension (``"shares/mails/thanks"``). ``context`` may
    hold ``place``, shown beside the name of the product ("at Stadsenergie").
    ``unsubscribe_url`` must take a POST from the reader's mail program, without signing in.
    What could not be delivered within ``good_for`` is given up. ``tenant`` and ``person``
    are ids, for erasing and counting.
    """

    key: Required[str]
    kind: Required[str]
    template: Required[str]
    context: Required[Mapping[str, object]]
    to_address: Required[str]
    language: Required[str]
    at: Required[datetime]
    to_name: str
    from_name: str
    reply_to: str
    headers: Mapping[str, str]
    unsubscribe_url: str
    tenant: int | None
    person: int | None
    time_zone: str
    good_for: timedelta


def queue_message(**mail: Unpack[Mail]) -> OutgoingMessage | None:
    """Compose a mail and put it in the queue; None when one with this key is there already."""
    if OutgoingMessage.objects.filter(key=mail["key"]).exists():
        return None
    message = compose_message(**mail)
    try:
        # A savepoint, so that the caller's transaction survives a lost race.
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return None
    return message


def compose_message(**mail: Unpack[Mail]) -> OutgoingMessage:
    """Like ``queue_message``, but not saved: for ``queue_composed`` with many at once."""
    rendered = render_mail(
        mail["template"],
        mail["context"],
        language=mail["language"],
        time_zone=mail.get("time_zone", ""),
    )
    return OutgoingMessage(
        key=mail["key"],
        kind=mail["kind"],
        tenant=mail.get("tenant"),
        person=mail.get("person"),
        to_address=mail["to_address"],
        to_name=one_line(mail.get("to_name", ""))[:120],
        from_name=one_line(mail.get("from_name", ""))[:120],
        reply_to=mail.get("reply_to", ""),
        language=mail["language"],
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        headers=checked_headers(mail.get("headers", {}), mail.get("unsubscribe_url", "")),
        next_try_at=mail["at"],
        created_at=mail["at"],
        expires_at=mail["at"] + mail.get("good_for", GOOD_FOR),
    )


def queue_composed(messages: list[OutgoingMessage]) -> None:
    """Queue many in one statement. Those whose key is there already are left out."""
    OutgoingMessage.objects.bulk_create(messages, ignore_conflicts=True, batch_size=100)


def checked_headers(headers: Mapping[str, str], unsubscribe_url: str) -> dict[str, str]:
    """The headers to send; raise ``BadHeader`` for one that holds a line break."""
    wanted = dict(headers)
    if unsubscribe_url:
        wanted["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        wanted["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for name, value in wanted.items():
        if len((name + value).splitlines()) != 1:
            raise BadHeader(f"The header {name.split()[0]} holds a line break.")
    return wanted


def prune_messages(*, at: datetime) -> int:
    """Forget what finished mails said after a month, and that they were there after a year.

    The row itself stays that long because its key keeps the same mail from going out again.
    """
    over = OutgoingMessage.objects.filter(
        state__in=[OutgoingMessage.State.SENT, OutgoingMessage.State.FAILED]
    )
    emptied = (
        over.filter(created_at__lt=at - KEEP_BODY)
        .exclude(text="")
        .update(subject="", text="", html="", headers={})
    )
    return emptied + over.filter(created_at__lt=at - KEEP_ROW).delete()[0]


def withdraw_messages(*, tenant: int, person: int) -> int:
    """Drop what still waits to be sent to somebody in the name of this tenant; how many."""
    waiting = OutgoingMessage.objects.filter(
        tenant=tenant, person=person, state=OutgoingMessage.State.QUEUED
    )
    return waiting.delete()[0]


def forget_person(*, person: int) -> int:
    """Erase all mails to somebody who deletes the account; how many."""
    return OutgoingMessage.objects.filter(person=person).delete()[0]
