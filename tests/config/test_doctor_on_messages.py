"""The key of messages to browsers: `vaandel doctor` and `vaandel push-key`."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from vaandel.ambassadors.models import Enrolment
from vaandel.config.browser_messages import NAME, examine
from vaandel.config.health import Finding
from vaandel.delivery.models import PushKey, PushSubscription
from vaandel.delivery.push.keys import public_key

HTTPS = "https://vaandel.example"


def lose_the_secret_key() -> None:
    PushKey.objects.update(encrypted_private="encrypted with another secret key")


def test_there_is_no_key_yet(db: None) -> None:
    assert examine(HTTPS) == Finding(
        NAME, True, "the key is made when somebody looks at the page of messages"
    )


def test_there_is_a_key(db: None) -> None:
    public_key()
    made = PushKey.objects.get().made_at

    assert examine(HTTPS) == Finding(NAME, True, f"signed with the key of {made:%Y-%m-%d}")
    assert examine("http://127.0.0.1:8000").ok


def test_without_https_browsers_refuse(db: None) -> None:
    finding = examine("http://intranet.example")

    assert finding.ok
    assert finding.detail.startswith("off: browsers allow them on https only")


def test_a_key_that_cannot_be_read_says_what_to_do(db: None) -> None:
    public_key()
    lose_the_secret_key()

    finding = examine(HTTPS)

    assert not finding.ok
    assert "VAANDEL_OLD_SECRET_KEYS" in finding.advice
    assert "vaandel push-key --new" in finding.advice


def test_the_command_shows_the_key(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("push_key")

    assert capsys.readouterr().out.startswith(f"{public_key()} (made ")


def test_the_command_replaces_a_lost_key(
    bob_enrolment: Enrolment, capsys: pytest.CaptureFixture[str]
) -> None:
    before = public_key()
    lose_the_secret_key()
    with pytest.raises(CommandError, match="VAANDEL_OLD_SECRET_KEYS"):
        call_command("push_key")
    PushSubscription.objects.create(
        organization=bob_enrolment.organization, enrolment=bob_enrolment, digest="d"
    )

    call_command("push_key", "--new")

    assert "browsers forgotten: 1" in capsys.readouterr().out
    assert public_key() != before
    assert examine(HTTPS).ok
    assert not PushSubscription.objects.exists()
