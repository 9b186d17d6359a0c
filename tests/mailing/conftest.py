# ruff: noqa: ARG002 - the server calls its handlers with these arguments
"""A mail server that takes, refuses or hangs up as a test wants it to."""

from __future__ import annotations

import asyncio
import copy
import socket
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

from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import queue_message


@dataclass
class Server:
    """What arrived, how many connections there were, and what to answer to whom."""

    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    connections: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict)
    hang_up_on: set[str] = field(default_factory=set)
    refuses_sender: bool = False
    seconds_per_mail: float = 0.0
    port: int = 0

    async def handle_EHLO(  # noqa: N802 - the name that the server calls
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return answers

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses_sender:
            return "553 5.7.1 this sender may not send"
        envelope.mail_from = address
        return "250 fine"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
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
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.received.append(mail)
        self.recipients.append(address)
        self.senders.append(str(envelope.mail_from))
        await asyncio.sleep(self.seconds_per_mail)
        return "250 taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    server = Server()
    server.port = free_port()
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    settings.EMAIL_HOST_USER = ""
    settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "Vaandel <vaandel@acme.example>"
    yield server
    controller.stop()


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
