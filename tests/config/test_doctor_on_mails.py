"""The doctor tells when mails are held back, and when what is due does not go out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from vaandel.config import mails
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(settings: Any) -> Callable[..., None]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    def wait_for(minutes: int, **changes: Any) -> None:
        now = timezone.now()
        OutgoingMessage.objects.create(
            key=f"{minutes}{changes}",
            kind="hello",
            to_address="bob@acme.example",
            subject="Hello",
            next_try_at=now - timedelta(minutes=minutes),
            expires_at=now + timedelta(days=1),
            **changes,
        )

    return wait_for


def test_a_queue_that_moves_is_well(due: Callable[..., None]) -> None:
    due(14)

    found = mails.waiting()

    assert (found.ok, found.detail) == (True, "1 wait, 0 sent in the last 24 hours")


def test_what_is_due_for_long_is_stuck(due: Callable[..., None]) -> None:
    due(16)

    found = mails.waiting()

    assert not found.ok
    assert found.detail.startswith("stuck: 1 are due, the oldest since ")
    assert "vaandel mail status" in found.advice


def test_what_an_organisation_stopped_is_not_stuck(due: Callable[..., None]) -> None:
    due(16, tenant=1)
    hold(1, timezone.now())

    assert mails.waiting().ok


def test_a_pause_is_told(due: Callable[..., None]) -> None:
    due(16)
    hold(None, timezone.now())

    found = mails.waiting()

    assert not found.ok
    assert found.detail.startswith("paused since ")
    assert found.advice == "Run `vaandel mail resume`."


def test_without_a_server_they_only_wait(due: Callable[..., None], settings: Any) -> None:
    due(60)
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    assert mails.waiting().ok
