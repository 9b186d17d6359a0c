"""The account, the ways to sign in, and mails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.rendering import content_of
from vaandel.privacy.sections.base import Column, Row, Section, words_of


def account(user: User) -> Iterator[Row]:
    yield {
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "time_zone": user.time_zone,
        "photo": user.photo.name or "",
        "created_at": user.created_at,
        "last_login": user.last_login,
        "has_password": user.has_usable_password(),
    }


def addresses(user: User) -> Iterator[Row]:
    for row in EmailAddress.objects.filter(user=user).order_by("pk"):
        yield {"email": row.email, "verified": row.verified}


def sign_in(user: User) -> Iterator[Row]:
    """What kind and since when; never the secret itself."""
    for row in Authenticator.objects.filter(user=user).order_by("pk"):
        yield {"kind": row.type, "created_at": row.created_at, "last_used_at": row.last_used_at}


def sessions(user: User) -> Iterator[Row]:
    for row in UserSession.objects.filter(user=user).order_by("pk"):
        yield {
            "created_at": row.created_at,
            "last_seen_at": row.last_seen_at,
            "ip": str(row.ip),
            "browser": row.user_agent,
        }


def mails(user: User) -> Iterator[Row]:
    for row in OutgoingMessage.objects.filter(person=user.pk).order_by("pk").iterator():
        yield {
            "kind": row.kind,
            "subject": row.subject,
            "text": content_of(row).text,
            "created_at": row.created_at,
            "sent_at": row.sent_at,
        }


ACCOUNT: Final = (
    Section(
        key="account",
        title=_("Your account"),
        covers=("accounts.User",),
        columns=(
            Column("email", _("Mail address")),
            Column("name", _("Name")),
            Column("language", _("Language"), words_of(settings.LANGUAGES)),
            Column("time_zone", _("Time zone")),
            Column("photo", _("Photo")),
            Column("created_at", _("Made on")),
            Column("last_login", _("Last signed in")),
            Column("has_password", _("Has a password")),
        ),
        rows=account,
    ),
    Section(
        key="addresses",
        title=_("Mail addresses to sign in with"),
        covers=("account.EmailAddress.user",),
        columns=(Column("email", _("Mail address")), Column("verified", _("Confirmed"))),
        rows=addresses,
    ),
    Section(
        key="sign_in",
        title=_("Second steps and passkeys"),
        covers=("mfa.Authenticator.user",),
        columns=(
            Column(
                "kind",
                _("Kind"),
                {
                    "totp": _("App with codes"),
                    "webauthn": _("Passkey"),
                    "recovery_codes": _("Recovery codes"),
                },
            ),
            Column("created_at", _("Made on")),
            Column("last_used_at", _("Last used")),
        ),
        rows=sign_in,
    ),
    Section(
        key="sessions",
        title=_("Devices that are signed in"),
        covers=("usersessions.UserSession.user",),
        columns=(
            Column("created_at", _("Since")),
            Column("last_seen_at", _("Last seen")),
            Column("ip", _("Internet address")),
            Column("browser", _("Browser")),
        ),
        rows=sessions,
    ),
    Section(
        key="mails",
        title=_("Mails to you"),
        covers=("mailing.OutgoingMessage.person",),
        columns=(
            Column("kind", _("Kind")),
            Column("subject", _("Subject")),
            Column("text", _("Text")),
            Column("created_at", _("Made on")),
            Column("sent_at", _("Sent on")),
        ),
        rows=mails,
    ),
)
