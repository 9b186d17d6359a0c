"""Reading programmes and topics."""

from __future__ import annotations

from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import tenant_scope
from vaandel.programmes.models import Programme


def the_programme(organization: Organization) -> Programme:
    """The organisation's first programme, which is made together with it."""
    with tenant_scope(organization):
        return Programme.objects.filter(organization=organization).earliest("pk")
