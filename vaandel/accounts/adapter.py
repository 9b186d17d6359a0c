"""How django-allauth behaves here: closed doors, our mails, our words."""

from __future__ import annotations

import io
import secrets
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaandel.accounts.mails import CODE_GOOD_FOR, account_context
from vaandel.accounts.models import User
from vaandel.lib.crypto import vault
from vaandel.mailing.services import queue_message

# What allauth calls its mails, and what ours are called.
MAILS: Mapping[str, str] = {
    "account/email/login_code": "accounts/mails/sign_in_code",
    "account/email/unknown_account": "accounts/mails/unknown_address",
    "account/email/account_already_exists": "accounts/mails/unknown_address",
}
NOTICES: Mapping[str, str | Promise] = {
    "account/email/password_changed": _("Your password was changed."),
    "account/email/password_set": _("A password was set. You can sign in with it from now on."),
    "accounts/password_removed": _("Your password was removed. You sign in with a code by mail."),
    "mfa/email/totp_activated": _("An authenticator app was added."),
    "mfa/email/totp_deactivated": _("The authenticator app was removed."),
    "mfa/email/webauthn_added": _("A passkey was added."),
    "mfa/email/webauthn_removed": _("A passkey was removed."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made."),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This code is not right. Compare it with the newest mail."),
        "incorrect_password": _("This password is not right."),
        "email_password_mismatch": _(
            "Mail address and password do not belong together. You can also let us mail a code."
        ),
        "too_many_login_attempts": _(
            "That was too often in a short time. Ask for a new code in a few minutes."
        ),
        "rate_limited": _("That was a lot at once. Wait a minute and try again."),
        "account_inactive": _("This account has been closed."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # allauth's name
        """Nobody makes an account by themselves here; see sign-up by mail domain."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("accounts:security")

    def generate_login_code(self) -> str:
        """Six digits: typed from a phone's notification without looking twice."""
        return f"{secrets.randbelow(1_000_000):06d}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue our own mail instead of rendering allauth's, in the reader's language."""
        user = User.objects.filter(email=email.lower()).first()
        notice = NOTICES.get(template_prefix)
        queue_message(
            key=f"account:{uuid.uuid4()}",
            kind="account",
            essential=True,
            template="accounts/mails/notice" if notice else MAILS[template_prefix],
            context=account_context(user, code=context.get("code", ""), notice=notice or ""),
            to_address=email,
            to_name=user.name if user else "",
            language=user.language if user else get_language() or settings.LANGUAGE_CODE,
            time_zone=user.time_zone if user else "",
            person=user.pk if user else None,
            good_for=CODE_GOOD_FOR if "code" in context else timedelta(days=3),
            at=timezone.now(),
        )


SECOND_FACTOR = "vaandel.accounts.second_factor"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Wait for the next one and try again."),
    }

    def get_totp_issuer(self) -> str:
        return "Vaandel"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "Vaandel"}

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return str(getattr(user, "email", ""))

    def build_totp_svg(self, url: str) -> str:
        """A QR code as SVG that a strict content policy lets through."""
        out = io.BytesIO()
        segno.make(url, error="m").save(
            out, kind="svg", xmldecl=False, svgns=True, border=4, light="#ffffff",
            svgclass="qr-code", lineclass=None, omitsize=True,
        )  # fmt: skip
        return out.getvalue().decode()

    def encrypt(self, text: str) -> str:
        return vault(SECOND_FACTOR).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return vault(SECOND_FACTOR).decrypt(encrypted_text.encode()).decode()
