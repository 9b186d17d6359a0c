"""`vaandel mail retry`: send again what failed, when the reason has been taken away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from vaandel.mailing.services import retry_failed


class Command(BaseCommand):
    help = "Put failed mails back into the queue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--reason", default="", metavar="TEXT", help="only where the server said this"
        )
        parser.add_argument(
            "--late", action="store_true", help="also what is out of date; it gets another day"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count = retry_failed(at=timezone.now(), reason=options["reason"], late=options["late"])
        self.stdout.write(f"{count} mails wait to be sent again.")
