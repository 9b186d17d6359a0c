"""A receiving server that says at once that an address does not exist."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.mailing.conftest import Server
from vaandel.mailing.models import OutgoingMessage, Return
from vaandel.mailing.services import send_due_messages
from vaandel.mailing.suppression import is_suppressed, suppression_of

Queue = Callable[..., OutgoingMessage]


def test_an_address_that_does_not_exist_gets_no_more_mail(server: Server, queue: Queue) -> None:
    message = queue("gone@acme.example")
    server.answers["gone@acme.example"] = ["550 5.1.1 gone@acme.example: no such user"]

    send_due_messages()

    row = suppression_of("gone@acme.example")
    assert row is not None
    assert (row.reason, row.detail) == ("BOUNCED", "550 5.1.1 …: no such user")
    returned = Return.objects.get()
    assert (returned.message_id, returned.kind, returned.status) == (message.pk, "HARD", "5.1.1")


@pytest.mark.parametrize(
    "answer",
    [
        "550 no such user",
        "550 5.7.1 your server is on a list",
        "552 5.2.2 mailbox full",
        "550 5.0.0 refused",
        "553 5.1.8 bad address of the sender",
    ],
)
def test_other_refusals_say_nothing_about_the_address(
    server: Server, queue: Queue, answer: str
) -> None:
    message = queue("bob@acme.example")
    server.answers["bob@acme.example"] = [answer]

    send_due_messages()

    message.refresh_from_db()
    assert message.state == OutgoingMessage.State.FAILED
    assert not is_suppressed("bob@acme.example")
