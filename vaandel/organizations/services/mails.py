"""The invitation by mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview
from vaandel.mailing.services import compose_message, queue_composed
from vaandel.organizations.branding import answers_go_to, mail_brand
from vaandel.organizations.models import Invitation
from vaandel.organizations.open_hours import windows_at
from vaandel.organizations.tokens import join_token

# Longer than any row of holidays.
GOOD_FOR: Final = timedelta(days=14)


def join_url(invitation: Invitation) -> str:
    return f"{settings.PUBLIC_URL}{reverse('ambassadors:join', args=[join_token(invitation)])}"


def queue_invitation(*, invitation: Invitation, at: datetime) -> None:
    """Queue the mail of an invitation; once, however often it is called."""
    queue_composed([compose_invitation(invitation, url=join_url(invitation), at=at)])


def compose_invitation(invitation: Invitation, *, url: str, at: datetime) -> OutgoingMessage:
    """It leaves in working hours, and an answer goes to who invites. Not saved."""
    member = invitation.member
    organization = member.organization
    user = member.user
    inviter = invitation.invited_by
    return compose_message(
        key=f"invitation:{invitation.pk}",
        kind="invitation",
        template="organizations/mails/invitation",
        context={
            "place": organization.name,
            "brand": mail_brand(organization),
            "organization": organization.name,
            "expectation": organization.expectation,
            "first_name": user.first_name if user.name else "",
            "inviter": inviter.user.display_name if inviter else "",
            "from_colleague": invitation.from_colleague,
            "note": invitation.personal_note,
            "join_url": url,
        },
        to_address=user.email,
        to_name=user.name,
        language=user.language,
        time_zone=user.time_zone,
        tenant=organization.pk,
        person=user.pk,
        reply_to=inviter.user.email if inviter else answers_go_to(organization),
        windows=windows_at(organization, user.time_zone, at=at, good_for=GOOD_FOR),
        good_for=GOOD_FOR,
        from_name=inviter.user.display_name if inviter and invitation.from_colleague else "",
        at=at,
    )


def _example(example: Example) -> OutgoingMessage:
    reader = example.reader
    invitation = Invitation(
        pk=0, organization=reader.organization, member=reader, invited_by=reader
    )
    return compose_invitation(invitation, url=join_url(invitation), at=example.at)


PREVIEWS: Final = [
    Preview(
        name="invitation",
        title=_("Invitation"),
        when=_("To who is invited to take part, in working hours."),
        make=_example,
        about_post=False,
    ),
]
