"""Settings that do not go together are told before anything starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks

from vaandel.config import checks
from vaandel.config.environment import read


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[CheckMessage]]:
    def told_about(**variables: str) -> list[CheckMessage]:
        monkeypatch.setattr(checks, "ENVIRONMENT", read(variables))
        return [message for message in run_checks() if str(message.id).startswith("vaandel.")]

    return told_about


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"VAANDEL_DEBUG": "1"},
        {"VAANDEL_BIND": "0.0.0.0"},
        {"VAANDEL_SMTP_URL": "smtp://h", "VAANDEL_MAIL_FROM": "a@b.example"},
    ],
)
def test_what_goes_together_is_fine(
    told: Callable[..., list[CheckMessage]], variables: dict[str, str]
) -> None:
    assert told(**variables) == []


@pytest.mark.parametrize(
    ("variables", "number"),
    [
        ({"VAANDEL_PROT": "1"}, "vaandel.W001"),
        ({"VAANDEL_DEBUG": "1", "VAANDEL_BIND": "0.0.0.0"}, "vaandel.E001"),
        ({"VAANDEL_SMTP_URL": "smtp://mail.example"}, "vaandel.W002"),
        ({"VAANDEL_MAIL_PROVIDER": "brevo"}, "vaandel.W002"),
    ],
)
def test_what_does_not_is_told_with_a_hint(
    told: Callable[..., list[CheckMessage]], variables: dict[str, str], number: str
) -> None:
    messages = told(**variables)

    assert [message.id for message in messages] == [number]
    assert messages[0].hint


@pytest.mark.parametrize(
    ("given", "secret", "number"),
    [
        ({}, "", "vaandel.E002"),
        ({"POSTMARK_SERVER_TOKEN": "token"}, "", "vaandel.W003"),
        ({"POSTMARK_SERVER_TOKEN": "token"}, "reporter:a-long-enough-password", ""),
    ],
)
def test_a_provider_needs_its_key_and_a_way_to_report(
    told: Callable[..., list[CheckMessage]],
    settings: Any,
    given: dict[str, str],
    secret: str,
    number: str,
) -> None:
    settings.MAIL_PROVIDER = "postmark"
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.MAIL_WEBHOOK_SECRET = secret
    settings.ANYMAIL = {**given, "WEBHOOK_SECRET": secret or []}
    variables = {"VAANDEL_MAIL_PROVIDER": "postmark", "VAANDEL_MAIL_FROM": "a@b.example"}
    if secret:
        variables["VAANDEL_MAIL_WEBHOOK_SECRET"] = secret

    messages = told(**variables)

    assert number in [message.id for message in messages] or (not number and not messages)
    assert all(message.hint and "docs/operator/mail.md" in message.hint for message in messages)
