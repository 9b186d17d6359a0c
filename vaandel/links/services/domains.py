"""Looking again whether own short domains still lead here, once a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from vaandel.links.domain_check import Report, check
from vaandel.links.mails import compose_domain_mail
from vaandel.links.models import LinkSettings
from vaandel.links.services.settings import note_check
from vaandel.mailing.services import queue_composed
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.tenancy import tenant_scope

EVERY: Final = timedelta(days=1)
# One failure may be a hiccup of the network: the second, an hour later, decides.
SOON: Final = timedelta(hours=1)
AT_ONCE: Final = 20


def recheck_domains(at: datetime | None = None) -> int:
    """Check the domains that are due; returns how many. One that stopped working is told."""
    now = at or timezone.now()
    due = Q(domain_tried_at__lte=now - EVERY) | Q(
        domain_tried_at__lte=now - SOON,
        domain_checked_at__isnull=False,
        domain_failed_at__isnull=False,
    )
    rows = list(
        LinkSettings.across_tenants.select_related("organization")
        .filter(due, domain__isnull=False)
        .order_by("domain_tried_at")[:AT_ONCE]
    )
    for row in rows:
        report = check(row.domain or "")
        with tenant_scope(row.organization_id):
            note_round(row=row, report=report, at=now)
    return len(rows)


def note_round(*, row: LinkSettings, report: Report, at: datetime) -> None:
    """What the daily round found. A first failure of a domain in use is only remembered."""
    in_use = row.domain_checked_at is not None
    if in_use and not report.works and row.domain_failed_at is None:
        LinkSettings.objects.filter(pk=row.pk, domain=row.domain).update(
            domain_tried_at=at, domain_failed_at=at
        )
        return
    turned = note_check(
        organization=row.organization,
        domain=row.domain or "",
        works=report.works,
        by=None,
        at=at,
    )
    if turned and not report.works:
        tell_owners(organization=row.organization, domain=row.domain or "", at=at)


def tell_owners(*, organization: Organization, domain: str, at: datetime) -> None:
    owners = Member.objects.filter(
        organization=organization, status=Member.Status.ACTIVE, is_owner=True
    ).select_related("user", "organization")
    queue_composed([compose_domain_mail(owner, domain=domain, at=at) for owner in owners])
