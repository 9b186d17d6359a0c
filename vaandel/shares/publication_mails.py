"""The mail that says that something planned needs its person. Never with the text itself in it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Enrolment
from vaandel.channels.registry import CHANNELS
from vaandel.channels.troubles import next_step, what_happened
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview
from vaandel.mailing.services import compose_message
from vaandel.organizations.branding import answers_go_to, mail_brand
from vaandel.shares.models import Publication

State = Publication.State


def compose_needs_you(publication: Publication, *, at: datetime) -> OutgoingMessage:
    """Not saved. ``publication`` comes with its post, organisation and person."""
    organization, enrolment = publication.organization, publication.enrolment
    if enrolment is None:
        raise ValueError("Nobody to tell.")
    user = enrolment.member.user
    network = str(CHANNELS[publication.channel].name)
    path = reverse("shares:publication", args=[organization.slug, publication.pk])
    with translation.override(user.language):
        happened = what_happened(publication.problem, network)
        step = next_step(publication.problem, network)
    return compose_message(
        key=f"publication:{publication.pk}:{publication.state}:{at:%Y%m%dT%H%M%S}",
        kind="publication",
        template="shares/mails/publication",
        context={
            "brand": mail_brand(organization),
            "place": organization.name,
            "first_name": user.first_name,
            "title": publication.post.title,
            "network": network,
            "is_unknown": publication.state == State.UNKNOWN,
            "is_asking": publication.state == State.ASKING,
            "happened": happened,
            "next_step": step,
            "url": f"{settings.PUBLIC_URL}{path}",
        },
        to_address=user.email,
        to_name=user.display_name,
        from_name=organization.name,
        reply_to=answers_go_to(organization),
        language=user.language,
        time_zone=user.time_zone,
        tenant=organization.pk,
        person=user.pk,
        at=at,
    )


def _example(example: Example) -> OutgoingMessage:
    reader = example.reader
    publication = Publication(
        pk=0,
        organization=reader.organization,
        enrolment=Enrolment(pk=0, member=reader),
        post=example.post,
        channel="linkedin",
        state=State.REJECTED,
        problem="dead_tokens",
    )
    return compose_needs_you(publication, at=example.at)


PREVIEWS: Final = [
    Preview(
        name="publication",
        title=_("Not posted, or not certain"),
        when=_("To who planned a text for their own account that could not be posted, or may be."),
        make=_example,
    ),
]
