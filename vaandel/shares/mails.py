"""The mail that reminds somebody of what they wanted to share."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Enrolment
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview
from vaandel.mailing.services import compose_message
from vaandel.organizations.branding import answers_go_to, mail_brand
from vaandel.shares.models import Reminder


def compose_reminder(reminder: Reminder, *, url: str, at: datetime) -> OutgoingMessage:
    """Not saved. ``url`` is the whole address of the person's own share page."""
    organization = reminder.organization
    user = reminder.enrolment.member.user
    return compose_message(
        key=f"share-reminder:{reminder.pk}:{reminder.at:%Y%m%dT%H%M}",
        kind="share-reminder",
        template="shares/mails/reminder",
        context={
            "brand": mail_brand(organization),
            "place": organization.name,
            "first_name": user.first_name,
            "title": reminder.post.title,
            "url": url,
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
    enrolment = Enrolment(pk=0, member=reader)
    reminder = Reminder(
        pk=0,
        organization=reader.organization,
        enrolment=enrolment,
        post=example.post,
        at=example.at,
    )
    return compose_reminder(reminder, url=example.share_url, at=example.at)


PREVIEWS: Final = [
    Preview(
        name="reminder",
        title=_("Reminder"),
        when=_("To who chose “rather later” on the share page, at that moment."),
        make=_example,
    ),
]
