"""What waits follows its post: withdrawn, over or stopped means that it does not go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Post
from vaandel.shares.models import Publication

State = Publication.State
FORGET_AFTER: Final = timedelta(days=90)
WAITING: Final = (State.ARMED, State.ASKING)


def cancel_what_may_not_go() -> int:
    """Cancel what waits and may not go any more; how many. For the clock, every second or so.

    What is about to go looks once more itself; this is for the list that people read.
    """
    now = timezone.now()
    with every_tenant():
        waiting = Publication.objects.filter(state__in=WAITING)
        if not waiting.exists():
            return 0
        over = waiting.filter(
            ~Q(post__state=Post.State.LIVE)
            | Q(post__organization__stopped_at__isnull=False)
            | Q(enrolment=None)
            | Q(enrolment__state=Enrolment.State.LEFT)
            | ~Q(enrolment__member__status=Member.Status.ACTIVE)
        )
        ids = list(over.values_list("pk", flat=True)[:2000])
        return _cancel(ids, at=now) + _without_account(waiting, at=now)


def _cancel(ids: list[int], *, at: datetime) -> int:
    if not ids:
        return 0
    rows = Publication.objects.filter(pk__in=ids, state__in=WAITING)
    live = Post.objects.filter(state=Post.State.LIVE).values("pk")
    expired = Post.objects.filter(state=Post.State.EXPIRED).values("pk")
    stopped = Organization.objects.exclude(stopped_at=None).values("pk")
    reason = Case(
        When(post__in=expired, then=Value("expired")),
        When(~Q(post__in=live), then=Value("withdrawn")),
        When(organization__in=stopped, then=Value("stopped")),
        default=Value("left"),
    )
    return rows.update(state=State.CANCELLED, problem=reason, ended_at=at)


def _without_account(waiting: QuerySet[Publication], *, at: datetime) -> int:
    """The account was disconnected: the text is kept, the person decides."""
    return waiting.filter(account=None).update(
        state=State.REJECTED, problem="disconnected", ended_at=at
    )


def forget_old_publications() -> int:
    """Forget the words of what never became a share and ended three months ago; how many."""
    with every_tenant():
        old = Publication.objects.filter(
            state__in=[State.CANCELLED, State.REJECTED],
            share=None,
            ended_at__lt=timezone.now() - FORGET_AFTER,
        ).exclude(text="", disclosure="")
        return old.update(text="", disclosure="", problem_detail="", memory={})
