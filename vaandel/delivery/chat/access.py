"""The only way from an id in an address to a connection. Hidden is 404."""

from __future__ import annotations

from django.http import Http404

from vaandel.ambassadors.access import enrolment_for
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import ChatConnection
from vaandel.organizations.models import Member


def channel_for(member: Member, connection_id: int) -> ChatConnection:
    """A channel of the organisation; never somebody's own chat."""
    found = ChatConnection.objects.filter(
        organization=member.organization_id, enrolment=None, pk=connection_id
    ).first()
    if found is None:
        raise Http404("No such channel.")
    return found


def taking_part(member: Member) -> Enrolment:
    """The member's enrolment, for whoever takes part now or paused; otherwise 404."""
    enrolment = enrolment_for(member)
    if enrolment.state == Enrolment.State.LEFT:
        raise Http404("Not taking part.")
    return enrolment


def own_chat_for(member: Member, network: str) -> ChatConnection:
    found = ChatConnection.objects.filter(enrolment=taking_part(member), network=network).first()
    if found is None:
        raise Http404("Not connected.")
    return found
