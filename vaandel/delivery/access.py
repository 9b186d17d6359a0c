"""From an id or a token to an ask."""

from __future__ import annotations

from django.http import Http404

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.tokens import approach_id_of, ask_id_of
from vaandel.organizations.models import Member

# All that the pages about an ask say of who was asked and who made the post.
WITH_PERSON = (
    "enrolment__member__user",
    "enrolment__member__organization",
    "enrolment__member__unit",
    "enrolment__programme",
    "post__created_by__user",
    "post__reviewed_by__user",
)


def ask_for(member: Member, ask_id: int) -> Ask:
    """The ask, if it was put to this member; otherwise it does not exist."""
    ask = (
        Ask.objects.select_related("post", *WITH_PERSON)
        .filter(pk=ask_id, enrolment__member=member)
        .first()
    )
    if ask is None:
        raise Http404("No such ask.")
    return ask


def ask_of_token(token: str) -> Ask:
    """The ask of a link in a mail, while the person works here; otherwise it does not exist.

    Raises ``TokenOver`` for a link that is too old.
    """
    ask_id = ask_id_of(token)
    if ask_id is None:
        raise Http404("No such ask.")
    ask = (
        Ask.across_tenants.select_related("post", "organization", *WITH_PERSON)
        .filter(pk=ask_id, enrolment__member__status=Member.Status.ACTIVE)
        .first()
    )
    if ask is None:
        raise Http404("No such ask.")
    return ask


def question_of_token(token: str) -> Approach:
    """The question of a link in a mail, while the person works here and takes part.

    Otherwise it does not exist. Raises ``TokenOver`` for a link that is too old.
    """
    approach_id = approach_id_of(token)
    if approach_id is None:
        raise Http404("No such question.")
    approach = (
        Approach.across_tenants.select_related(
            "organization", "enrolment__programme", "enrolment__member__user"
        )
        .filter(
            pk=approach_id,
            kind=Approach.Kind.QUESTION,
            enrolment__state__in=[Enrolment.State.JOINED, Enrolment.State.PAUSED],
            enrolment__member__status=Member.Status.ACTIVE,
        )
        .first()
    )
    if approach is None:
        raise Http404("No such question.")
    return approach
