"""Connections that end by themselves: renewed while they rest, and told of in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.channels.adapter import Trouble
from vaandel.channels.mails import queue_ending
from vaandel.channels.models import ConnectedAccount
from vaandel.channels.services.accounts import must_reconnect, opened
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant

# Before a connection ends, in days: of LinkedIn's 60 these are the 50th and the 57th.
REMINDED: Final = (3, 10)
# Tokens to renew with end when they are not used for months, or weeks.
RESTED: Final = timedelta(days=7)
PER_ROUND: Final = 200


def remind_of_ends() -> int:
    """Tell people that a connection is about to end, or has; how many were told."""
    now = timezone.now()
    with every_tenant():
        return _end(now) + sum(_remind(days, now) for days in REMINDED)


def renew_what_rests() -> int:
    """Renew tokens that were not needed for a week; how many were tried."""
    now = timezone.now()
    with every_tenant():
        rows = list(
            _living()
            .filter(access_until__lt=now - RESTED, renewing_until=None)
            .filter(Q(session_until=None) | Q(session_until__gt=now))
            .filter(Q(held_until=None) | Q(held_until__lte=now))
            .order_by("access_until")[:PER_ROUND]
        )
        for row in rows:
            _renew(row, now)
    return len(rows)


def _renew(row: ConnectedAccount, now: datetime) -> None:
    try:
        opened(row, at=now)
    except Trouble:
        # What is dead has been marked; what cannot be reached is tried again the next round.
        return


def _end(now: datetime) -> int:
    over = list(_living().filter(session_until__lte=now)[:PER_ROUND])
    for row in over:
        must_reconnect(row, problem="dead_tokens", at=now)
    return len(over)


def _remind(days: int, now: datetime) -> int:
    """Of two clocks that come here at once, the one whose UPDATE counts writes the mail."""
    near = _living().filter(
        Q(reminded_for_days=None) | Q(reminded_for_days__gt=days),
        session_until__gt=now,
        session_until__lte=now + timedelta(days=days),
        # Whoever gives 60 days is meant; what lives for less is renewed by itself.
        session_until__gte=F("connected_at") + timedelta(days=2 * max(REMINDED)),
    )
    told = 0
    for row in near.select_related(
        "organization", "enrolment__member__user", "enrolment__organization"
    )[:PER_ROUND]:
        told += queue_ending(row, days=days, at=now) if _noted(row, days) else 0
    return told


def _noted(row: ConnectedAccount, days: int) -> bool:
    return bool(
        ConnectedAccount.objects.filter(
            Q(reminded_for_days=None) | Q(reminded_for_days__gt=days),
            pk=row.pk,
            state=ConnectedAccount.State.ACTIVE,
        ).update(reminded_for_days=days)
    )


def _living() -> QuerySet[ConnectedAccount]:
    return ConnectedAccount.objects.filter(
        state=ConnectedAccount.State.ACTIVE,
        enrolment__member__status=Member.Status.ACTIVE,
        enrolment__state__in=[Enrolment.State.JOINED, Enrolment.State.PAUSED],
    ).order_by("pk")
