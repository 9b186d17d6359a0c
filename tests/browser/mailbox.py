"""A real mail server on this machine, whose letters the tests read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.config.conftest import free_port

PATIENCE = 60.0


class Mailbox:
    """Takes every mail, keeps it, and finds one again."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []

    async def handle_DATA(  # noqa: N802 - its name there
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters += [(address, letter) for address in envelope.rcpt_tos]
        return "250 Taken"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for taken, letter in self.letters if taken == address]

    def wait_for(
        self, address: str, wanted: Callable[[EmailMessage], bool], seconds: float = PATIENCE
    ) -> EmailMessage:
        """The first letter to somebody that is the wanted one, once it is there."""
        deadline = time.monotonic() + seconds
        while True:
            found = next((letter for letter in self.to(address) if wanted(letter)), None)
            if found is not None:
                return found
            subjects = [str(letter["Subject"]) for letter in self.to(address)]
            assert time.monotonic() < deadline, subjects
            time.sleep(0.2)


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    """Take mails on a free port of this machine."""
    mailbox = Mailbox()
    port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, port
    finally:
        controller.stop()
