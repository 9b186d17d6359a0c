"""The only way from an id in an address to a row of this room. Hidden is 404."""

from __future__ import annotations

from django.http import Http404

from vaandel.links.models import (
    Campaign,
    Conversion,
    ConversionEndpoint,
    ConversionImport,
    LinkSettings,
)
from vaandel.organizations.models import Member, Organization


def campaign_for(member: Member, campaign_id: int) -> Campaign:
    """With the organisation and its settings, for which `settings_of` asks no more."""
    found = (
        Campaign.objects.select_related("organization__link_settings")
        .filter(organization=member.organization_id, pk=campaign_id)
        .first()
    )
    if found is None:
        raise Http404("No such campaign.")
    return found


def settings_of(organization: Organization) -> LinkSettings:
    """What the organisation chose; before it chose anything, the defaults, not saved."""
    try:
        return organization.link_settings
    except LinkSettings.DoesNotExist:
        return LinkSettings(organization=organization)


def conversion_for(member: Member, conversion_id: int) -> Conversion:
    found = (
        Conversion.objects.select_related("link__campaign", "endpoint")
        .filter(organization=member.organization_id, pk=conversion_id)
        .first()
    )
    if found is None:
        raise Http404("No such conversion.")
    return found


def conversion_import_for(member: Member, import_id: int) -> ConversionImport:
    found = (
        ConversionImport.objects.select_related("organization")
        .filter(organization=member.organization_id, pk=import_id)
        .first()
    )
    if found is None:
        raise Http404("No such list.")
    return found


def endpoint_for(member: Member, endpoint_id: int) -> ConversionEndpoint:
    found = ConversionEndpoint.objects.filter(
        organization=member.organization_id, pk=endpoint_id
    ).first()
    if found is None:
        raise Http404("No such endpoint.")
    return found
