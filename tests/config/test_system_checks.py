"""Settings that do not go together are told before anything starts."""

from __future__ import annotations

from collections.abc import Callable

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
    ],
)
def test_what_does_not_is_told_with_a_hint(
    told: Callable[..., list[CheckMessage]], variables: dict[str, str], number: str
) -> None:
    messages = told(**variables)

    assert [message.id for message in messages] == [number]
    assert messages[0].hint
