"""One connection to the mail server, kept while it lasts, and what its answers mean."""

from __future__ import annotations

import re
import smtplib
from email.utils import formataddr, parseaddr
from types import TracebackType
from typing import Self

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from vaandel.mailing import providers
from vaandel.mailing.bounces.tokens import return_address_of
from vaandel.mailing.headers import headers_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.rendering import content_of

NO_SERVER = "django.core.mail.backends.dummy.EmailBackend"
# Many servers end a connection after a hundred messages; going first is quieter.
MESSAGES_PER_CONNECTION = 90
PERMANENT = 500
ADDRESS = re.compile(r"[^\s<>\"',;:]+@[^\s<>\"',;:]+")


class ServerAway(Exception):
    """No connection, or it broke: nothing is known about this message. Try it again."""


class RefusedForNow(Exception):
    """The server does not take this message now."""


class RefusedForGood(Exception):
    """The server will never take this message, or it cannot be written as a mail (no code)."""

    def __init__(self, said: str, code: int = 0) -> None:
        super().__init__(said)
        self.code = code


def has_server() -> bool:
    """Whether mails can leave at all; without a server they wait where they are."""
    return settings.EMAIL_BACKEND != NO_SERVER


class Connection:
    """Sends messages; opens and reopens by itself. Use it in a ``with`` statement."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None
        self._sent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> None:
        """Be connected; raise ``ServerAway`` when that cannot be."""
        if self._backend is not None and self._sent < MESSAGES_PER_CONNECTION:
            return
        self.close()
        backend: BaseEmailBackend = get_connection()
        try:
            backend.open()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(reason(error)) from error
        self._backend, self._sent = backend, 0

    def close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is None:
            return
        try:
            backend.close()
        except (OSError, smtplib.SMTPException):
            # It was broken already.
            return

    def send(self, message: OutgoingMessage) -> None:
        """Hand over one message, or raise one of the three exceptions above."""
        self.open()
        try:
            mail = composed(message)
            mail.connection = self._backend
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            raise refusal(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPDataError as error:
            raise refusal(error.smtp_code, error.smtp_error) from error
        except AnymailError as error:
            code, said = providers.answer_of(error)
            if code == providers.AWAY:
                self.close()
                raise ServerAway(reason(error)) from error
            raise refusal(code, said) from error
        except smtplib.SMTPNotSupportedError as error:
            raise RefusedForGood(reason(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            # Also a refused sender or password: that is about us, not about this message.
            self.close()
            raise ServerAway(reason(error)) from error
        except (ValueError, UnicodeError) as error:
            raise RefusedForGood(f"It cannot be written as a mail: {reason(error)}") from error
        self._sent += 1


def refusal(code: int, answer: bytes | str) -> RefusedForNow | RefusedForGood:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    said = without_addresses(f"{code} {text}")
    return RefusedForGood(said, code) if code >= PERMANENT else RefusedForNow(said)


def reason(error: BaseException) -> str:
    return without_addresses(f"{type(error).__name__}: {error}")


def without_addresses(text: str) -> str:
    """Servers like to repeat the address in their answer; we do not keep or log it."""
    return ADDRESS.sub("…", " ".join(text.split()))[:500]


def composed(message: OutgoingMessage) -> EmailMultiAlternatives:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    content, headers = content_of(message), headers_of(message)
    sender = formataddr((message.from_name or name, address))
    envelope = "" if providers.provider() else return_address_of(message)
    if envelope:
        # Django takes the envelope from `from_email`, and what is shown from the header.
        headers["From"] = sender
    mail = EmailMultiAlternatives(
        subject=content.subject,
        body=content.text,
        from_email=envelope or sender,
        to=[formataddr((message.to_name, message.to_address))],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=headers,
    )
    if content.html:
        mail.attach_alternative(content.html, "text/html")
    return providers.number(mail, message)
