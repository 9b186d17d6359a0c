"""The switch that stops sharing for everybody, and starts it again.

Nothing is asked, mailed or published in the organisation's name while it is stopped. What was
queued stays queued and goes on afterwards, as far as it is still worth sending: every message
knows until when it is. Links that were shared keep working.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vaandel.mailing.services import hold, release
from vaandel.organizations.audit import record
from vaandel.organizations.models import Member, Organization


@transaction.atomic
def stop_sharing(*, organization: Organization, reason: str, by: Member, at: datetime) -> bool:
    """Stop; False when somebody had done so before, and then their reason stands."""
    words = " ".join(reason.split())[:300]
    stopped = Organization.objects.filter(pk=organization.pk, stopped_at=None).update(
        stopped_at=at, stopped_reason=words
    )
    if stopped:
        hold(tenant=organization.pk, at=at)
        record(
            by=by,
            action="organization.stopped",
            subject=f"organization:{organization.pk}",
            detail={"reason": words},
            at=at,
        )
    organization.refresh_from_db(fields=["stopped_at", "stopped_reason"])
    return bool(stopped)


@transaction.atomic
def start_again(*, organization: Organization, by: Member, at: datetime) -> bool:
    """Go on; False when it was not stopped."""
    started = Organization.objects.filter(pk=organization.pk, stopped_at__isnull=False).update(
        stopped_at=None, stopped_reason=""
    )
    if started:
        release(tenant=organization.pk)
        record(
            by=by,
            action="organization.started_again",
            subject=f"organization:{organization.pk}",
            at=at,
        )
    organization.refresh_from_db(fields=["stopped_at", "stopped_reason"])
    return bool(started)
