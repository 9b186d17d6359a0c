"""After no answer: is it on the network? Its own evidence decides, never a second try.

"Not there" counts only when it is said twice, minutes apart: a request may be under way
longer than we waited. Then it is sent once more, since it is certain that nothing stands there.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from vaandel.channels.adapter import Evidence, Finding, Kind, Trouble
from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.services import accounts
from vaandel.organizations.tenancy import every_tenant
from vaandel.shares.models import Publication
from vaandel.shares.publishing import queue
from vaandel.shares.publishing.noting import note_published
from vaandel.shares.publishing.outgoing import outgoing_of
from vaandel.shares.publishing.sending import memory_of

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
    elif publication.checks >= MOST_CHECKS:
        _settle(publication, "cannot_tell")


def _finding(publication: Publication) -> Finding:
    cannot_tell = Finding(evidence=Evidence.CANNOT_TELL)
    if publication.account is None:
        return cannot_tell
    try:
        opened = accounts.opened(publication.account, at=timezone.now())
        return ADAPTERS[publication.channel].look(
            opened.app, opened.account, outgoing_of(publication), memory_of(publication)
        )
    except Trouble as trouble:
        logger.info("no evidence", extra={"publication": publication.pk, "reason": trouble.code})
        if trouble.kind in {Kind.RECONNECT, Kind.CONFIGURATION}:
            _settle(publication, "cannot_tell")
        return cannot_tell


@transaction.atomic
def _note_absence(publication: Publication) -> None:
    """Said once: look again. Said twice: send it once more."""
    said = int(publication.memory.get("said_not_there", 0)) + 1
    queue.remember(publication, {**publication.memory, "said_not_there": said})
    if said < SAID_TWICE:
        return
    queue.remember(publication, {**publication.memory, "said_not_there": 0})
    Publication.objects.filter(
        pk=publication.pk, state=State.UNKNOWN, claim=publication.claim
    ).update(
        state=State.ARMED,
        claim=None,
        handed_over_at=None,
        checks=0,
        problem="unreachable",
        next_try_at=timezone.now(),
    )


def _settle(publication: Publication, problem: str) -> None:
    """Only the person can tell now."""
    Publication.objects.filter(
        pk=publication.pk, state=State.UNKNOWN, claim=publication.claim
    ).update(problem=problem, checks=MOST_CHECKS)
