"""Connections to the mail server, kept while they last, and what its answers mean."""

from __future__ import annotations

import re
import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from vaandel.mailing import providers
from vaandel.mailing.mime import Letter, as_django, letter_of
from vaandel.mailing.models import OutgoingMessage

NO_SERVER: Final = "django.core.mail.backends.dummy.EmailBackend"
# Many servers end a connection after a hundred messages; going first is quieter.
MESSAGES_PER_CONNECTION: Final = 90
# A server may look at a mail for a while before it says that it took it. To hang up then means
# to send it twice. RFC 5321 asks for ten minutes; the lease of a row allows for two.
FINAL_SECONDS: Final = 120
# A connection that rests is closed before the server does.
REST_SECONDS: Final = 20.0
PERMANENT: Final = 500
GOING_AWAY: Final = 421
TOO_BIG: Final = re.compile(r"^552|\b5\.(?:2\.3|3\.4)\b")
ABOUT_US: Final = frozenset({500, 502, 503, 530, 534, 535, 538})
ADDRESS: Final = re.compile(r"[^\s<>\"',;:]+@[^\s<>\"',;:]+")


class ServerAway(Exception):
    """No connection, or the server will not take anything from us now."""


class Broken(Exception):
    """The connection broke. ``in_doubt``: the server may have taken this message."""

    def __init__(self, said: str, *, in_doubt: bool) -> None:
        super().__init__(said)
        self.in_doubt = in_doubt


class Refused(Exception):
    """The server does not take this message. ``code`` is what it answered."""

    def __init__(self, said: str, *, code: int = 0) -> None:
        super().__init__(said)
        self.code = code


class RefusedForNow(Refused):
    """Not now."""


class RefusedForGood(Refused):
    """Never, or it cannot be written as a mail."""


def has_server() -> bool:
    """Whether mails can leave at all; without a server they wait where they are."""
    return settings.EMAIL_BACKEND != NO_SERVER


class Connection:
    """One connection; opens and reopens by itself. Not for two threads at once.

    Open it, then ``written`` makes a mail of a message and ``send`` hands it over.
    """

    def __init__(self) -> None:
        self.idle_since = time.monotonic()
        self._backend: BaseEmailBackend | None = None
        # Where the backend is one of SMTP.
        self._smtp: smtplib.SMTP | None = None
        self._handed_over = 0

    def open(self) -> None:
        """Be connected; raise ``ServerAway`` when that cannot be."""
        if self._backend is not None and self._handed_over < MESSAGES_PER_CONNECTION:
            return
        self.close()
        try:
            backend: BaseEmailBackend = get_connection()
        except ImproperlyConfigured as error:
            raise ServerAway(reason(error)) from error
        smtp = None
        try:
            backend.open()
            if isinstance(backend, SmtpBackend) and backend.connection is not None:
                smtp = backend.connection
                smtp.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            with suppress(OSError, smtplib.SMTPException):
                backend.close()
            raise ServerAway(reason(error)) from error
        self._backend, self._handed_over = backend, 0
        self._smtp = smtp

    def close(self) -> None:
        backend, self._backend, self._smtp = self._backend, None, None
        if backend is None:
            return
        try:
            backend.close()
        except (OSError, smtplib.SMTPException):
            # It was broken already.
            return

    def written(self, message: OutgoingMessage) -> Letter | None:
        """The mail in bytes, or None where a library writes it; raise ``RefusedForGood``."""
        if self._smtp is None:
            return None
        try:
            return letter_of(message)
        except (ValueError, UnicodeError) as error:
            raise RefusedForGood(f"It cannot be written as a mail: {reason(error)}") from error

    def send(self, message: OutgoingMessage, letter: Letter | None) -> str:
        """Hand over one message; what was answered. Raises one of the exceptions above."""
        self.open()
        if letter is None:
            return self._send_by_library(message)
        used = self._handed_over > 0
        try:
            return self._send_letter(letter)
        except Broken as broken:
            self.close()
            if not used or broken.in_doubt:
                raise
            # The server ended a connection that had rested: that is no news of this message.
            self.open()
            return self._send_letter(letter)

    def _send_letter(self, letter: Letter) -> str:
        if self._smtp is None:
            raise ServerAway("There is no connection.")
        try:
            return deliver(self._smtp, letter)
        except Refused as refused:
            if refused.code == GOING_AWAY:
                self.close()
            raise
        except (Broken, ServerAway):
            self.close()
            raise
        finally:
            self._handed_over += 1

    def _send_by_library(self, message: OutgoingMessage) -> str:
        """Through a provider's interface; its errors tell the answer by ``status_code``."""
        try:
            mail = providers.number(as_django(message), message.pk)
            mail.connection = self._backend
            mail.send()
        except AnymailError as error:
            raise provider_refusal(error) from error
        except (ValueError, UnicodeError) as error:
            raise RefusedForGood(f"It cannot be written as a mail: {reason(error)}") from error
        except Exception as error:
            raise provider_refusal(error) from error
        self._handed_over += 1
        status = getattr(mail, "anymail_status", None)
        return f"taken as {getattr(status, 'message_id', None) or 'it is'}"


