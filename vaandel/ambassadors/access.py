"""From a member to their own enrolment. Nobody reaches somebody else's."""

from __future__ import annotations

from django.http import Http404

from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member


def enrolment_or_none(member: Member) -> Enrolment | None:
    """The member's enrolment in whatever state, also after leaving; None when never joined."""
    return (
        Enrolment.objects.filter(member=member)
        .exclude(state=Enrolment.State.INVITED)
        .select_related(
            "programme",
            "organization",
            "member__user",
            "member__organization",
            "quiet_hours",
            "leave_calendar",
        )
        .order_by("pk")
        .first()
    )


def enrolment_for(member: Member) -> Enrolment:
    enrolment = enrolment_or_none(member)
    if enrolment is None:
        raise Http404("Not enrolled.")
    return enrolment
