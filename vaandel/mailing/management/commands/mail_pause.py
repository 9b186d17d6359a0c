"""`vaandel mail pause`: nothing goes out, from any worker, within a second or two."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from vaandel.mailing.services import hold


class Command(BaseCommand):
    help = "Hold all mails back, except codes to sign in and the like. Nothing is lost."

    def handle(self, *args: Any, **options: Any) -> None:
        if hold(None, timezone.now()):
            self.stdout.write("Mails are held back now. `vaandel mail resume` lets them go.")
        else:
            self.stdout.write("They were held back already.")
