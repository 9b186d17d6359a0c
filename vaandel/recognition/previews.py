"""The mails with thanks and with results as examples."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from vaandel.delivery.mails.previews import enrolment_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview
from vaandel.organizations.branding import look_of
from vaandel.organizations.open_hours import open_hours_at
from vaandel.recognition.mails import compose_thanks
from vaandel.recognition.models import Result, Thanks
from vaandel.recognition.result_mails import compose_result
from vaandel.shares.models import Share

DAYS: Final = 3
CLICKS: Final = 14


def share_of(example: Example) -> Share:
    return Share(
        pk=0,
        post=example.post,
        channel="linkedin",
        opened_at=example.at - timedelta(days=DAYS),
    )


def result(example: Example) -> OutgoingMessage:
    reader = example.reader
    row = Result(
        pk=0,
        organization=reader.organization,
        share=share_of(example),
        enrolment=enrolment_of(reader),
        days=DAYS,
        clicks=CLICKS,
    )
    hours = open_hours_at(reader.organization, reader.user.time_zone)
    return compose_result([row], look=look_of(reader.organization), hours=hours, at=example.at)


def thanks(example: Example) -> OutgoingMessage:
    reader = example.reader
    with override(reader.user.language):
        text = gettext("You wrote what it was like for you. That is what people tell me about.")
    row = Thanks(
        pk=0,
        organization=reader.organization,
        by=reader,
        by_name=reader.user.display_name,
        by_function=reader.job_title,
        to=enrolment_of(reader),
        post=example.post,
        share=share_of(example),
        text=text,
        clicks=CLICKS,
    )
    hours = open_hours_at(reader.organization, reader.user.time_zone)
    return compose_thanks(row, look=look_of(reader.organization), hours=hours, at=example.at)


PREVIEWS: Final = [
    Preview(
        name="result",
        title=_("What your share brought"),
        when=_("To who asked for it, three and fourteen days after sharing, if it was clicked."),
        make=result,
    ),
    Preview(
        name="thanks",
        title=_("Thank-you"),
        when=_("To who is thanked, in the name of who says it."),
        make=thanks,
    ),
]
