"""Addresses of short links. Imports no table, so that the redirect can import it early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist

if TYPE_CHECKING:
    from vaandel.links.models import Link, LinkSettings
    from vaandel.organizations.models import Organization

PREFIX = "/s/"


def short_url(link: Link) -> str:
    """The address to show: on the organisation's own domain when that has been checked.

    Costs one query, unless the organisation was loaded with the link; then one for all links
    of that same organisation object, and none with ``organization__link_settings``.
    """
    domain = _domain(link)
    return f"https://{domain}/{link.code}" if domain else f"{settings.LINK_URL}{PREFIX}{link.code}"


def _domain(link: Link) -> str:
    if link._meta.get_field("organization").is_cached(link):
        return domain_in_use(link.organization)
    settings_model = apps.get_model("links", "LinkSettings")
    return _checked(settings_model.across_tenants.filter(organization=link.organization_id).first())


def domain_in_use(organization: Organization) -> str:
    """The organisation's own short domain when it works; else empty."""
    try:
        return _checked(organization.link_settings)
    except ObjectDoesNotExist:
        return ""


def _checked(row: LinkSettings | None) -> str:
    return row.domain or "" if row and row.domain_checked_at else ""


def ended_url(code: str) -> str:
    """The friendly page of a link that has ended: the address of `shares:ended`."""
    return f"{settings.PUBLIC_URL}/over/{code}/"
