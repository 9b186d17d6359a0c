"""Reading programmes and topics."""

from __future__ import annotations

from vaandel.organizations.models import Member, Organization
from vaandel.organizations.tenancy import tenant_scope
from vaandel.programmes.models import Programme, Topic


def the_programme(organization: Organization) -> Programme:
    """The organisation's first programme, which is made together with it."""
    with tenant_scope(organization):
        return Programme.objects.filter(organization=organization).earliest("pk")


def topics_in_order(programme: Programme) -> list[Topic]:
    """The topics that are offered, in the order the owner gave them."""
    return list(
        Topic.objects.filter(programme=programme, archived_at=None).order_by("position", "pk")
    )


def archived_topics(programme: Programme) -> list[Topic]:
    return list(
        Topic.objects.filter(programme=programme, archived_at__isnull=False).order_by("name")
    )


def possible_owners(organization: Organization) -> list[Member]:
    return list(
        Member.objects.filter(organization=organization, is_owner=True, status=Member.Status.ACTIVE)
        .select_related("user")
        .order_by("user__name", "pk")
    )
