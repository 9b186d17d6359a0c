"""After no answer: is it on the network? Its own evidence decides, never a second try.

"Not there" counts only when it is said twice, minutes apart: a request may be under way
longer than we waited. Then it is sent once more, since it is certain that nothing stands there.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from vaandel.channels.adapter import Evidence, Finding, Kind, Memory, Trouble
from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.services import accounts, spending
from vaandel.organizations.tenancy import every_tenant
from vaandel.shares.models import Publication
from vaandel.shares.publishing import queue
from vaandel.shares.publishing.noting import note_published
from vaandel.shares.publishing.outgoing import outgoing_of
from vaandel.shares.publishing.sending import NotNow, Round, check_wanted, unbook

logger = logging.getLogger("vaandel.shares")

State = Publication.State
AT_A_TIME: Final = 20
PAUSES: Final = (
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
MOST_CHECKS: Final = len(PAUSES) + 1
SAID_TWICE: Final = 2
# As many as a look reads at most where each is paid for.
POSTS_READ: Final = 5
CANNOT_TELL: Final = "cannot_tell"
_CANNOT_TELL: Final = Finding(evidence=Evidence.CANNOT_TELL)


def look_into_unknown() -> int:
    """Ask the networks about what is not certain; how many were asked about. For the worker."""
    now = timezone.now()
    with every_tenant():
        claimed = _claim(at=now)
        for publication in claimed:
            try:
                _look(publication)
            except Exception:
                logger.exception("A look failed.", extra={"publication": publication.pk})
            if publication.checks >= MOST_CHECKS:
                _settle(publication)
        _settle_abandoned(at=now)
    return len(claimed)


def _claim(*, at: datetime) -> list[Publication]:
    """Due ones, each taken by one process: the next look is put ahead in the same statement."""
    due = Publication.objects.filter(
        state=State.UNKNOWN, next_try_at__lte=at, checks__lt=MOST_CHECKS
    ).order_by("next_try_at")
    claimed = []
    for publication in due.select_related(*queue.ALONG)[:AT_A_TIME]:
        token = uuid.uuid4()
        pause = PAUSES[min(publication.checks, len(PAUSES) - 1)]
        taken = Publication.objects.filter(
            pk=publication.pk, state=State.UNKNOWN, checks=publication.checks
        ).update(checks=publication.checks + 1, next_try_at=at + pause, claim=token)
        if taken:
            publication.checks += 1
            publication.claim = token
            claimed.append(publication)
    return claimed


def _look(publication: Publication) -> None:
    finding = _finding(publication)
    if finding.evidence is Evidence.THERE and finding.published is not None:
        note_published(publication, finding.published, at=timezone.now())
    elif finding.evidence is Evidence.NOT_THERE:
        _note_absence(publication)


def _finding(publication: Publication) -> Finding:
    now, account = timezone.now(), publication.account
    if account is None:
        _settle(publication)
        return _CANNOT_TELL
    try:
        if ADAPTERS[publication.channel].abilities.looks_by_sending:
            # It may only come to stand there now, so it has to be wanted still.
            check_wanted(publication, Round(), at=now)
        return _asked(publication, accounts.opened(account, at=now))
    except NotNow:
        _settle(publication)
    except Trouble as trouble:
        logger.info("no evidence", extra={"publication": publication.pk, "reason": trouble.code})
        if trouble.kind in {Kind.RECONNECT, Kind.CONFIGURATION}:
            _settle(publication)
    return _CANNOT_TELL


def _asked(publication: Publication, opened: accounts.Opened) -> Finding:
    """What the network says. Where reading is paid for, only as far as the budget goes."""
    adapter, now = ADAPTERS[publication.channel], timezone.now()
    outgoing = outgoing_of(publication)
    booking = (publication.organization_id, publication.channel, adapter.reading_price(POSTS_READ))
    if not spending.book(*booking, at=now):
        return _CANNOT_TELL
    try:
        return adapter.look(opened.app, opened.account, outgoing, _memory_of(publication))
    except Trouble:
        # Nothing was read, so nothing is to be paid.
        spending.give_back(*booking, at=now)
        raise


def _memory_of(publication: Publication) -> Memory:
    def store(values: Mapping[str, Any]) -> None:
        queue.remember_of_look(publication, dict(values))

    return Memory(publication.memory, store)


@transaction.atomic
def _note_absence(publication: Publication) -> None:
    """Said once: look again. Said twice: send it once more."""
    said = int(publication.memory.get("said_not_there", 0)) + 1
    if said < SAID_TWICE:
        queue.remember_of_look(publication, {**publication.memory, "said_not_there": said})
        return
    gone_on = queue.looked_at(publication).update(
        memory={**publication.memory, "said_not_there": 0},
        state=State.ARMED,
        claim=None,
        handed_over_at=None,
        checks=0,
        problem="unreachable",
        next_try_at=timezone.now(),
    )
    if gone_on:
        unbook(publication)


def _settle(publication: Publication) -> None:
    """Only the person can tell now."""
    queue.looked_at(publication).update(problem=CANNOT_TELL, checks=MOST_CHECKS)


def _settle_abandoned(*, at: datetime) -> None:
    """Whoever took the last look died over it."""
    over = Publication.objects.filter(
        state=State.UNKNOWN, next_try_at__lte=at, checks__gte=MOST_CHECKS
    ).exclude(problem=CANNOT_TELL)
    if over.exists():
        over.update(problem=CANNOT_TELL)
