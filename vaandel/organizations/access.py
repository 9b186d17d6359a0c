"""The only way from an id in an address to a row of this room. Hidden is 404."""

from __future__ import annotations

from django.http import Http404

from vaandel.organizations.models import Member, MemberImport, Unit


def member_for(member: Member, member_id: int) -> Member:
    """An active colleague; whoever left is no longer shown."""
    found = (
        Member.objects.select_related("user", "unit", "organization")
        .filter(organization=member.organization_id, pk=member_id, status=Member.Status.ACTIVE)
        .first()
    )
    if found is None:
        raise Http404("No such member.")
    return found


def unit_for(member: Member, unit_id: int) -> Unit:
    found = Unit.objects.filter(organization=member.organization_id, pk=unit_id).first()
    if found is None:
        raise Http404("No such unit.")
    return found


def import_for(member: Member, import_id: int) -> MemberImport:
    """A list that this member uploaded, or any list for an owner."""
    found = MemberImport.objects.filter(organization=member.organization_id, pk=import_id).first()
    if found is None:
        raise Http404("No such list.")
    if not member.is_owner and found.uploaded_by_id != member.pk:
        raise Http404("No such list.")
    return found
