"""From an id or a token to browsers. Nobody reaches somebody else's."""

from __future__ import annotations

from django.http import Http404

from vaandel.ambassadors.access import enrolment_for
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import PushSubscription
from vaandel.organizations.models import Member


def part_of(member: Member) -> Enrolment:
    """The enrolment of somebody who takes part, also during a pause; else 404."""
    enrolment = enrolment_for(member)
    if enrolment.state == Enrolment.State.LEFT:
        raise Http404("Does not take part.")
    return enrolment


def browser_for(member: Member, pk: int) -> PushSubscription:
    browsers = PushSubscription.objects.filter(enrolment__member=member)
    browser = browsers.filter(pk=pk).first()
    if browser is None:
        raise Http404("No such browser.")
    return browser
