"""Which leases are held."""

from __future__ import annotations

from datetime import datetime

from vaandel.clock.models import Lease


def held_leases(*, prefix: str, at: datetime) -> int:
    """How many leases whose name begins with `prefix` are held at this moment."""
    return Lease.objects.filter(name__startswith=prefix, until__gt=at).count()
