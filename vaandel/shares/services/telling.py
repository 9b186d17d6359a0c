"""One mail when something planned needs its person; nothing for who saw it on the page.

At most once for each time that it needs them: ``told_at`` is set in the transaction that
queues the mail, and emptied when they send it again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.quiet import open_hours_for, pairs_of
from vaandel.mailing.services import GOOD_FOR, queue_composed
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant
from vaandel.shares.models import Publication
from vaandel.shares.publication_mails import compose_needs_you

logger = logging.getLogger("vaandel.shares")

State = Publication.State
AT_A_TIME: Final = 200
# After a press the page itself says what became of it.
PAGE_TELLS: Final = timedelta(minutes=10)


def tell_about_publications() -> int:
    """Queue the mails about what waits for its person; for the clock. How many were queued."""
    now = timezone.now()
    with every_tenant():
        pressed_lately = Q(planned=False, created_at__gt=now - PAGE_TELLS)
        untold = needing().filter(told_at=None).exclude(pressed_lately | Q(problem="not_there"))
        ids = list(untold.order_by("pk").values_list("pk", flat=True)[:AT_A_TIME])
        return sum(_tell_if_possible(publication_id, now) for publication_id in ids)


def needing() -> QuerySet[Publication]:
    """What goes no further by itself, of anybody."""
    return Publication.objects.filter(
        Q(state__in=[State.ASKING, State.REJECTED]) | Q(state=State.UNKNOWN, problem="cannot_tell")
    )


def note_seen(publication: Publication, *, at: datetime) -> bool:
    """Its person reads on the page how it stands: no mail says it again."""
    rows = needing().filter(pk=publication.pk, told_at=None)
    if publication.told_at is not None:
        return False
    if publication.state not in {State.ASKING, State.REJECTED, State.UNKNOWN}:
        return False
    return bool(rows.update(told_at=at))


def _tell_if_possible(publication_id: int, now: datetime) -> bool:
    """What is wrong with one must not keep back all others."""
    try:
        return _tell(publication_id, now)
    except OperationalError:
        raise
    except Exception:
        logger.exception("A mail could not be made.", extra={"publication": publication_id})
        return False


@transaction.atomic
def _tell(publication_id: int, now: datetime) -> bool:
    if not needing().filter(pk=publication_id, told_at=None).update(told_at=now):
        return False
    publication = Publication.objects.select_related(
        "post", "enrolment__member__user", "organization"
    ).get(pk=publication_id)
    enrolment = publication.enrolment
    if enrolment is None or not _takes_part(enrolment):
        return False
    message = compose_needs_you(publication, at=now)
    message.windows = pairs_of(open_hours_for(enrolment), at=now, good_for=GOOD_FOR)
    queue_composed([message])
    return True


def _takes_part(enrolment: Enrolment) -> bool:
    if enrolment.state in {Enrolment.State.LEFT, Enrolment.State.INVITED}:
        return False
    return enrolment.member.status == Member.Status.ACTIVE
