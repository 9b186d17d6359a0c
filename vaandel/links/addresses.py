"""Addresses of short links."""

from __future__ import annotations

from django.conf import settings

from vaandel.links.models import Link, LinkSettings
from vaandel.organizations.models import Organization

PREFIX = "/s/"
_ORGANIZATION = Link._meta.get_field("organization")


def short_url(link: Link) -> str:
    """The address to show: on the organisation's own domain when that has been checked.

    Costs one query, unless the organisation was loaded with the link; then one for all links
    of that same organisation object, and none with ``organization__link_settings``.
    """
    domain = _domain(link)
    return f"https://{domain}/{link.code}" if domain else f"{settings.LINK_URL}{PREFIX}{link.code}"


def _domain(link: Link) -> str:
    if _ORGANIZATION.is_cached(link):
        return domain_in_use(link.organization)
    row = LinkSettings.across_tenants.filter(organization=link.organization_id).first()
    return _checked(row)


def domain_in_use(organization: Organization) -> str:
    """The organisation's own short domain when it works; else empty."""
    try:
        return _checked(organization.link_settings)
    except LinkSettings.DoesNotExist:
        return ""


def _checked(row: LinkSettings | None) -> str:
    return row.domain or "" if row and row.domain_checked_at else ""


def ended_url(code: str) -> str:
    """The friendly page of a link that has ended: the address of `shares:ended`."""
    return f"{settings.PUBLIC_URL}/over/{code}/"
