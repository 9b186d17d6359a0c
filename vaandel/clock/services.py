"""Take, keep and give back a lease.

Works the same on SQLite and PostgreSQL: a conditional UPDATE decides who is first, and
whoever vanishes loses the lease when its time is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from vaandel.clock.models import Lease

KEEP_LAPSED = timedelta(days=2)


def hold_lease(*, name: str, holder: str, at: datetime, lasting: timedelta) -> bool:
    """Take or prolong the lease; False when somebody else holds it."""
    until = at + lasting
    mine_or_free = Q(holder=holder) | Q(until__lte=at)
    if Lease.objects.filter(mine_or_free, name=name).update(holder=holder, until=until):
        return True
    _, created = Lease.objects.get_or_create(name=name, defaults={"holder": holder, "until": until})
    return created


def release_lease(*, name: str, holder: str, at: datetime) -> None:
    """Let the next one in at once, instead of when the time is over."""
    Lease.objects.filter(name=name, holder=holder, until__gt=at).update(until=at)


def drop_lapsed_leases(*, at: datetime) -> int:
    """Forget processes that ended days ago; how many."""
    return Lease.objects.filter(until__lt=at - KEEP_LAPSED).delete()[0]
