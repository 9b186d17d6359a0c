"""The only way from an id in an address to a row of this room. Hidden is 404."""

from __future__ import annotations

from django.http import Http404

from vaandel.organizations.models import Member
from vaandel.programmes.models import Topic


def topic_for(member: Member, topic_id: int) -> Topic:
    found = Topic.objects.filter(organization=member.organization_id, pk=topic_id).first()
    if found is None:
        raise Http404("No such topic.")
    return found
