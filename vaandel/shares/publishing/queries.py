"""What waits, what needs the person, and what is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from vaandel.ambassadors.models import Enrolment
from vaandel.shares.models import Publication

State = Publication.State
SHOWN_FOR: Final = timedelta(days=30)
WAITING: Final = (State.ARMED, State.SENDING)
NEEDS_PERSON: Final = (State.ASKING, State.REJECTED, State.UNKNOWN)


def planned_of(enrolment: Enrolment, *, now: datetime) -> QuerySet[Publication]:
    """Of the last thirty days and what waits, with post, account, link and figures."""
    shown = Q(state__in=(*WAITING, *NEEDS_PERSON)) | Q(ended_at__gt=now - SHOWN_FOR)
    return (
        Publication.objects.filter(shown, enrolment=enrolment)
        .select_related("post__organization", "account", "link", "share__network_figures")
        .order_by("-due_at", "-pk")
    )


def needing(enrolment: Enrolment) -> Sequence[Publication]:
    """What stays as it is until the person says something, oldest first."""
    rows = Publication.objects.filter(enrolment=enrolment, state__in=NEEDS_PERSON)
    return list(
        rows.exclude(state=State.REJECTED, problem="").select_related("post").order_by("pk")[:20]
    )
