"""Who holds a publication: claim, hand over, give back. One holder at a time.

``claim`` takes some that are due. Right before the network is asked, ``hand_over`` notes it:
from then on the text may be on the network. A holder that dies before leaves a row that is
simply armed again; one that dies after leaves a row that is ``unknown``, and is looked into.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connections, router, transaction
from django.db.models import F, QuerySet

from vaandel.mailing.queue import jittered
from vaandel.shares.models import Publication

State = Publication.State


class Lost(Exception):
    """Somebody else holds it by now: nothing may be asked of the network for it any more."""


# Longer than the slowest network with its pictures can keep us waiting for one.
LEASE: Final = timedelta(minutes=5)
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(minutes=30)
# A text of the morning is not posted at night: then the person is asked.
TOO_LATE: Final = timedelta(hours=12)
# After this long without an answer the network itself is asked what became of it.
FIRST_LOOK: Final = timedelta(seconds=30)
# In the memory of a publication: what its last attempt took off the budget.
BOOKED: Final = "booked"
ALONG: Final = (
    "post__organization",
    "post__document",
    "link",
    "angle",
    "account__enrolment",
    "enrolment__member",
)


def claim(*, at: datetime, size: int) -> list[Publication]:
    """Some that are due, with what is needed to send them; nobody else gets these."""
    due = Publication.objects.filter(state=State.ARMED, next_try_at__lte=at)
    if not due.exists():
        # Asked outside a transaction, which on SQLite would keep others from writing.
        return []
    if connections[router.db_for_write(Publication)].features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    token = uuid.uuid4()
    with transaction.atomic():
        ids = list(due.order_by("next_try_at").values_list("pk", flat=True)[:size])
        Publication.objects.filter(pk__in=ids).update(
            state=State.SENDING, claim=token, leased_until=at + LEASE, handed_over_at=None
        )
    held = Publication.objects.filter(pk__in=ids, claim=token).select_related(*ALONG)
    return list(held.order_by("next_try_at"))


def take_over_abandoned(*, at: datetime) -> int:
    """Rows whose holder was not heard of any more; how many."""
    gone = Publication.objects.filter(state=State.SENDING, leased_until__lte=at)
    if not gone.exists():
        return 0
    with transaction.atomic():
        again = gone.filter(handed_over_at=None).update(
            state=State.ARMED, claim=None, leased_until=None
        )
        doubtful = gone.update(
            state=State.UNKNOWN,
            leased_until=None,
            problem="no_answer",
            checks=0,
            next_try_at=at,
        )
    return again + doubtful


def hand_over(publication: Publication, *, at: datetime, booked: int = 0) -> bool:
    """Note that the network is asked now. False when the row is not ours any more.

    ``booked`` is what was taken off the budget for it, in thousandths of a dollar.
    """
    memory = publication.memory
    if booked or memory.get(BOOKED):
        memory = {**memory, BOOKED: booked}
    held = _for_somebody(publication).update(
        handed_over_at=at, leased_until=at + LEASE, attempts=F("attempts") + 1, memory=memory
    )
    if not held:
        return False
    publication.memory = memory
    publication.handed_over_at = publication.handed_over_at or at
    publication.attempts += 1
    return True


def remember(publication: Publication, values: dict[str, Any], *, at: datetime) -> None:
    """What the next attempt must know. Whoever is slow keeps the row alive with it; raises
    ``Lost`` when somebody took it over, so that no second request follows theirs."""
    if not _for_somebody(publication).update(memory=values, leased_until=at + LEASE):
        raise Lost
    publication.memory = values


def remember_of_look(publication: Publication, values: dict[str, Any]) -> None:
    """The same for who looks into what is not certain; raises ``Lost``."""
    if not looked_at(publication).update(memory=values):
        raise Lost
    publication.memory = values


def looked_at(publication: Publication) -> QuerySet[Publication]:
    """The row, as long as nobody else looks and nothing became of it."""
    return Publication.objects.filter(
        pk=publication.pk, claim=publication.claim, state=State.UNKNOWN
    )


def give_back(publication: Publication, *, next_try_at: datetime, **values: Any) -> bool:
    """Nothing was posted; it is tried again then."""
    return bool(
        _ours(publication).update(
            state=State.ARMED,
            claim=None,
            leased_until=None,
            handed_over_at=None,
            next_try_at=next_try_at,
            **values,
        )
    )


def end(publication: Publication, *, state: str, **values: Any) -> bool:
    """Let go of it in another state, if it is still ours."""
    return bool(_ours(publication).update(state=state, leased_until=None, **values))


def give_back_all(publications: Iterable[Publication]) -> None:
    """These were claimed and not looked at."""
    for publication in publications:
        give_back(publication, next_try_at=publication.next_try_at)


def pause(attempts: int) -> timedelta:
    """30 s, 1, 2, 4 … minutes, at most half an hour; not the same for all."""
    return jittered(min(FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 10), LONGEST_PAUSE))


def _for_somebody(publication: Publication) -> QuerySet[Publication]:
    """Ours, and its person is still there."""
    return _ours(publication).exclude(enrolment=None)


def _ours(publication: Publication) -> QuerySet[Publication]:
    return Publication.objects.filter(
        pk=publication.pk, claim=publication.claim, state=State.SENDING
    )
