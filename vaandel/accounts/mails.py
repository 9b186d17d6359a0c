"""What the mails about signing in say, and examples of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview
from vaandel.mailing.services import compose_message

CODE_GOOD_FOR: Final = timedelta(minutes=15)


def account_context(user: User | None, *, code: str, notice: object) -> dict[str, object]:
    return {
        "code": code,
        "notice": notice,
        "first_name": user.first_name if user and user.name else "",
        "security_url": f"{settings.PUBLIC_URL}{reverse('accounts:security')}",
        "sign_in_url": f"{settings.PUBLIC_URL}{reverse('account_login')}",
    }


def _code(example: Example) -> OutgoingMessage:
    return _example(example, "accounts/mails/sign_in_code", code="482915")


def _notice(example: Example) -> OutgoingMessage:
    return _example(example, "accounts/mails/notice", notice=_("A passkey was added."))


def _example(
    example: Example, template: str, *, code: str = "", notice: object = ""
) -> OutgoingMessage:
    user = example.reader.user
    return compose_message(
        key="account:example",
        kind="account",
        essential=True,
        template=template,
        context=account_context(user, code=code, notice=notice),
        to_address=user.email,
        to_name=user.name,
        language=user.language,
        time_zone=user.time_zone,
        good_for=CODE_GOOD_FOR,
        at=example.at,
    )


def _again(example: Example) -> OutgoingMessage:
    return _example(example, "accounts/mails/mail_again")


PREVIEWS: Final = [
    Preview(
        name="sign-in-code",
        title=_("Code to sign in"),
        when=_("To who asks for one on the sign-in page. It comes at any hour."),
        make=_code,
        about_post=False,
    ),
    Preview(
        name="security",
        title=_("Security notice"),
        when=_("To who changed how they sign in."),
        make=_notice,
        about_post=False,
    ),
    Preview(
        name="mail-again",
        title=_("Mails arrive again"),
        when=_("To who asks us to try an address again to which mails did not arrive."),
        make=_again,
        about_post=False,
    ),
]
