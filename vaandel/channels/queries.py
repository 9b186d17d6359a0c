"""Reading accounts and applications."""

from __future__ import annotations

from collections.abc import Mapping

from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount, NetworkApp
from vaandel.organizations.models import Organization


def accounts_of(enrolment: Enrolment) -> dict[str, ConnectedAccount]:
    """The connected accounts of one person, by channel; one query."""
    return {row.channel: row for row in ConnectedAccount.objects.filter(enrolment=enrolment)}


def typed_apps(organization: Organization) -> Mapping[str, NetworkApp]:
    """What the organisation typed in itself, by channel; one query."""
    rows = NetworkApp.across_tenants.filter(organization=organization)
    return {row.channel: row for row in rows}
