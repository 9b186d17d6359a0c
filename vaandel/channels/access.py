"""From a member to their own account, and from an owner to a network of the organisation."""

from __future__ import annotations

from django.http import Http404

from vaandel.ambassadors.access import enrolment_or_none
from vaandel.ambassadors.models import Enrolment
from vaandel.channels import adapters
from vaandel.channels.adapter import Adapter
from vaandel.channels.models import ConnectedAccount
from vaandel.organizations.models import Member


def own_enrolment(member: Member) -> Enrolment:
    """Of somebody who takes part, also in a pause; 404 for everybody else."""
    enrolment = enrolment_or_none(member)
    if enrolment is None or enrolment.state == Enrolment.State.LEFT:
        raise Http404("Does not take part.")
    return enrolment


def own_account(member: Member, channel: str) -> ConnectedAccount:
    rows = ConnectedAccount.objects.select_related("enrolment")
    found = rows.filter(enrolment=own_enrolment(member), channel=channel).first()
    if found is None:
        raise Http404("Not connected.")
    return found


def network(channel: str) -> Adapter:
    adapter = adapters.ADAPTERS.get(channel)
    if adapter is None:
        raise Http404("No such network.")
    return adapter
