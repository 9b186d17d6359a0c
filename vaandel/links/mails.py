"""The mail to owners whose short domain stopped working."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview
from vaandel.mailing.services import GOOD_FOR, compose_message
from vaandel.organizations.branding import mail_brand
from vaandel.organizations.models import Member
from vaandel.organizations.open_hours import windows_at


def compose_domain_mail(owner: Member, *, domain: str, at: datetime) -> OutgoingMessage:
    """To one owner; not saved."""
    organization, user = owner.organization, owner.user
    return compose_message(
        key=f"short-domain:{organization.pk}:{at:%Y%m%dT%H%M}:{owner.pk}",
        kind="short domain",
        template="links/mails/domain",
        context={
            "brand": mail_brand(organization),
            "place": organization.name,
            "first_name": user.first_name if user.name else "",
            "domain": domain,
            "usual": settings.LINK_URL,
            "settings_url": settings.PUBLIC_URL + reverse("links:domain", args=[organization.slug]),
        },
        to_address=user.email,
        to_name=user.name,
        language=user.language,
        time_zone=user.time_zone,
        tenant=organization.pk,
        person=user.pk,
        windows=windows_at(organization, user.time_zone, at=at, good_for=GOOD_FOR),
        at=at,
    )


def _example(example: Example) -> OutgoingMessage:
    return compose_domain_mail(example.reader, domain="go.example.com", at=example.at)


PREVIEWS: Final = [
    Preview(
        name="short-domain",
        title=_("Short domain out of order"),
        when=_("To owners, when your own short domain does not lead here any more."),
        make=_example,
        about_post=False,
    ),
]
