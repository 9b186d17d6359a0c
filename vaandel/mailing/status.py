"""How the queue stands, in counts only: what waits, what went, what failed and why."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaandel.mailing.holds import EVERYBODY
from vaandel.mailing.models import Hold, OutgoingMessage
from vaandel.mailing.queue import NO_OPEN_HOUR, TOO_LATE

State = OutgoingMessage.State
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
# A mail is finished at most this long after its next try: what is older is not looked at.
GOOD_FOR_AT_MOST: Final = timedelta(days=14)
LOOKED_AT: Final = 5000
ENHANCED: Final = re.compile(r"\b[45]\.(\d)\.\d{1,3}\b")

NO_SUCH_ADDRESS: Final = _("There is no such address.")
FULL_OR_CLOSED: Final = _("The mailbox is full or closed.")
NOT_WANTED: Final = _("The other mail server does not want our mail.")
OUT_OF_TIME: Final = _("It could not be sent while it was still of use.")
NEVER_OPEN: Final = _("There was no hour in which it could go out.")
OTHER: Final = _("Another reason.")
BY_SUBJECT: Final = {"1": NO_SUCH_ADDRESS, "2": FULL_OR_CLOSED, "7": NOT_WANTED}


@dataclass(frozen=True, slots=True)
class Status:
    """``due`` may go now and ``later`` not yet; both wait. ``sent`` in 24 hours, ``failed``
    and ``suppressed`` in seven days. ``due_since`` is the oldest that may go and is not held."""

    due: int
    later: int
    sending: int
    sent: int
    failed: int
    suppressed: int
    due_since: datetime | None
    paused_since: datetime | None
    held_tenants: int


def status(*, at: datetime, tenant: int | None = None) -> Status:
    """Of everybody, or of one tenant. Three queries."""
    rows = _rows(tenant)
    waiting = rows.filter(state__in=[State.QUEUED, State.SENDING])
    counts = waiting.aggregate(
        due=Count("pk", filter=Q(state=State.QUEUED, next_try_at__lte=at)),
        later=Count("pk", filter=Q(state=State.QUEUED, next_try_at__gt=at)),
        sending=Count("pk", filter=Q(state=State.SENDING)),
    )
    recent = rows.filter(next_try_at__gte=at - WEEK - GOOD_FOR_AT_MOST)
    ended = recent.filter(state__in=[State.SENT, State.FAILED, State.SUPPRESSED]).aggregate(
        sent=Count("pk", filter=Q(state=State.SENT, sent_at__gte=at - DAY)),
        failed=Count("pk", filter=Q(state=State.FAILED, next_try_at__gte=at - WEEK)),
        suppressed=Count("pk", filter=Q(state=State.SUPPRESSED, next_try_at__gte=at - WEEK)),
    )
    holds = dict(Hold.objects.values_list("tenant", "since"))
    return Status(
        **counts,
        **ended,
        due_since=_due_since(rows, holds, at),
        paused_since=holds.get(EVERYBODY),
        held_tenants=len(holds.keys() - {EVERYBODY}),
    )


def _due_since(
    rows: QuerySet[OutgoingMessage], holds: dict[int | None, datetime], at: datetime
) -> datetime | None:
    free = rows.filter(state=State.QUEUED, next_try_at__lte=at)
    if EVERYBODY in holds:
        free = free.filter(essential=True)
    elif holds:
        free = free.exclude(essential=False, during_stop=False, tenant__in=holds.keys())
    found: datetime | None = free.aggregate(first=Min("next_try_at"))["first"]
    return found


def reasons(*, at: datetime, tenant: int | None = None) -> list[tuple[str, int]]:
    """What servers said of mails that failed in the last week, as they said it; most first."""
    return Counter(_errors(at, tenant)).most_common(10)


def kinds_of_reasons(*, at: datetime, tenant: int | None = None) -> list[tuple[Promise, int]]:
    """The same in plain words, for people who run no mail server."""
    return Counter(kind_of(error) for error in _errors(at, tenant)).most_common()


def kind_of(error: str) -> Promise:
    if error == TOO_LATE:
        return OUT_OF_TIME
    if error == NO_OPEN_HOUR:
        return NEVER_OPEN
    match = ENHANCED.search(error)
    if match:
        return BY_SUBJECT.get(match[1], OTHER)
    return NO_SUCH_ADDRESS if error.startswith("550") else OTHER


def _errors(at: datetime, tenant: int | None) -> list[str]:
    failed = _rows(tenant).filter(state=State.FAILED, next_try_at__gte=at - WEEK)
    return list(failed.order_by("-next_try_at").values_list("last_error", flat=True)[:LOOKED_AT])


def _rows(tenant: int | None) -> QuerySet[OutgoingMessage]:
    rows = OutgoingMessage.objects.all()
    return rows if tenant is None else rows.filter(tenant=tenant)
