"""Settings that are well formed, each, but do not go together."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - its name

from vaandel.config.environment import ENVIRONMENT
from vaandel.mailing import providers

LOCAL = {"127.0.0.1", "::1", "localhost"}


@register()
def names_are_known(**_: Any) -> list[CheckMessage]:
    return [
        Warning(f"Nobody reads {name}.", hint="Correct the name or unset it.", id="vaandel.W001")
        for name in ENVIRONMENT.unknown
    ]


@register()
def debugging_stays_at_home(**_: Any) -> list[CheckMessage]:
    if not ENVIRONMENT.debug or ENVIRONMENT.bind in LOCAL:
        return []
    return [
        Error(
            f"VAANDEL_DEBUG is on while VAANDEL_BIND is {ENVIRONMENT.bind}.",
            hint="Pages of errors show code and settings to everybody. Unset one of the two.",
            id="vaandel.E001",
        )
    ]


@register()
def mail_has_a_sender(**_: Any) -> list[CheckMessage]:
    way = "VAANDEL_MAIL_PROVIDER" if ENVIRONMENT.mail_provider else "VAANDEL_SMTP_URL"
    sends = ENVIRONMENT.mail_provider or ENVIRONMENT.smtp_url
    if not sends or "@localhost" not in ENVIRONMENT.mail_from:
        return []
    return [
        Warning(
            f"{way} is set, but VAANDEL_MAIL_FROM is not.",
            hint="Mail from localhost is refused almost everywhere. Set the sender.",
            id="vaandel.W002",
        )
    ]


@register()
def the_provider_has_its_settings(**_: Any) -> list[CheckMessage]:
    if not (missing := providers.problem()):
        return []
    return [
        Error(
            f"VAANDEL_MAIL_PROVIDER is {ENVIRONMENT.mail_provider}, but: {missing}",
            hint="Complete VAANDEL_MAIL_PROVIDER_SETTINGS: docs/operator/mail.md.",
            id="vaandel.E002",
        )
    ]


@register()
def somebody_hears_of_bounces(**_: Any) -> list[CheckMessage]:
    chosen = providers.provider()
    if chosen is None or chosen.events is None or ENVIRONMENT.mail_webhook_secret:
        return []
    return [
        Warning(
            "The mail provider cannot tell which mails do not arrive.",
            hint="Set VAANDEL_MAIL_WEBHOOK_SECRET and give the provider the address: "
            "docs/operator/mail.md.",
            id="vaandel.W003",
        )
    ]
