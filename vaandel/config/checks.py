"""Settings that are well formed, each, but do not go together."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - its name

from vaandel.config.environment import ENVIRONMENT

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
    if not ENVIRONMENT.smtp_url or "@localhost" not in ENVIRONMENT.mail_from:
        return []
    return [
        Warning(
            "VAANDEL_SMTP_URL is set, but VAANDEL_MAIL_FROM is not.",
            hint="Mail from localhost is refused almost everywhere. Set the sender.",
            id="vaandel.W002",
        )
    ]
