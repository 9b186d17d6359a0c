"""Something that is done for one organisation after another, by the clock."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from django.db import OperationalError

from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import tenant_scope

logger = logging.getLogger("vaandel.organizations")


def in_each(organizations: Iterable[Organization], work: Callable[[Organization], int]) -> int:
    """Do it in the scope of each; the sum of what that gave.

    One that fails is logged and holds up no other. A database that is away or locked holds
    up all, and raises.
    """
    done = 0
    for organization in organizations:
        try:
            with tenant_scope(organization):
                done += work(organization)
        except OperationalError:
            raise
        except Exception:
            logger.exception(
                "The round failed for one organisation.", extra={"organization": organization.pk}
            )
    return done


def running() -> Iterable[Organization]:
    """All that have not stopped, in order."""
    return Organization.objects.filter(stopped_at=None).order_by("pk")
