"""`vaandel mail status`, `pause`, `resume` and `retry`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.mailing.conftest import Server
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.queue import TOO_LATE
from vaandel.mailing.services import hold, is_held, send_due_messages
from vaandel.mailing.status import kind_of, kinds_of_reasons, status

Queue = Callable[..., OutgoingMessage]
State = OutgoingMessage.State


def said(command: str, *words: str) -> str:
    out = StringIO()
    call_command(command, *words, stdout=out)
    return out.getvalue()


def test_the_status_counts_what_waits_went_and_failed(server: Server, queue: Queue) -> None:
    queue("sent@acme.example")
    queue("gone@acme.example")
    server.answers["gone@acme.example"] = ["550 5.1.1 no such user"]
    send_due_messages()
    now = timezone.now()
    queue("due@acme.example", at=now - timedelta(hours=1))
    queue("later@acme.example", windows=[[(now + timedelta(hours=1)).isoformat(), _late(now)]])

    found = json.loads(said("mail_status", "--json"))

    assert {name: found[name] for name in ("due", "later", "sending", "sent", "failed")} == {
        "due": 1,
        "later": 1,
        "sending": 0,
        "sent": 1,
        "failed": 1,
    }
    assert found["due_since"] == (now - timedelta(hours=1)).isoformat()
    assert found["reasons"] == {"550 5.1.1 no such user": 1}
    text = said("mail_status")
    assert "due                    1\n" in text
    assert "       1  550 5.1.1 no such user\n" in text
    assert "paused" not in text


def _late(now: datetime) -> str:
    return (now + timedelta(hours=2)).isoformat()


def test_a_pause_holds_everything_back_and_is_told(server: Server, queue: Queue) -> None:
    queue(at=timezone.now() - timedelta(hours=1))

    assert said("mail_pause").startswith("Mails are held back now.")
    assert said("mail_pause") == "They were held back already.\n"
    assert send_due_messages() == 0
    text = said("mail_status")
    assert "oldest that is due     none\n" in text
    assert "`vaandel mail resume`" in text

    assert said("mail_resume") == "Mails go out again.\n"
    assert said("mail_resume") == "They were not held back.\n"
    assert not is_held(None)
    assert send_due_messages() == 1


def test_stopped_organisations_are_counted(queue: Queue) -> None:
    queue(tenant=3)
    hold(3, timezone.now())

    assert "stopped organisations  1\n" in said("mail_status")
    assert status(at=timezone.now(), tenant=3).due_since is None
    assert status(at=timezone.now(), tenant=4).due == 0


@pytest.mark.parametrize(
    ("words", "back"),
    [((), ["a", "b"]), (("--reason", "quota"), ["b"]), (("--late",), ["a", "b", "late"])],
)
def test_what_failed_is_sent_again(
    server: Server, queue: Queue, words: tuple[str, ...], back: list[str]
) -> None:
    now = timezone.now()
    for name, error in (("a", "550 5.1.1 unknown"), ("b", "552 5.2.2 over quota")):
        failed(queue(f"{name}@acme.example"), error)
    failed(queue("late@acme.example", at=now - timedelta(days=4)), TOO_LATE)
    failed(queue("forgotten@acme.example"), "550", subject="", text="", html="")

    assert said("mail_retry", *words) == f"{len(back)} mails wait to be sent again.\n"

    send_due_messages()
    assert sorted(server.recipients) == [f"{name}@acme.example" for name in back]


def failed(message: OutgoingMessage, error: str, **changes: Any) -> None:
    OutgoingMessage.objects.filter(pk=message.pk).update(
        state=State.FAILED, attempts=30, last_error=error, **changes
    )


def test_reasons_are_told_in_plain_words(queue: Queue) -> None:
    for number, error in enumerate(["550 5.1.1 x", "550 5.1.10 y", "552 5.2.2 full", TOO_LATE]):
        failed(queue(f"p{number}@acme.example"), error)

    found = [(str(why), count) for why, count in kinds_of_reasons(at=timezone.now())]

    assert found[0] == ("There is no such address.", 2)
    assert sorted(found[1:]) == [
        ("It could not be sent while it was still of use.", 1),
        ("The mailbox is full or closed.", 1),
    ]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("550 mailbox unavailable", "There is no such address."),
        ("554 5.7.1 policy", "The other mail server does not want our mail."),
        ("554 5.6.0 no", "Another reason."),
        ("TypeError: x", "Another reason."),
        (
            "There was no open hour in which it could go out.",
            "There was no hour in which it could go out.",
        ),
    ],
)
def test_each_answer_has_words(error: str, words: str) -> None:
    assert str(kind_of(error)) == words


def test_old_failures_are_not_counted(queue: Queue) -> None:
    failed(queue(at=datetime(2026, 1, 1, tzinfo=UTC)), "550")

    assert status(at=timezone.now()).failed == 0
