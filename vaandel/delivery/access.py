"""From an id or a token to an ask."""

from __future__ import annotations

from django.http import Http404

from vaandel.delivery.models import Ask
from vaandel.delivery.tokens import ask_id_of
from vaandel.organizations.models import Member


def ask_for(member: Member, ask_id: int) -> Ask:
    """The ask, if it was put to this member; otherwise it does not exist."""
    ask = (
        Ask.objects.select_related("post", "enrolment__member__user")
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
        Ask.across_tenants.select_related("post", "organization", "enrolment__member__user")
        .filter(pk=ask_id, enrolment__member__status=Member.Status.ACTIVE)
        .first()
    )
    if ask is None:
        raise Http404("No such ask.")
    return ask
