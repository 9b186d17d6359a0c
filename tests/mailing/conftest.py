# ruff: noqa: ARG002 - the server calls its handlers with these arguments
"""A mail server that takes, refuses or hangs up as a test wants it to."""

from __future__ import annotations

import asyncio
import copy
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

from vaandel.mailing.breaker import BREAKER
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.pace import PACE
from vaandel.mailing.services import queue_message
from vaandel.mailing.transport import POOL


@dataclass
class Server:
    """What arrived, how many connections there were, and what to answer to whom."""

    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    connections: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict)
    hang_up_on: set[str] = field(default_factory=set)
    answers_to_sender: list[str] = field(default_factory=list)
    answers_to_mail: list[str] = field(default_factory=list)
    # How often the connection breaks at: CONNECT, EHLO, MAIL, RCPT, DATA, TAKEN, or ANSWER,
    # which is after the mail was taken and before that is said.
    breaks: Counter[str] = field(default_factory=Counter)
    # In place of "354 go ahead"; the mail stays begun until it is reset.
    answers_to_data: list[str] = field(default_factory=list)
    refuses_sender: bool = False
    seconds_per_mail: float = 0.0
    # Before the answer to a whole mail, once for each.
    silences: list[float] = field(default_factory=list)
    port: int = 0

    def breaks_at(self, phase: str, server: SMTP) -> bool:
        if self.breaks[phase] <= 0:
            return False
        self.breaks[phase] -= 1
        assert isinstance(server.transport, asyncio.WriteTransport)
        server.transport.abort()
        return True

    async def handle_EHLO(  # noqa: N802 - the name that the server calls
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        self.breaks_at("EHLO", server)
        self.connections += 1
        session.host_name = hostname
        return answers

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.breaks_at("MAIL", server)
        if self.refuses_sender:
            return "553 5.7.1 this sender may not send"
        if self.answers_to_sender:
            return self.answers_to_sender.pop(0)
        envelope.mail_from = address
        return "250 fine"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.breaks_at("RCPT", server)
        answers = self.answers.get(address)
        if answers:
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        address = envelope.rcpt_tos[0]
        if address in self.hang_up_on:
            self.hang_up_on.discard(address)
            assert server.transport is not None
            server.transport.close()
            return "421 going away"
        if self.breaks_at("TAKEN", server):
            return "421 going away"
        if self.answers_to_mail:
            return self.answers_to_mail.pop(0)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.received.append(mail)
        self.recipients.append(address)
        self.senders.append(str(envelope.mail_from))
        await asyncio.sleep(self.silences.pop(0) if self.silences else self.seconds_per_mail)
        self.breaks_at("ANSWER", server)
        return "250 taken"


class Breaking(SMTP):
    """A server that can also break before it is asked anything."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.event_handler.breaks_at("CONNECT", self)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.event_handler.answers_to_data:
            await self.push(self.event_handler.answers_to_data.pop(0))
        elif not self.event_handler.breaks_at("DATA", self):
            await super().smtp_DATA(arg)


class BreakingController(Controller):
    def factory(self) -> SMTP:
        return Breaking(self.handler, **self.SMTP_kwargs)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    yield from started(settings, utf8=True)


@pytest.fixture
def plain_server(settings: Any) -> Iterator[Server]:
    """One that only takes addresses in ASCII."""
    yield from started(settings, utf8=False)


def started(settings: Any, *, utf8: bool) -> Iterator[Server]:
    server = Server()
    server.port = free_port()
    controller = BreakingController(
        server, hostname="127.0.0.1", port=server.port, enable_SMTPUTF8=utf8
    )
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    settings.EMAIL_HOST_USER = ""
    settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 5
    # More of them cannot see what a test has not committed.
    settings.MAIL_CONNECTIONS = 1
    settings.DEFAULT_FROM_EMAIL = "Vaandel <vaandel@acme.example>"
    yield server
    POOL.close_rested(seconds=0)
    controller.stop()


@pytest.fixture(autouse=True)
def nothing_learned() -> None:
    """What a process has learned of a server is of no use in the next test."""
    BREAKER.reset()
    PACE.forget()


@pytest.fixture(autouse=True)
def mail_templates(settings: Any) -> None:
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(Path(__file__).parent / "templates")
    settings.TEMPLATES = templates


@pytest.fixture
def queue(db: None) -> Callable[..., OutgoingMessage]:
    """Queue the mail "hello" to somebody, now."""

    def queue_hello(to: str = "bob@acme.example", **changes: Any) -> OutgoingMessage:
        mail: dict[str, Any] = {
            "key": f"hello:{to}",
            "kind": "hello",
            "template": "mailing_tests/mails/hello",
            "context": {"name": "Bob", "url": "https://vaandel.example/p/x/?a=1&b=2"},
            "to_address": to,
            "language": "en",
            "at": timezone.now(),
            **changes,
        }
        message = queue_message(**mail)
        assert message is not None
        return message

    return queue_hello
