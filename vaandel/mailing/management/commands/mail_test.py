"""`vaandel mail test`: send one mail at once, and say what the server answered."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from vaandel.mailing import queue
from vaandel.mailing.bounces.noting import note_refusal
from vaandel.mailing.bounces.tokens import return_address_of
from vaandel.mailing.mime import own_address
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.providers import provider
from vaandel.mailing.services import compose_message
from vaandel.mailing.suppression import suppression_of
from vaandel.mailing.transport import Broken, Connection, Refused, ServerAway, has_server

KIND = "mail_test"


class Command(BaseCommand):
    help = (
        "Send one mail to this address at once, past the queue, whatever holds other mails back, "
        "and print what the mail server or the provider answered."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="where to send it")
        parser.add_argument(
            "--language", default=settings.LANGUAGE_CODE, choices=[c for c, _ in settings.LANGUAGES]
        )

    def handle(self, *args: Any, **options: Any) -> None:
        address = options["address"]
        try:
            validate_email(address)
        except ValidationError as error:
            raise CommandError(f"{address} is not a mail address.") from error
        if not has_server():
            raise CommandError("There is no mail server: set VAANDEL_SMTP_URL and see the doctor.")
        row = suppression_of(address)
        if row is not None:
            self.stdout.write(
                f"Since {row.since:%Y-%m-%d} nothing is sent there ({row.reason.lower()} "
                f"{row.detail}). This mail is sent all the same."
            )
        self._say_how(address)
        answer = self._send(waiting(address, options["language"], at=timezone.now()))
        self.stdout.write(self.style.SUCCESS(f"Accepted: {answer}"))
        self.stdout.write("Whether it arrives shows in the mailbox. Look in its spam folder too.")

    def _say_how(self, address: str) -> None:
        chosen = provider()
        way = chosen.name if chosen else f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        self.stdout.write(f"To {address} from {own_address()} through {way} …")

    def _send(self, message: OutgoingMessage) -> str:
        line = Connection()
        try:
            line.open()
            answer = line.send(message, line.written(message))
        except (Broken, Refused, ServerAway) as error:
            queue.fail(message, error=str(error), attempted=True)
            if isinstance(error, Refused):
                note_refusal(message, error.code, str(error))
            raise CommandError(f"It was not accepted: {error}") from error
        finally:
            line.close()
        queue.sent(message, at=timezone.now())
        if returns_to := return_address_of(message):
            self.stdout.write(f"If it cannot be delivered, it returns to {returns_to}.")
        return answer


def waiting(address: str, language: str, *, at: datetime) -> OutgoingMessage:
    """A row that is taken already, so that no worker sends it as well."""
    message = compose_message(
        key=f"{KIND}:{secrets.token_hex(8)}",
        kind=KIND,
        template="mailing/mails/test",
        context={"sent_at": at},
        to_address=address,
        language=language,
        essential=True,
        at=at,
    )
    message.state = OutgoingMessage.State.SENDING
    message.leased_until = at + timedelta(minutes=5)
    message.save(force_insert=True)
    return message
