"""What stands above every mail, and on its envelope."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.mailing.conftest import Server
from vaandel.mailing.bounces.tokens import returned_message, stopped_message
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import send_due_messages

Queue = Callable[..., OutgoingMessage]


def test_a_mail_names_its_list_and_its_kind_and_never_its_reader(
    server: Server, queue: Queue, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://stories.acme.example"
    queue(kind="weekly digest", tenant=7, person=12, list_id="proposals.acme")

    send_due_messages()

    (mail,) = server.received
    assert mail["List-Id"] == "<proposals.acme.stories.acme.example>"
    assert mail["Feedback-ID"] == "7:weekly-digest:vaandel"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Precedence"] is None
    assert mail["From"] == "Vaandel <vaandel@acme.example>"


def test_a_sign_in_code_has_no_feedback_id(server: Server, queue: Queue) -> None:
    queue(essential=True)

    send_due_messages()

    assert server.received[0]["Feedback-ID"] is None


def test_the_message_id_names_the_message_and_cannot_be_made_up(
    server: Server, queue: Queue
) -> None:
    message = queue()
    other = queue("alice@acme.example")

    send_due_messages()

    first, second = (mail["Message-ID"] for mail in server.received)
    assert returned_message([first]) == message
    assert returned_message([second.upper()]) == other
    signature = re.search("-([0-9a-f]{20})@", first)
    assert signature
    assert returned_message([second.replace(second[3:23], signature[1])]) is None
    assert stopped_message([first]) is None


@pytest.mark.parametrize("host", ["acme.example", "localhost"])
def test_mails_return_to_an_address_that_names_them(
    server: Server, queue: Queue, settings: Any, host: str
) -> None:
    settings.BOUNCE_ADDRESS = f"bounces@{host}"
    message = queue(from_name="Acme, warmly")

    send_due_messages()

    (sender,) = server.senders
    assert re.fullmatch(rf"bounces\+[0-9a-z]+-[0-9a-f]{{20}}@{host}", sender)
    assert returned_message([sender]) == message
    (mail,) = server.received
    assert mail["From"] == '"Acme, warmly" <vaandel@acme.example>'


def test_without_a_bounce_address_mails_return_to_the_sender(server: Server, queue: Queue) -> None:
    queue()

    send_due_messages()

    assert server.senders == ["vaandel@acme.example"]


def test_who_reads_the_bounces_also_reads_mails_that_want_to_stop(
    server: Server, queue: Queue, settings: Any
) -> None:
    settings.BOUNCE_ADDRESS = "bounces@acme.example"
    settings.BOUNCE_IMAP_URL = "imaps://bounces:secret@imap.acme.example"
    message = queue(unsubscribe_url="https://vaandel.example/m/t/")

    send_due_messages()

    (mail,) = server.received
    # One web address (RFC 8058 wants exactly one), then the other way.
    found = re.fullmatch(
        r"<https://vaandel.example/m/t/>, <mailto:(bounces\+stop-\S+@acme.example)\?subject=stop>",
        mail["List-Unsubscribe"],
    )
    assert found
    assert stopped_message([found[1]]) == message
    assert returned_message([found[1]]) is None
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_nobody_is_told_of_an_address_that_nobody_reads(
    server: Server, queue: Queue, settings: Any
) -> None:
    settings.BOUNCE_ADDRESS = "bounces@acme.example"
    queue(unsubscribe_url="https://vaandel.example/m/t/")

    send_due_messages()

    assert server.received[0]["List-Unsubscribe"] == "<https://vaandel.example/m/t/>"
