"""What holds mails back, of one tenant or of everybody. Essential mails go out all the same."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from vaandel.mailing.models import Hold

EVERYBODY: Final = None


def hold(tenant: int | None, at: datetime) -> bool:
    """Send nothing for this tenant, or for anybody (None); False when that was so already."""
    # NULL is not equal to NULL in a unique column, so the database cannot decide for None.
    if is_held(tenant):
        return False
    Hold.objects.create(tenant=tenant, since=at)
    return True


def release(tenant: int | None) -> bool:
    """Send again for this tenant, or lift what holds everybody (None); False when nothing did.

    What holds everybody also holds a tenant that was released by itself.
    """
    return Hold.objects.filter(tenant=tenant).delete()[0] > 0


def is_held(tenant: int | None) -> bool:
    """Whether this very hold is there."""
    return Hold.objects.filter(tenant=tenant).exists()


def held_tenants() -> frozenset[int | None]:
    """All holds; None in it means that everybody is held."""
    return frozenset(Hold.objects.values_list("tenant", flat=True))
