"""The invitation by mail."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from vaandel.mailing.services import queue_message
from vaandel.organizations.models import Invitation
from vaandel.organizations.tokens import join_token


def join_url(invitation: Invitation) -> str:
    return f"{settings.PUBLIC_URL}{reverse('ambassadors:join', args=[join_token(invitation)])}"


def queue_invitation(*, invitation: Invitation, at: datetime) -> None:
    """Queue the mail of an invitation; once, however often it is called."""
    member = invitation.member
    user = member.user
    inviter = invitation.invited_by
    queue_message(
        key=f"invitation:{invitation.pk}",
        kind="invitation",
        template="organizations/mails/invitation",
        context={
            "place": member.organization.name,
            "organization": member.organization.name,
            "expectation": member.organization.expectation,
            "first_name": user.first_name if user.name else "",
            "inviter": inviter.user.display_name if inviter else "",
            "from_colleague": invitation.from_colleague,
            "note": invitation.personal_note,
            "join_url": join_url(invitation),
        },
        to_address=user.email,
        to_name=user.name,
        language=user.language,
        time_zone=user.time_zone,
        tenant=member.organization_id,
        person=user.pk,
        from_name=inviter.user.display_name if inviter and invitation.from_colleague else "",
        at=at,
    )
