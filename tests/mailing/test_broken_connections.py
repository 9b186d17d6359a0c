"""A connection that breaks at any moment, a server that is slow, and what each no means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.mailing.conftest import Server
from vaandel.mailing import sending, transport
from vaandel.mailing.breaker import BREAKER, Breaker
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.pace import PACE
from vaandel.mailing.services import send_due_messages

Queue = Callable[..., OutgoingMessage]
State = OutgoingMessage.State


def send_until_all_is_done() -> None:
    """As the worker would in the hours to come."""
    for _ in range(20):
        BREAKER.reset()
        PACE.forget()
        OutgoingMessage.objects.filter(state=State.QUEUED).update(next_try_at=timezone.now())
        send_due_messages()


@pytest.mark.parametrize("phase", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("times", [1, 4])
def test_before_the_mail_is_whole_nothing_is_counted_or_sent_twice(
    server: Server, queue: Queue, phase: str, times: int
) -> None:
    for number in range(3):
        queue(f"p{number}@acme.example")
    server.breaks[phase] = times

    send_due_messages()
    broken = OutgoingMessage.objects.filter(state=State.QUEUED)
    assert {message.attempts for message in broken} <= {0}
    send_until_all_is_done()

    assert sorted(server.recipients) == [f"p{number}@acme.example" for number in range(3)]
    assert set(OutgoingMessage.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


def test_a_kept_connection_that_the_server_ended_costs_nothing(
    server: Server, queue: Queue
) -> None:
    queue("first@acme.example")
    assert send_due_messages() == 1
    server.breaks["MAIL"] = 1
    queue("second@acme.example")

    assert send_due_messages() == 1

    assert server.recipients == ["first@acme.example", "second@acme.example"]


def test_without_an_answer_to_the_whole_mail_it_counts_and_may_come_twice(
    server: Server, queue: Queue
) -> None:
    message = queue()
    server.breaks["ANSWER"] = 1

    assert send_due_messages() == 0

    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 1)
    assert message.next_try_at > timezone.now() + timedelta(seconds=40)
    send_until_all_is_done()
    assert Counter(server.recipients) == {"bob@acme.example": 2}


def test_a_slow_answer_within_the_patience_is_waited_for(
    server: Server, queue: Queue, settings: Any
) -> None:
    """Hanging up on a server that looks at a mail for a while would send it twice."""
    settings.EMAIL_TIMEOUT = 0.3
    server.silences = [0.8]
    queue()

    assert send_due_messages() == 1
    assert server.recipients == ["bob@acme.example"]


def test_an_answer_that_does_not_come_is_given_up(
    server: Server, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "FINAL_SECONDS", 0.2)
    server.silences = [1.0]
    message = queue()

    assert send_due_messages() == 0

    message.refresh_from_db()
    assert message.attempts == 1
    assert message.last_error.endswith("timed out")


@pytest.mark.parametrize(
    ("answer", "state", "attempts"),
    [
        ("450 4.2.0 greylisted", State.QUEUED, 1),
        ("452 4.2.2 mailbox full", State.QUEUED, 1),
        ("421 4.7.0 too many mails", State.QUEUED, 1),
        ("550 5.1.1 no such user", State.FAILED, 1),
        ("552 5.2.2 over quota", State.FAILED, 1),
    ],
)
@pytest.mark.parametrize("when", ["RCPT", "DATA"])
def test_each_no_has_its_meaning(
    server: Server, queue: Queue, answer: str, state: str, attempts: int, when: str
) -> None:
    message = queue("bob@acme.example")
    other = queue("alice@globex.example")
    if when == "RCPT":
        server.answers["bob@acme.example"] = [answer]
    else:
        server.answers_to_mail = [answer]

    send_due_messages()

    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.state, message.attempts) == (state, attempts)
    assert message.last_error == answer
    assert other.state == State.SENT


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("552 5.3.4 message too big", State.FAILED),
        ("451 4.3.0 try again", State.QUEUED),
        ("550 5.7.1 you may not send", State.QUEUED),
        ("421 4.3.2 shutting down", State.QUEUED),
    ],
)
def test_a_no_to_the_sender_is_about_us_unless_the_mail_is_too_big(
    server: Server, queue: Queue, answer: str, state: str
) -> None:
    message = queue()
    server.answers_to_sender = [answer]

    send_due_messages()

    message.refresh_from_db()
    assert message.state == state
    assert message.attempts == (1 if state == State.FAILED else 0)
    send_until_all_is_done()
    assert len(server.recipients) == (0 if state == State.FAILED else 1)


def test_three_broken_connections_in_a_row_are_the_servers(server: Server, queue: Queue) -> None:
    for number in range(10):
        queue(f"p{number}@acme.example")
    server.breaks["RCPT"] = 100

    assert send_due_messages() == 0
    assert BREAKER.is_open()
    # Others were not tried: they are due as before.
    due = OutgoingMessage.objects.filter(next_try_at__lte=timezone.now())
    assert due.count() == 10 - sending.MOST_BROKEN


def test_a_server_that_takes_nothing_is_left_alone(server: Server, queue: Queue) -> None:
    for number in range(sending.MOST_REFUSED):
        queue(f"p{number}@company{number}.example")
    server.answers_to_mail = ["451 4.3.0 no room"] * 100

    assert send_due_messages() == 0

    assert BREAKER.is_open()


def test_the_pause_of_a_server_grows_and_ends() -> None:
    breaker = Breaker()
    pauses = []
    for _ in range(6):
        breaker.trip()
        pauses.append(breaker.seconds_left())
        breaker.end_pause()

    goals = [5, 10, 20, 40, 60, 60]
    assert all(0.7 * goal <= p <= 1.3 * goal for p, goal in zip(pauses, goals, strict=True))
    breaker.trip()
    breaker.reset()
    assert not breaker.is_open()


def test_an_address_with_letters_beyond_ascii(server: Server, queue: Queue) -> None:
    queue("jörg@münchen.example", to_name="Jörg")
    queue("anna@münchen.example")

    assert send_due_messages() == 2

    assert server.recipients == ["jörg@xn--mnchen-3ya.example", "anna@xn--mnchen-3ya.example"]


def test_a_server_that_cannot_write_to_such_an_address(plain_server: Server, queue: Queue) -> None:
    message = queue("jörg@acme.example")

    assert send_due_messages() == 1

    message.refresh_from_db()
    assert message.state == State.FAILED
    assert "SMTPUTF8" in message.last_error
    assert "acme" not in message.last_error


def test_a_mail_that_was_refused_before_its_text_does_not_hinder_the_next(
    server: Server, queue: Queue
) -> None:
    """The server still waits for it: without a reset it takes no other mail from us."""
    for number in range(3):
        queue(f"p{number}@acme.example")
    server.answers_to_data = ["451 4.3.0 try again later"]

    assert send_due_messages() == 2

    assert len(server.received) == 2
    assert server.connections == 1
    assert not BREAKER.is_open()
