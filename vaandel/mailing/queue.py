"""Rows on their way out, over whatever medium: claim, look once more, hand over, note.

Works on every model that derives from ``Outgoing``. A claimed row is nobody else's until its
lease ends. Whoever hands rows over notes each before the next: a process that dies repeats
at most what it had handed over and not noted, and loses nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from django.db import connections, models, router, transaction
from django.db.models import F, QuerySet

from vaandel.mailing.models import Outgoing

O = TypeVar("O", bound=Outgoing)  # noqa: E741 - the "O" of Outgoing
State = Outgoing.State

LEASE: Final = timedelta(minutes=5)
# Longer than the slowest server can keep us waiting for one row.
HAND_OVER: Final = timedelta(minutes=4)
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=2)
MOST_ATTEMPTS: Final = 30
SENT: Final = (
    "UPDATE {table} SET state = 'SENT', leased_until = NULL, last_error = '', sent_at = %s,"
    " attempts = %s WHERE id = %s AND state = 'SENDING' AND leased_until = %s"
)
TOO_LATE: Final = "It could not be sent in time."
NO_OPEN_HOUR: Final = "There was no open hour in which it could go out."


def claim(rows: QuerySet[O], *, at: datetime, size: int) -> list[O]:
    """Take some of these rows that are due; nobody else gets them until the lease ends.

    A row whose holder was not heard of any more may be what ended it: such a row is taken
    alone, and that counts as an attempt.
    """
    abandoned = rows.filter(state=State.SENDING, leased_until__lte=at)
    waiting = rows.filter(state=State.QUEUED, next_try_at__lte=at)
    # Two questions, each with its index, and without a transaction, which on SQLite would keep
    # others from writing.
    if not (waiting.exists() or abandoned.exists()):
        return []
    if connections[router.db_for_write(rows.model)].features.has_select_for_update_skip_locked:
        abandoned, waiting = (
            each.select_for_update(skip_locked=True, of=("self",)) for each in (abandoned, waiting)
        )
    with transaction.atomic(using=router.db_for_write(rows.model)):
        left = list(abandoned[:1])
        claimed = left or list(waiting.order_by("next_try_at")[:size])
        if claimed:
            _table(claimed[0]).filter(pk__in=[row.pk for row in claimed]).update(
                state=State.SENDING, leased_until=at + LEASE, attempts=F("attempts") + len(left)
            )
    for row in claimed:
        row.state, row.leased_until = State.SENDING, at + LEASE
        row.attempts += len(left)
    return claimed


def still_ours(rows: Iterable[O]) -> set[int]:
    """The ids of those that we still hold: others were withdrawn or taken over. One query."""
    held = {row.pk: row.leased_until for row in rows}
    if not held:
        return set()
    found = (
        _table(next(iter(rows)))
        .filter(pk__in=held, state=State.SENDING)
        .values_list("pk", "leased_until")
    )
    return {pk for pk, until in found if until == held[pk]}


def start(row: Outgoing, *, at: datetime) -> bool:
    """Whether this claimed row may be handed over now.

    Renews a lease that could end during the hand-over; False when it had ended and another
    process took the row.
    """
    if row.leased_until is not None and row.leased_until - at >= HAND_OVER:
        return True
    until = at + LEASE
    if not _ours(row).update(leased_until=until):
        return False
    row.leased_until = until
    return True


def next_moment(row: Outgoing, at: datetime) -> datetime | None:
    """When the row may go out: ``at`` itself inside its windows, else the start of the next.

    None when there is no such moment before it expires.
    """
    if row.expires_at <= at:
        return None
    if not row.windows:
        return at
    for start_of, end_of in row.windows:
        moment = max(at, datetime.fromisoformat(start_of))
        if moment < min(datetime.fromisoformat(end_of), row.expires_at):
            return moment
    return None


def sent(row: Outgoing, *, at: datetime) -> bool:
    """Note that it was handed over.

    Written out: this is done once for each row, and building the statement takes longer than
    running it.
    """
    connection = connections[router.db_for_write(type(row))]
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            SENT.format(table=connection.ops.quote_name(row._meta.db_table)),
            [moment(at), row.attempts + 1, row.pk, moment(row.leased_until)],
        )
        noted = bool(cursor.rowcount == 1)
    if noted:
        row.state, row.leased_until, row.sent_at = State.SENT, None, at
        row.attempts += 1
    return noted


def fail(row: Outgoing, *, error: str, attempted: bool = False) -> bool:
    """Give it up for good."""
    attempts = row.attempts + int(attempted)
    return finish(row, state=State.FAILED, last_error=error, attempts=attempts)


def try_later(row: Outgoing, *, error: str, at: datetime) -> bool:
    """It was refused for now: an attempt, and the pause until the next one grows."""
    attempts = row.attempts + 1
    return finish(
        row,
        state=State.QUEUED,
        last_error=error,
        next_try_at=at + pause(attempts),
        attempts=attempts,
    )


def give_back(row: Outgoing, *, next_try_at: datetime | None = None, error: str = "") -> bool:
    """Nothing was tried, for a reason that is not its own. Without a moment it stays due."""
    return finish(
        row,
        state=State.QUEUED,
        next_try_at=next_try_at or row.next_try_at,
        last_error=error or row.last_error,
    )


def drop(row: Outgoing) -> bool:
    """Nobody wants it any more: as if it had been withdrawn while it waited."""
    deleted, _per_table = _ours(row).delete()
    return deleted > 0


def finish(row: Outgoing, *, state: str, **values: object) -> bool:
    """End the claim, if the row is still ours; a row that is not is left alone."""
    if "last_error" in values:
        values["last_error"] = str(values["last_error"])[:500]
    if not _ours(row).update(state=state, leased_until=None, **values):
        return False
    row.state, row.leased_until = state, None
    for name, value in values.items():
        setattr(row, name, value)
    return True


def pause(attempts: int) -> timedelta:
    """1, 2, 4, 8 … minutes, at most two hours; not the same for all, so that they spread."""
    return jittered(min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE))


def jittered(pause: timedelta) -> timedelta:
    """A quarter more or less."""
    return pause * (0.75 + secrets.randbelow(501) / 1000)


def _ours(row: Outgoing) -> models.QuerySet[Outgoing]:
    return _table(row).filter(pk=row.pk, state=State.SENDING, leased_until=row.leased_until)


def _table(row: Outgoing) -> models.Manager[Outgoing]:
    return type(row)._base_manager
