"""From the number of an entry to the entry. Hidden is 404."""

from __future__ import annotations

from django.http import Http404

from vaandel.archive.models import ArchiveEntry
from vaandel.organizations.models import Member


def entry_for(member: Member, number: int) -> ArchiveEntry:
    found = ArchiveEntry.objects.filter(organization=member.organization_id, number=number).first()
    if found is None:
        raise Http404("No such entry.")
    return found
