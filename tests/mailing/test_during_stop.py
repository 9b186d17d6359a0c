"""A correction goes out while its organisation is stopped; when everything is paused it waits."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from tests.mailing.conftest import Server
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import hold, release, send_due_messages

Queue = Callable[..., OutgoingMessage]


def test_only_what_says_why_goes_out_while_a_tenant_is_held(server: Server, queue: Queue) -> None:
    queue(key="ask", tenant=7, to_address="ask@acme.example")
    queue(key="correction", tenant=7, during_stop=True, to_address="correction@acme.example")
    hold(7, timezone.now())

    send_due_messages()
    assert server.recipients == ["correction@acme.example"]

    release(7)
    send_due_messages()
    assert server.recipients == ["correction@acme.example", "ask@acme.example"]


def test_the_pause_of_everybody_holds_it_too(server: Server, queue: Queue) -> None:
    queue(key="correction", tenant=7, during_stop=True)
    hold(None, timezone.now())

    assert send_due_messages() == 0
    assert server.recipients == []
