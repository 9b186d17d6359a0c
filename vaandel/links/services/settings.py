"""What an organisation decides about its links. Redirects follow within two seconds."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from vaandel.links.models import Campaign, LinkSettings
from vaandel.links.services.links import touch
from vaandel.organizations.audit import record
from vaandel.organizations.models import Member, Organization


class DomainTaken(Exception):
    """Another organisation of this installation has this short domain."""


@transaction.atomic
def save_settings(
    *,
    organization: Organization,
    changes: dict[str, object],
    destinations: list[str],
    by: Member,
    at: datetime,
) -> list[str]:
    """Change how links are answered and counted; returns the names of what became different.

    ``changes`` are fields of `LinkSettings`.
    """
    row = _locked(organization)
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, changes[name])
    if changed:
        row.save(update_fields=changed)
    if organization.destinations != destinations:
        organization.destinations = destinations
        organization.save(update_fields=["destinations"])
        changed.append("destinations")
    if changed:
        record(
            by=by,
            action="links.settings_changed",
            subject=f"organization:{organization.pk}",
            detail={"fields": sorted(changed)},
            at=at,
        )
    return changed


@transaction.atomic
def set_domain(*, organization: Organization, domain: str, by: Member, at: datetime) -> bool:
    """Take an own short domain, or none ("" ); False when it is the one that was there.

    It is used for new addresses only after `note_check`. Raises ``DomainTaken``.
    """
    row = _locked(organization)
    if (row.domain or "") == domain:
        return False
    before = row.domain or ""
    try:
        with transaction.atomic():
            row.domain = domain or None
            row.domain_checked_at = row.domain_tried_at = row.domain_failed_at = None
            row.save(update_fields=list(_DOMAIN))
    except IntegrityError as error:
        raise DomainTaken(domain) from error
    record(
        by=by,
        action="links.domain_changed",
        subject=f"organization:{organization.pk}",
        detail={"domain": domain, "before": before},
        at=at,
    )
    return True


_DOMAIN = ("domain", "domain_checked_at", "domain_tried_at", "domain_failed_at")


@transaction.atomic
def note_check(
    *, organization: Organization, domain: str, works: bool, by: Member | None, at: datetime
) -> bool:
    """Write down what a check found: a domain that works is used from now on, another is not.

    ``domain`` is the one that was asked: by now there may be another one, and then nothing is
    noted. Returns whether its use began or ended.
    """
    row = _locked(organization)
    if row.domain != domain:
        return False
    used = row.domain_checked_at is not None
    row.domain_tried_at = at
    row.domain_checked_at = at if works else None
    row.domain_failed_at = None if works else row.domain_failed_at or at
    row.save(update_fields=list(_DOMAIN))
    if used == works:
        return False
    record(
        by=by,
        organization_id=organization.pk,
        action="links.domain_in_use" if works else "links.domain_out_of_use",
        subject=f"organization:{organization.pk}",
        detail={"domain": domain},
        at=at,
    )
    return True


@transaction.atomic
def set_successor(*, campaign: Campaign, successor_url: str, by: Member, at: datetime) -> bool:
    """Lead the links of a campaign there once they have ended; "" is: where the rest leads."""
    touch(campaign.organization_id)
    changed = (
        Campaign.objects.filter(pk=campaign.pk)
        .exclude(successor_url=successor_url)
        .update(successor_url=successor_url)
    )
    if changed:
        campaign.successor_url = successor_url
        record(
            by=by,
            action="links.successor_changed",
            subject=f"campaign:{campaign.pk}",
            detail={"address": successor_url},
            at=at,
        )
    return bool(changed)


def _locked(organization: Organization) -> LinkSettings:
    """The settings, made when they were not there, and locked until the end of the transaction."""
    touch(organization.pk)
    return LinkSettings.objects.get(organization=organization)
