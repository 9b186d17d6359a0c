"""Sending what is queued: claim, hand over, note.

A row is claimed with a lease, which is renewed just before the message goes to the server;
only the holder can do that. A process that dies leaves rows whose lease ends, and another
one sends them. The only message that can go out twice is the one that the dying process
had handed over and not noted yet.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from vaandel.mailing import queue
from vaandel.mailing.bounces.noting import note_refusal
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.queue import MOST_ATTEMPTS, jittered
from vaandel.mailing.transport import (
    Connection,
    RefusedForGood,
    RefusedForNow,
    ServerAway,
    has_server,
    reason,
)

logger = logging.getLogger("vaandel.mailing")

BATCH = 20
BATCHES = 25
SERVER_PAUSE = timedelta(seconds=30)


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
    return queue.claim(OutgoingMessage.objects.all(), at=at, size=BATCH)


def send_claimed(claimed: list[OutgoingMessage], connection: Connection) -> int:
    """Send each; a row that cannot be sent, whatever the reason, does not stop the next one."""
    handled = 0
    for message in claimed:
        now = timezone.now()
        if message.expires_at <= now or message.attempts >= MOST_ATTEMPTS:
            fail(message, error=message.last_error or queue.TOO_LATE)
            handled += 1
            continue
        connection.open()
        if not queue.start(message, at=now):
            continue
        try:
            connection.send(message)
        except RefusedForNow as refused:
            queue.try_later(message, error=str(refused), at=now)
        except RefusedForGood as refused:
            fail(message, error=str(refused), attempted=True)
            note_refusal(message, refused.code, str(refused))
            handled += 1
        except ServerAway as away:
            # It broke on this message, so this one waits longer than the others.
            queue.try_later(message, error=str(away), at=now)
            logger.warning("The connection broke.", extra={"mail": message.pk, "reason": str(away)})
        except Exception as error:
            # One bad row must not hold up all others.
            queue.try_later(message, error=reason(error), at=now)
            logger.exception("A mail could not be sent.", extra={"mail": message.pk})
        else:
            queue.sent(message, at=now)
            logger.info("sent", extra={"mail": message.pk, "kind": message.kind})
            handled += 1
    return handled


def fail(message: OutgoingMessage, *, error: str, attempted: bool = False) -> None:
    queue.fail(message, error=error, attempted=attempted)
    logger.warning(
        "A mail was not delivered.",
        extra={"mail": message.pk, "kind": message.kind, "reason": error},
    )


def give_back(claimed: list[OutgoingMessage], *, error: str, at: datetime) -> None:
    """The server was away: that counts for none of them as an attempt."""
    for message in claimed:
        queue.give_back(message, next_try_at=at + jittered(SERVER_PAUSE), error=error)
