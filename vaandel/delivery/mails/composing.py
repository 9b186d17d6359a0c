"""The mails about approaches. To whom and when is decided in ``planning``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils import timezone, translation

from vaandel.ambassadors.tokens import one_click_url
from vaandel.delivery.mails.words import words_of
from vaandel.delivery.models import Approach
from vaandel.delivery.planning.approached import Approached
from vaandel.lib.open_hours import zone_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import compose_message
from vaandel.organizations.branding import Look, look_of

# The name of the templates, of the kind in figures, and of the list in the header.
KINDS: Final = {
    Approach.Kind.PROPOSAL: "proposal",
    Approach.Kind.DIGEST: "digest",
    Approach.Kind.URGENT: "urgent",
    Approach.Kind.QUESTION: "question",
}
LIST: Final = "proposals"


def compose_approach(approached: Approached) -> OutgoingMessage:
    """The mail about one approach, not saved. Use ``compose_approaches`` for several."""
    return compose_approaches([approached])[0]


def compose_approaches(batch: Sequence[Approached]) -> list[OutgoingMessage]:
    """The mails about these approaches, not saved. At most one query per organisation."""
    looks: dict[int, Look] = {}
    messages = []
    for approached in batch:
        organization = approached.enrolment.organization
        look = looks.get(organization.pk) or look_of(organization)
        looks[organization.pk] = look
        messages.append(_composed(approached, look))
    return messages


def _composed(approached: Approached, look: Look) -> OutgoingMessage:
    enrolment = approached.enrolment
    user = enrolment.member.user
    kind = KINDS[Approach.Kind(approached.approach.kind)]
    with translation.override(user.language), timezone.override(zone_of(user.time_zone)):
        words = words_of(approached, brand=look.brand)
    return compose_message(
        key=f"approach:{approached.approach.pk}",
        kind=kind,
        template=f"delivery/mails/{kind}",
        context=words,
        lazy=True,
        to_address=user.email,
        to_name=user.name,
        from_name=enrolment.organization.name,
        reply_to=look.reply_to,
        list_id=f"{LIST}.{enrolment.organization.slug}",
        language=user.language,
        time_zone=user.time_zone,
        unsubscribe_url=one_click_url(enrolment),
        tenant=enrolment.organization_id,
        person=user.pk,
        windows=approached.windows,
        good_for=approached.good_for,
        at=approached.at,
    )
