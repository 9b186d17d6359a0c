"""Sending what is queued: claim, look once more, hand over, note.

A row is claimed with a lease; only the holder hands it over, and notes the result before the
next one goes over the same connection. A process that dies leaves rows whose lease ends, and
another one sends them. The only message that can go out twice is the one that each of its
connections had handed over and not noted yet.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.models import Q
from django.utils import timezone

from vaandel.lib.processes import asked_to_stop
from vaandel.mailing import queue
from vaandel.mailing.bounces.noting import note_refusal
from vaandel.mailing.breaker import BREAKER
from vaandel.mailing.holds import EVERYBODY, held_tenants
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.pace import PACE
from vaandel.mailing.suppression import suppressed_among
from vaandel.mailing.transport import (
    POOL,
    Broken,
    Connection,
    RefusedForGood,
    RefusedForNow,
    ServerAway,
    has_server,
    reason,
)
from vaandel.mailing.wanted import unwanted_among

logger = logging.getLogger("vaandel.mailing")

State = OutgoingMessage.State
BATCH: Final = 40
BATCHES: Final = 25
# A stop that is pressed, or a mail that is withdrawn, is seen within this many seconds.
LOOK_AGAIN: Final = 1.0
# Then it claims anew, since a code that somebody waits for may have come.
ROUND_SECONDS: Final = 5.0
BROKEN_PAUSE: Final = timedelta(seconds=30)
# So many in a row, and it is the server, not the messages.
MOST_BROKEN: Final = 3
MOST_REFUSED: Final = 10


def send_due_messages() -> int:
    """Send what may go now, over several connections when there is much of it.

    How many messages got a final answer. Stops early when the server cannot be reached.
    """
    POOL.close_rested()
    if not has_server() or BREAKER.is_open():
        return 0
    claimed = claim_messages(at=timezone.now())
    if not claimed:
        return 0
    counts: list[int] = []
    helpers = settings.MAIL_CONNECTIONS - 1 if len(claimed) == BATCH else 0
    threads = [
        threading.Thread(target=_help, args=(counts,), name=f"mails-{number}", daemon=True)
        for number in range(helpers)
    ]
    for thread in threads:
        thread.start()
    try:
        counts.append(send_over_one_connection(claimed))
    finally:
        for thread in threads:
            thread.join()
    return sum(counts)


def _help(counts: list[int]) -> None:
    """In a thread of its own, with its own connections to the mail server and the database."""
    try:
        counts.append(send_over_one_connection(claim_messages(at=timezone.now())))
    except Exception:
        # What it held is taken over when the leases end.
        logger.exception("A connection's thread ended early.")
    finally:
        connections.close_all()


def send_over_one_connection(claimed: list[OutgoingMessage]) -> int:
    """What was claimed, and some more of the same."""
    handled = rounds = 0
    with POOL.connection() as line:
        while claimed:
            handled += Round(claimed, line).run()
            rounds += 1
            if rounds == BATCHES or BREAKER.is_open() or asked_to_stop():
                break
            claimed = claim_messages(at=timezone.now())
    return handled


def claim_messages(*, at: datetime) -> list[OutgoingMessage]:
    """Take some rows that are due and not held back: first those that somebody waits for."""
    rows = OutgoingMessage.objects.all()
    if urgent := queue.claim(rows.filter(essential=True), at=at, size=BATCH):
        return urgent
    held = held_tenants()
    if EVERYBODY in held:
        return []
    if held:
        rows = rows.filter(Q(tenant=None) | Q(during_stop=True) | ~Q(tenant__in=held))
    return queue.claim(rows.filter(essential=False), at=at, size=BATCH)


class Round:
    """Some claimed messages on their way over one connection."""

    def __init__(self, claimed: list[OutgoingMessage], line: Connection) -> None:
        self._claimed = claimed
        self._line = line
        self._suppressed = suppressed_among(m.to_address for m in claimed if not m.essential)
        self._held: frozenset[int | None] = frozenset()
        self._ours: set[int] = set()
        self._unwanted: set[int] = set()
        self._looked_at = -LOOK_AGAIN
        self._broken = 0

    def run(self) -> int:
        """How many got a final answer. What cannot be handed over, whatever the reason, does
        not stop the next one."""
        handled = 0
        began = time.monotonic()
        for place, message in enumerate(self._claimed):
            left = self._claimed[place:]
            if asked_to_stop() or (place and time.monotonic() - began > ROUND_SECONDS):
                self._give_back(left)
                break
            try:
                handled += self._handle(message, left)
            except ServerAway as away:
                BREAKER.trip()
                logger.warning("The mail server is away.", extra={"reason": str(away)})
                self._give_back(left, error=str(away))
                break
        return handled

    def _handle(self, message: OutgoingMessage, left: list[OutgoingMessage]) -> int:
        """1 when the message got a final answer, else 0."""
        if (answer := self._verdict(message, left)) is not None:
            return answer
        self._line.open()
        try:
            letter = self._line.written(message)
            if PACE.wait(stop=asked_to_stop) and (
                (answer := self._verdict(message, left)) is not None
            ):
                return answer
            if asked_to_stop() or not queue.start(message, at=timezone.now()):
                note(message, lambda: queue.give_back(message))
                return 0
            self._line.send(message, letter)
        except (Broken, RefusedForNow, RefusedForGood) as error:
            return self._answered(message, error)
        except (ServerAway, DatabaseError):
            raise
        except Exception as error:
            # One bad row must not hold up all others.
            said = reason(error)
            logger.exception("A mail could not be sent.", extra={"mail": message.pk})
            note(message, lambda: queue.try_later(message, error=said, at=timezone.now()))
            return 0
        note(message, lambda: queue.sent(message, at=timezone.now()))
        self._broken = 0
        BREAKER.reset()
        PACE.went(message.to_address)
        logger.debug("sent", extra={"mail": message.pk, "kind": message.kind})
        return 1

    def _verdict(self, message: OutgoingMessage, left: list[OutgoingMessage]) -> int | None:
        """None when the message may go now; else what was done with it instead."""
        if time.monotonic() - self._looked_at >= LOOK_AGAIN:
            self._held, self._ours = held_tenants(), queue.still_ours(left)
            self._unwanted = unwanted_among(left)
            self._looked_at = time.monotonic()
        at = timezone.now()
        if message.pk not in self._ours:
            return 0
        if message.expires_at <= at or message.attempts >= queue.MOST_ATTEMPTS:
            return gave_up(message, message.last_error or queue.TOO_LATE)
        if message.essential:
            return None
        if EVERYBODY in self._held or (message.tenant in self._held and not message.during_stop):
            note(message, lambda: queue.give_back(message))
            return 0
        if message.to_address in self._suppressed:
            note(message, lambda: queue.finish(message, state=State.SUPPRESSED, last_error=""))
            return 1
        if (answer := self._too_early(message, at)) is None and message.pk in self._unwanted:
            note(message, lambda: queue.drop(message))
            return 1
        return answer

    def _too_early(self, message: OutgoingMessage, at: datetime) -> int | None:
        moment = queue.next_moment(message, at)
        if moment is None:
            return gave_up(message, queue.NO_OPEN_HOUR)
        if moment <= at:
            moment = PACE.put_off(message.to_address, at) or at
        if moment <= at:
            return None
        note(message, lambda: queue.give_back(message, next_try_at=moment))
        return 0

    def _answered(
        self, message: OutgoingMessage, error: Broken | RefusedForNow | RefusedForGood
    ) -> int:
        """The server's no, or its silence."""
        said, at = str(error), timezone.now()
        if isinstance(error, RefusedForGood):
            self._broken = 0
            code = error.code
            note(message, lambda: note_refusal(message, code, said))
            return gave_up(message, said, attempted=True)
        if isinstance(error, RefusedForNow):
            self._broken = 0
            note(message, lambda: queue.try_later(message, error=said, at=at))
            PACE.refused(message.to_address, said)
            BREAKER.strike(MOST_REFUSED)
            return 0
        logger.warning("The connection broke.", extra={"mail": message.pk, "reason": said})
        if error.in_doubt:
            # The server may have taken it: each new try can be a second copy.
            note(message, lambda: queue.try_later(message, error=said, at=at))
        else:
            later = at + queue.jittered(BROKEN_PAUSE)
            note(message, lambda: queue.give_back(message, next_try_at=later, error=said))
        self._broken += 1
        if self._broken >= MOST_BROKEN:
            raise ServerAway(said)
        return 0

    def _give_back(self, left: list[OutgoingMessage], *, error: str = "") -> None:
        """Nothing was tried: that counts for none of them as an attempt."""
        for message in left:
            if message.state == State.SENDING:
                note(message, partial(queue.give_back, message, error=error))


def gave_up(message: OutgoingMessage, error: str, *, attempted: bool = False) -> int:
    note(message, lambda: queue.fail(message, error=error, attempted=attempted))
    logger.warning(
        "A mail was not delivered.",
        extra={"mail": message.pk, "kind": message.kind, "reason": error},
    )
    return 1


def note(message: OutgoingMessage, write: Callable[[], bool]) -> None:
    """Write down what happened; nothing else is handed over before that stands.

    A database that is locked, full or away is asked again until the lease ends. What was
    handed over then goes out once more: that is better than never.
    """
    pause = 0.1
    while True:
        try:
            write()
        except DatabaseError:
            until = message.leased_until
            if asked_to_stop() or until is None or timezone.now() >= until:
                raise
            logger.exception("What happened could not be noted yet.", extra={"mail": message.pk})
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            time.sleep(pause)
            pause = min(pause * 2, 5.0)
        else:
            return