def deliver(smtp: smtplib.SMTP, letter: Letter) -> str:
    """One mail over an open connection.

    Until the last line is sent nothing has happened; from there on, only the answer tells.
    """
    in_doubt = False
    try:
        _envelope(smtp, letter)
        code, said = smtp.docmd("DATA")
        if code != 354:
            raise _reset(smtp, code, said)
        in_doubt = True
        body = letter.body.replace(b"\r\n.", b"\r\n..")
        smtp.send((b"." + body if body.startswith(b".") else body) + b".\r\n")
        _patience(smtp, FINAL_SECONDS)
        code, said = smtp.getreply()
        _patience(smtp, settings.EMAIL_TIMEOUT)
    except smtplib.SMTPNotSupportedError as error:
        raise RefusedForGood(reason(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Broken(reason(error), in_doubt=in_doubt) from error
    if code != 250:
        raise refusal(code, said, in_doubt=True)
    return without_addresses(f"{code} {said.decode('utf-8', 'replace')}")


def _envelope(smtp: smtplib.SMTP, letter: Letter) -> None:
    options = [f"size={len(letter.body)}"] if smtp.has_extn("size") else []
    if letter.utf8:
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    code, said = smtp.mail(letter.sender, options)
    if code != 250:
        raise _of_sender(smtp, code, said)
    code, said = smtp.rcpt(letter.recipient)
    if code not in {250, 251}:
        raise _reset(smtp, code, said)


def _of_sender(smtp: smtplib.SMTP, code: int, said: bytes) -> Exception:
    """A refused sender is about us, not about this message, unless the mail is too big."""
    error = _reset(smtp, code, said)
    if TOO_BIG.search(str(error)):
        return error
    return ServerAway(str(error))


def _reset(smtp: smtplib.SMTP, code: int, said: bytes) -> Exception:
    """The refusal, after the server was told that this mail is over."""
    if code != GOING_AWAY:
        # When that fails, the next mail will find out.
        with suppress(OSError, smtplib.SMTPException):
            smtp.rset()
    return refusal(code, said)


def _patience(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def refusal(code: int, answer: bytes | str, *, in_doubt: bool = False) -> Exception:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    said = without_addresses(f"{code} {text}")
    if code < 0:
        return Broken(said, in_doubt=in_doubt)
    if code in ABOUT_US:
        return ServerAway(said)
    return (RefusedForGood if code >= PERMANENT else RefusedForNow)(said, code=code)


def provider_refusal(error: Exception) -> Exception:
    """What the error of a provider's library means for this message."""
    if isinstance(error, AnymailError):
        return refusal(*providers.answer_of(error), in_doubt=True)
    said = reason(error)
    return ServerAway(said) if isinstance(error, OSError) else RefusedForNow(said)


def reason(error: BaseException) -> str:
    return without_addresses(f"{type(error).__name__}: {error}")


def without_addresses(text: str) -> str:
    """Servers like to repeat the address in their answer; we do not keep or log it."""
    return ADDRESS.sub("…", " ".join(text.split()))[:500]


class Pool:
    """Connections that rest between two rounds, so that the next mail need not wait for one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._resting: list[tuple[object, Connection]] = []

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        place = _place()
        connection = self._rested(place) or Connection()
        try:
            yield connection
        finally:
            connection.idle_since = time.monotonic()
            with self._lock:
                self._resting.append((place, connection))

    def _rested(self, place: object) -> Connection | None:
        with self._lock:
            for number, (its_place, connection) in enumerate(self._resting):
                if its_place == place:
                    del self._resting[number]
                    return connection
        return None

    def close_rested(self, *, seconds: float = REST_SECONDS) -> None:
        """Close those that nobody has used for a while."""
        latest = time.monotonic() - seconds
        with self._lock:
            old = [each for each in self._resting if each[1].idle_since <= latest]
            self._resting = [each for each in self._resting if each[1].idle_since > latest]
        for _place_of, connection in old:
            connection.close()


def _place() -> tuple[object, ...]:
    names = ("BACKEND", "HOST", "PORT", "HOST_USER", "USE_TLS", "USE_SSL")
    return tuple(getattr(settings, f"EMAIL_{name}") for name in names)


POOL: Final = Pool()
