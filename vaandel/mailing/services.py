"""Queue a mail, hold mails back, and send what is queued.

A message is a row, written in the same transaction as what it speaks of, so it exists if and
only if that happened. What it says is fixed at that moment: rendered, or (``lazy``) as the
template's context, which takes a tenth of the room. Sending is at least once: a process that dies
between the server's "accepted" and our note of it makes one message go out twice, the one
it was sending. None is ever lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final, Required, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import translation

from vaandel.lib.bulk import insert_new
from vaandel.mailing.contexts import stored
from vaandel.mailing.headers import BadHeader, checked_headers
from vaandel.mailing.holds import hold, is_held, release
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.queue import TOO_LATE, next_moment
from vaandel.mailing.rendering import one_line, render_mail, render_subject
from vaandel.mailing.sending import send_due_messages

__all__ = [
    "BadHeader",
    "Mail",
    "compose_message",
    "forget_person",
    "hold",
    "is_held",
    "prune_messages",
    "queue_composed",
    "queue_message",
    "release",
    "retry_failed",
    "send_due_messages",
    "set_windows",
    "withdraw_kind",
    "withdraw_messages",
]

GOOD_FOR = timedelta(days=3)
KEEP_BODY = timedelta(days=30)
KEEP_ROW = timedelta(days=400)
# What is left of a mail that was forgotten.
NOTHING_SAID: Final[Mapping[str, object]] = {
    "subject": "",
    "text": "",
    "html": "",
    "template": "",
    "context": {},
    "headers": {},
}


class Mail(TypedDict, total=False):
    """What a caller hands over.

    ``template`` is the path without extension (``"shares/mails/thanks"``). ``context`` may
    hold ``place``, shown beside the name of the product ("at Stadsenergie").
    ``unsubscribe_url`` must take a POST from the reader's mail program, without signing in.
    What could not be delivered within ``good_for`` is given up. ``tenant`` and ``person``
    are ids, for erasing, holding and counting.

    ``essential``: somebody waits for it (a sign-in code), so nothing holds it back.
    ``during_stop``: the hold of its own tenant does not; everything else does. ``windows``:
    when it may go out, as in ``Outgoing``. ``list_id``: what kind of mail it is, for mail
    programs to sort by. ``lazy``: rendered when it is sent, from a ``context`` that
    ``contexts.stored`` can keep; right for what goes to many.
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
    essential: bool
    during_stop: bool
    windows: list[list[str]]
    list_id: str
    lazy: bool


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
    message = OutgoingMessage(
        key=mail["key"],
        kind=mail["kind"],
        tenant=mail.get("tenant"),
        person=mail.get("person"),
        essential=mail.get("essential", False),
        during_stop=mail.get("during_stop", False),
        to_address=mail["to_address"],
        to_name=one_line(mail.get("to_name", ""))[:120],
        from_name=one_line(mail.get("from_name", ""))[:120],
        reply_to=mail.get("reply_to", ""),
        language=mail["language"],
        time_zone=mail.get("time_zone", ""),
        headers=checked_headers(mail),
        windows=mail.get("windows", []),
        created_at=mail["at"],
        expires_at=mail["at"] + mail.get("good_for", GOOD_FOR),
    )
    message.next_try_at = next_moment(message, mail["at"]) or mail["at"]
    _say(message, mail)
    return message


def _say(message: OutgoingMessage, mail: Mail) -> None:
    """Fix what the mail says. The subject is always there: lists of mails show it."""
    template, context = mail["template"], mail["context"]
    language, time_zone = message.language, message.time_zone
    if mail.get("lazy"):
        with translation.override(language):
            kept = stored(context)
        message.template, message.context = template, kept
        message.subject = render_subject(template, context, language=language, time_zone=time_zone)
        return
    rendered = render_mail(template, context, language=language, time_zone=time_zone)
    message.subject, message.text, message.html = rendered.subject, rendered.text, rendered.html


