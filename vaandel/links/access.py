"""The only way from an id in an address to a row of this room. Hidden is 404."""

from __future__ import annotations

from django.http import Http404

from vaandel.links.models import Campaign, LinkSettings
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
