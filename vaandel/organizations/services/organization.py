"""The organisation itself."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from vaandel.accounts.pictures import fitted
from vaandel.organizations.audit import record
from vaandel.organizations.models import Member, Organization


@transaction.atomic
def create_tenant(
    *,
    name: str,
    slug: str,
    country: str,
    language: str,
    at: datetime,
    time_zone: str = "Europe/Amsterdam",
    website: str = "",
) -> Organization:
    """A new organisation without anybody in it. Needs no tenant scope."""
    organization = Organization(
        name=name,
        slug=slug,
        country=country,
        language=language,
        time_zone=time_zone,
        website=website,
        created_at=at,
    )
    organization.full_clean(exclude=["logo"])
    organization.save(force_insert=True)
    return organization


@transaction.atomic
def edit_organization(
    *,
    organization: Organization,
    changes: dict[str, object],
    logo: str | None = None,
    by: Member,
    at: datetime,
) -> Organization:
    """Change the settings. ``logo`` is a stored file's name, "" takes the logo away."""
    for name, value in changes.items():
        setattr(organization, name, value)
    if logo is not None:
        organization.logo = logo
    organization.save()
    record(
        by=by,
        action="organization.edited",
        subject=f"organization:{organization.pk}",
        detail={"fields": sorted([*changes, *(["logo"] if logo is not None else [])])},
        at=at,
    )
    return organization


def store_logo(content: bytes) -> str:
    """Keep a logo, made small, and give its name in the store."""
    return default_storage.save(
        "logos/logo.png", ContentFile(fitted(content, width=512, height=256))
    )
