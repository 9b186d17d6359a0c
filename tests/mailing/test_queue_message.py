"""What is composed when a mail is queued."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import (
    BadHeader,
    compose_message,
    forget_person,
    prune_messages,
    queue_composed,
    queue_message,
)

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
Queue = Callable[..., OutgoingMessage]


def test_a_mail_has_a_subject_a_text_and_html(queue: Queue) -> None:
    message = queue(at=AT, to_name="Bob Sharer", tenant=3, person=7)

    assert message.subject == "Hello Bob"
    assert message.text == "Dear Bob,\n\nLook here: https://vaandel.example/p/x/?a=1&b=2\n"
    assert "<h1>Dear Bob</h1>" in message.html
    assert 'href="https://vaandel.example/p/x/?a=1&amp;b=2"' in message.html
    assert (message.state, message.attempts, message.tenant, message.person) == ("QUEUED", 0, 3, 7)
    assert message.expires_at == AT + timedelta(days=3)


def test_what_people_typed_is_text_in_html_and_plain_elsewhere(queue: Queue) -> None:
    name = '<mj-image src="http://evil.example/"/> & "Jan"\r\nBcc: all@acme.example'

    message = queue(context={"name": name, "url": "https://vaandel.example/"})

    assert message.subject == (
        'Hello <mj-image src="http://evil.example/"/> & "Jan" Bcc: all@acme.example'
    )
    assert "evil.example" in message.html
    assert "<img" not in message.html.split("<h1>")[1]
    assert "&lt;mj-image src=&quot;http://evil.example/&quot;/&gt; &amp; &quot;Jan&quot;" in (
        message.html
    )


def test_the_frame_is_in_the_language_of_the_reader(queue: Queue) -> None:
    message = queue(language="nl", context={"name": "Bob", "url": "x", "place": "Stadsenergie"})

    assert 'lang="nl"' in message.html
    assert "bij Stadsenergie" in message.html


def test_the_same_mail_is_queued_once(queue: Queue) -> None:
    queue()

    again = queue_message(
        key="hello:bob@acme.example",
        kind="hello",
        template="mailing_tests/mails/hello",
        context={"name": "Bob", "url": "x"},
        to_address="bob@acme.example",
        language="en",
        at=AT,
    )

    assert again is None
    assert OutgoingMessage.objects.count() == 1


def test_many_are_queued_in_one_statement_and_known_ones_left_out(queue: Queue) -> None:
    queue("one@acme.example")
    messages = [
        compose_message(
            key=f"hello:{name}@acme.example",
            kind="hello",
            template="mailing_tests/mails/hello",
            context={"name": name, "url": "x"},
            to_address=f"{name}@acme.example",
            language="en",
            at=AT,
        )
        for name in ("one", "two")
    ]

    queue_composed(messages)

    found = OutgoingMessage.objects.order_by("pk").values_list("subject", flat=True)
    assert list(found) == ["Hello Bob", "Hello two"]


def test_a_subject_that_is_too_long_is_cut(queue: Queue) -> None:
    message = queue(context={"name": "x" * 400, "url": "x"})

    assert message.subject == f"Hello {'x' * 243}…"


def test_an_address_to_unsubscribe_becomes_two_headers(queue: Queue) -> None:
    message = queue(unsubscribe_url="https://vaandel.example/m/t/", headers={"List-ID": "<a.b>"})

    assert message.headers == {
        "List-ID": "<a.b>",
        "List-Unsubscribe": "<https://vaandel.example/m/t/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_a_header_cannot_add_another_one(queue: Queue) -> None:
    with pytest.raises(BadHeader):
        queue(headers={"X-Kind": "hello\nBcc: all@acme.example"})

    assert OutgoingMessage.objects.count() == 0


def test_finished_mails_lose_their_text_and_later_vanish(queue: Queue) -> None:
    states = OutgoingMessage.State
    new, month, year, waiting = (queue(f"{n}@acme.example", at=AT) for n in range(4))
    for message, state, days in [
        (new, states.SENT, 1),
        (month, states.FAILED, 31),
        (year, states.SENT, 401),
        (waiting, states.QUEUED, 401),
    ]:
        OutgoingMessage.objects.filter(pk=message.pk).update(
            state=state, created_at=AT - timedelta(days=days)
        )

    prune_messages(at=AT)

    left = OutgoingMessage.objects.order_by("pk").values_list("pk", "subject")
    assert list(left) == [(new.pk, "Hello Bob"), (month.pk, ""), (waiting.pk, "Hello Bob")]


def test_what_nobody_could_send_is_given_up_in_the_end(queue: Queue) -> None:
    recent, old = (queue(f"{n}@acme.example", at=AT) for n in range(2))
    OutgoingMessage.objects.filter(pk=old.pk).update(expires_at=AT - timedelta(days=31))

    prune_messages(at=AT)

    left = OutgoingMessage.objects.order_by("pk").values_list("pk", "state", "last_error")
    assert list(left) == [
        (recent.pk, "QUEUED", ""),
        (old.pk, "FAILED", "It could not be sent in time."),
    ]


def test_a_person_can_be_forgotten(queue: Queue) -> None:
    queue("one@acme.example", person=1)
    other = queue("two@acme.example", person=2)

    assert forget_person(person=1) == 1

    assert list(OutgoingMessage.objects.values_list("pk", flat=True)) == [other.pk]
