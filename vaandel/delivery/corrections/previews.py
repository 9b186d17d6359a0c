"""The mail about a correction as an example."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from vaandel.delivery.corrections.mails import compose_correction
from vaandel.delivery.mails.previews import enrolment_of
from vaandel.delivery.models import Correction
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview
from vaandel.organizations.branding import look_of
from vaandel.organizations.open_hours import open_hours_at
from vaandel.shares.models import Share


def correction(example: Example) -> OutgoingMessage:
    reader, post = example.reader, example.post
    enrolment = enrolment_of(reader)
    with override(reader.user.language):
        text = gettext("The opening is on Thursday 3 December, not on Wednesday.")
    row = Correction(
        pk=0,
        organization=reader.organization,
        post=post,
        text=text,
        by=reader,
        by_name=reader.user.display_name,
        at=example.at,
    )
    return compose_correction(
        row,
        enrolment,
        shares=[Share(pk=0, post=post, channel="linkedin", opened_at=example.at)],
        hours=open_hours_at(reader.organization, reader.user.time_zone),
        look=look_of(reader.organization),
        at=example.at,
    )


PREVIEWS: Final = [
    Preview(
        name="correction",
        title=_("Correction"),
        when=_("To who shared a post, when you tell them what changed."),
        make=correction,
    ),
]
