"""Sending what is queued: claim, hand over, note.

A row is claimed with a lease, which is renewed just before the message goes to the server;
only the holder can do that. A process that dies leaves rows whose lease ends, and another
one sends them. The only message that can go out twice is the one that the dying process
had handed over and not noted yet.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.transport import (
    Connection,
    RefusedForGood,
    RefusedForNow,
    ServerAway,
    has_server,
    reason,
)

logger = logging.getLogger("vaandel.mailing")

State = OutgoingMessage.State
BATCH = 20
BATCHES = 25
# Longer than a server can keep us waiting: seven answers of at most EMAIL_TIMEOUT each.
LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=2)
SERVER_PAUSE = timedelta(seconds=30)
MOST_ATTEMPTS = 30


def send_due_messages() -> int:
    """Send what may go now over one connection; how many messages got a final answer.

    Stops when the server cannot be reached: what was claimed is given back.
    """
    if not has_server():
        return 0
    handled = 0
    with Connection() as connection:
        for _ in range(BATCHES):
            claimed = claim_messages(at=timezone.now())
            if not claimed:
                break
            try:
                handled += send_claimed(claimed, connection)
            except ServerAway as away:
                give_back(claimed, error=str(away), at=timezone.now())
                logger.warning("The mail server cannot be reached.", extra={"reason": str(away)})
                break
    return handled


def claim_messages(*, at: datetime) -> list[OutgoingMessage]:
    """Take some rows that are due; nobody else gets them until the lease ends."""
    rows = OutgoingMessage.objects.due(at).order_by("next_try_at", "pk")
    if database.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    with transaction.atomic():
        claimed = list(rows[:BATCH])
        OutgoingMessage.objects.filter(pk__in=[row.pk for row in claimed]).update(
            state=State.SENDING, leased_until=at + LEASE
        )
    for row in claimed:
        row.state, row.leased_until = State.SENDING, at + LEASE
    return claimed


def send_claimed(claimed: list[OutgoingMessage], connection: Connection) -> int:
    """Send each; a row that cannot be sent, whatever the reason, does not stop the next one."""
    handled = 0
    for message in claimed:
        now = timezone.now()
        if message.expires_at <= now or message.attempts >= MOST_ATTEMPTS:
            fail(message, error=message.last_error or "It could not be sent in time.")
            handled += 1
            continue
        connection.open()
        if not start(message, at=now):
            continue
        try:
            connection.send(message)
        except RefusedForNow as refused:
            try_later(message, error=str(refused), at=now)
        except RefusedForGood as refused:
            fail(message, error=str(refused))
            handled += 1
        except ServerAway as away:
            # It broke on this message, so this one waits longer than the others.
            try_later(message, error=str(away), at=now)
            logger.warning("The connection broke.", extra={"mail": message.pk, "reason": str(away)})
        except Exception as error:
            # One bad row must not hold up all others.
            try_later(message, error=reason(error), at=now)
            logger.exception("A mail could not be sent.", extra={"mail": message.pk})
        else:
            note_sent(message, at=now)
            handled += 1
    return handled


def start(message: OutgoingMessage, *, at: datetime) -> bool:
    """Renew the lease and count the attempt; False when the lease had ended and another took it."""
    until = at + LEASE
    ours = OutgoingMessage.objects.filter(
        pk=message.pk, state=State.SENDING, leased_until=message.leased_until
    )
    if not ours.update(leased_until=until, attempts=message.attempts + 1):
        return False
    message.leased_until = until
    message.attempts += 1
    return True


def note_sent(message: OutgoingMessage, *, at: datetime) -> None:
    _finish(message, state=State.SENT, sent_at=at, last_error="")
    logger.info("sent", extra={"mail": message.pk, "kind": message.kind})


def fail(message: OutgoingMessage, *, error: str) -> None:
    _finish(message, state=State.FAILED, last_error=error)
    logger.warning(
        "A mail was not delivered.",
        extra={"mail": message.pk, "kind": message.kind, "reason": error},
    )


def try_later(message: OutgoingMessage, *, error: str, at: datetime) -> None:
    _finish(message, state=State.QUEUED, last_error=error, next_try_at=at + pause(message.attempts))


def give_back(claimed: list[OutgoingMessage], *, error: str, at: datetime) -> None:
    """The server was away: that counts for none of them as an attempt."""
    for message in claimed:
        _finish(
            message, state=State.QUEUED, last_error=error, next_try_at=at + jittered(SERVER_PAUSE)
        )


def _finish(message: OutgoingMessage, *, state: str, **values: object) -> None:
    """Note the result, if the row is still ours; a row that was finished before is left alone."""
    ours = OutgoingMessage.objects.filter(
        pk=message.pk, state=State.SENDING, leased_until=message.leased_until
    )
    ours.update(state=state, leased_until=None, **values)


def pause(attempts: int) -> timedelta:
    """1, 2, 4, 8 … minutes, at most two hours; not the same for all, so that they spread."""
    return jittered(min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE))


def jittered(pause: timedelta) -> timedelta:
    return pause * (0.75 + secrets.randbelow(501) / 1000)
