"""Sending to a real server: what is delivered, tried again, or given up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.mailing.conftest import Server
from vaandel.mailing.breaker import BREAKER
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.queue import LEASE, pause, start
from vaandel.mailing.sending import claim_messages
from vaandel.mailing.services import send_due_messages

Queue = Callable[..., OutgoingMessage]
State = OutgoingMessage.State


def make_due(message: OutgoingMessage) -> None:
    OutgoingMessage.objects.filter(pk=message.pk).update(next_try_at=timezone.now())


def minutes_until_next_try(message: OutgoingMessage) -> float:
    message.refresh_from_db()
    return (message.next_try_at - timezone.now()).total_seconds() / 60


def test_a_mail_arrives_with_its_headers(server: Server, queue: Queue) -> None:
    message = queue(
        to_name="Bob Ångström",
        from_name="Acme, warmly",
        reply_to="alice@acme.example",
        language="nl",
        unsubscribe_url="https://vaandel.example/m/t/",
    )

    assert send_due_messages() == 1

    message.refresh_from_db()
    assert (message.state, message.attempts, message.leased_until) == (State.SENT, 1, None)
    assert message.sent_at is not None
    (mail,) = server.received
    assert mail["To"] == "Bob Ångström <bob@acme.example>"
    assert mail["From"] == '"Acme, warmly" <vaandel@acme.example>'
    assert mail["Reply-To"] == "alice@acme.example"
    assert mail["Subject"] == "Hello Bob"
    assert mail["Content-Language"] == "nl"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<https://vaandel.example/m/t/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain = mail.get_body(["plain"])
    html = mail.get_body(["html"])
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == message.text
    assert "<h1>Dear Bob</h1>" in html.get_content()


def test_many_go_over_one_connection(server: Server, queue: Queue) -> None:
    for number in range(45):
        queue(f"p{number}@acme.example")

    assert send_due_messages() == 45

    assert server.connections == 1
    assert server.recipients == [f"p{number}@acme.example" for number in range(45)]


def test_a_connection_is_renewed_before_the_server_ends_it(server: Server, queue: Queue) -> None:
    for number in range(95):
        queue(f"p{number}@acme.example")

    assert send_due_messages() == 95

    assert (server.connections, len(server.received)) == (2, 95)


def test_no_for_now_is_tried_again_later_with_the_same_id(server: Server, queue: Queue) -> None:
    message = queue()
    server.answers["bob@acme.example"] = ["450 4.2.0 <bob@acme.example> greylisted"]

    assert send_due_messages() == 0

    assert 0.7 < minutes_until_next_try(message) < 1.3
    assert (message.state, message.attempts) == (State.QUEUED, 1)
    assert message.last_error == "450 4.2.0 <…> greylisted"
    assert send_due_messages() == 0
    make_due(message)
    assert send_due_messages() == 1
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == (State.SENT, 2, "")
    assert len(server.received) == 1


def test_a_rejected_recipient_is_given_up_and_not_logged(
    server: Server, queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    message = queue("gone@acme.example")
    other = queue("bob@acme.example")
    server.answers["gone@acme.example"] = ["550 5.1.1 gone@acme.example: no such user"]

    with caplog.at_level(logging.DEBUG, logger="vaandel"):
        assert send_due_messages() == 2

    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.state, message.last_error) == (State.FAILED, "550 5.1.1 …: no such user")
    assert other.state == State.SENT
    assert caplog.records
    assert not [r for r in caplog.records if "acme.example" in str(r.__dict__)]


def test_a_dropped_connection_holds_up_only_its_own_message(server: Server, queue: Queue) -> None:
    _, second, _ = (queue(f"p{number}@acme.example") for number in range(3))
    server.hang_up_on = {"p1@acme.example"}

    assert send_due_messages() == 2

    second.refresh_from_db()
    assert (second.state, second.attempts) == (State.QUEUED, 1)
    assert server.recipients == ["p0@acme.example", "p2@acme.example"]
    make_due(second)
    assert send_due_messages() == 1
    assert server.recipients == ["p0@acme.example", "p2@acme.example", "p1@acme.example"]


def test_without_the_server_everything_waits_and_no_attempt_is_counted(
    server: Server, queue: Queue, settings: Any
) -> None:
    message = queue()
    settings.EMAIL_PORT = 1

    assert send_due_messages() == 0

    message.refresh_from_db()
    assert (message.state, message.attempts, message.leased_until) == (State.QUEUED, 0, None)
    assert minutes_until_next_try(message) < 0
    settings.EMAIL_PORT = server.port
    # The server is left alone for some seconds before it is asked again.
    assert send_due_messages() == 0
    BREAKER.reset()
    assert send_due_messages() == 1


def test_a_refused_sender_is_our_fault_so_nothing_is_given_up(server: Server, queue: Queue) -> None:
    message = queue()
    server.refuses_sender = True

    assert send_due_messages() == 0

    message.refresh_from_db()
    assert message.state == State.QUEUED
    assert message.attempts == 0
    assert message.last_error == "553 5.7.1 this sender may not send"
    server.refuses_sender = False
    BREAKER.reset()
    assert send_due_messages() == 1


def test_a_row_that_cannot_be_written_as_mail_does_not_stop_the_queue(
    server: Server, queue: Queue
) -> None:
    poisoned = queue("first@acme.example")
    queue("second@acme.example")
    OutgoingMessage.objects.filter(pk=poisoned.pk).update(subject="Two\nlines")

    assert send_due_messages() == 2

    poisoned.refresh_from_db()
    assert poisoned.state == State.FAILED
    assert poisoned.last_error.startswith("It cannot be written as a mail: BadHeaderError")
    assert server.recipients == ["second@acme.example"]


def test_a_row_that_breaks_the_code_does_not_stop_the_queue(server: Server, queue: Queue) -> None:
    poisoned = queue("first@acme.example")
    queue("second@acme.example")
    OutgoingMessage.objects.filter(pk=poisoned.pk).update(headers=["not", "a", "mapping"])

    assert send_due_messages() == 1

    poisoned.refresh_from_db()
    assert (poisoned.state, poisoned.attempts) == (State.QUEUED, 1)
    assert poisoned.last_error.startswith("TypeError")
    assert server.recipients == ["second@acme.example"]


def test_what_is_out_of_date_is_not_sent(server: Server, queue: Queue) -> None:
    message = queue(at=timezone.now() - timedelta(hours=1), good_for=timedelta(minutes=15))

    assert send_due_messages() == 1

    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.FAILED, "It could not be sent in time.")
    assert server.received == []


def test_a_row_that_ends_every_process_is_given_up_in_the_end(server: Server, queue: Queue) -> None:
    message = queue()
    OutgoingMessage.objects.filter(pk=message.pk).update(attempts=30)

    assert send_due_messages() == 1

    message.refresh_from_db()
    assert message.state == State.FAILED
    assert server.received == []


def test_without_a_configured_server_mails_stay_where_they_are(queue: Queue, settings: Any) -> None:
    message = queue()
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    assert send_due_messages() == 0

    message.refresh_from_db()
    assert message.state == State.QUEUED


def test_a_claimed_row_is_nobody_elses_until_its_lease_ends(queue: Queue) -> None:
    message = queue()
    now = timezone.now()

    (first,) = claim_messages(at=now)

    assert claim_messages(at=now) == []
    (second,) = claim_messages(at=now + LEASE)
    assert second.pk == message.pk
    # The first one comes back from a long sleep: the row is no longer its own.
    assert start(first, at=now + LEASE) is False
    assert start(second, at=now + LEASE) is True


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (5, 16), (8, 120), (30, 120)])
def test_pauses_grow_and_differ(attempts: int, minutes: int) -> None:
    pauses = {pause(attempts) for _ in range(20)}

    assert len(pauses) > 1
    assert all(0.75 * minutes <= p.total_seconds() / 60 <= 1.25 * minutes for p in pauses)