def queue_composed(messages: list[OutgoingMessage]) -> None:
    """Queue many in one statement. Those whose key is there already are left out."""
    insert_new(OutgoingMessage, messages, size=100)


def set_windows(*, tenant: int, person: int, windows: list[list[str]], at: datetime) -> int:
    """Move what waits for somebody to other moments, because their quiet hours changed.

    Only what knows windows at all; how many. What a worker holds this second keeps the new
    ones for the time that it is given back.
    """
    theirs = OutgoingMessage.objects.filter(tenant=tenant, person=person, essential=False).exclude(
        windows=[]
    )
    theirs.filter(state=OutgoingMessage.State.SENDING).update(windows=windows)
    waiting = theirs.filter(state=OutgoingMessage.State.QUEUED)
    moved = 0
    for message in waiting.only("pk", "windows", "next_try_at", "expires_at"):
        message.windows = windows
        moved += OutgoingMessage.objects.filter(
            pk=message.pk, state=OutgoingMessage.State.QUEUED
        ).update(windows=windows, next_try_at=next_moment(message, at) or at)
    return moved


def retry_failed(*, at: datetime, reason: str = "", late: bool = False) -> int:
    """Put back what failed and is still of use; how many.

    ``reason``: only where the server's answer holds this. ``late``: also what is out of date,
    which gets another day.
    """
    states = OutgoingMessage.State
    failed = OutgoingMessage.objects.filter(state=states.FAILED, last_error__icontains=reason)
    # What was forgotten after a month says nothing any more.
    failed = failed.exclude(subject="")
    back = failed.filter(expires_at__gt=at).update(state=states.QUEUED, attempts=0, next_try_at=at)
    if late:
        back += failed.filter(expires_at__lte=at).update(
            state=states.QUEUED, attempts=0, next_try_at=at, expires_at=at + timedelta(days=1)
        )
    return back


def prune_messages(*, at: datetime) -> int:
    """Forget what finished mails said after a month, and that they were there after a year.

    The row itself stays that long because its key keeps the same mail from going out again.
    What waited for so long that it is over is given up, also without a mail server.
    """
    states = OutgoingMessage.State
    OutgoingMessage.objects.filter(state=states.QUEUED, expires_at__lt=at - KEEP_BODY).update(
        state=states.FAILED, last_error=TOO_LATE
    )
    over = OutgoingMessage.objects.filter(state__in=[states.SENT, states.FAILED, states.SUPPRESSED])
    emptied = (
        over.filter(created_at__lt=at - KEEP_BODY)
        .exclude(text="", template="")
        .update(**NOTHING_SAID)
    )
    return emptied + over.filter(created_at__lt=at - KEEP_ROW).delete()[0]


def withdraw_messages(*, tenant: int, person: int, but: Collection[str] = ()) -> int:
    """Drop what somebody has not got yet in the name of this tenant; how many.

    Also what a worker holds: when its server says "not now", it does not come back. What
    failed is not tried again by anybody. ``but``: kinds of mail that go on.
    """
    theirs = OutgoingMessage.objects.filter(tenant=tenant, person=person, essential=False)
    return _dropped(theirs.exclude(kind__in=but))


def withdraw_kind(*, tenant: int, kind: str, person: int | None = None) -> int:
    """Drop what was not sent yet of one kind of mail, to everybody or to one person; how many.

    Their keys are free again, except of what failed.
    """
    of_kind = OutgoingMessage.objects.filter(tenant=tenant, kind=kind)
    return _dropped(of_kind if person is None else of_kind.filter(person=person))


@transaction.atomic
def _dropped(rows: QuerySet[OutgoingMessage]) -> int:
    states = OutgoingMessage.State
    # Without a subject `retry_failed` leaves it alone.
    rows.filter(state=states.FAILED).exclude(subject="").update(**NOTHING_SAID)
    return rows.filter(state__in=[states.QUEUED, states.SENDING]).delete()[0]


def forget_person(*, person: int) -> int:
    """Erase all mails to somebody who deletes the account; how many."""
    return OutgoingMessage.objects.filter(person=person).delete()[0]
