"""`vaandel mail resume`: what waited goes out, as far as it is still of use."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from vaandel.mailing.services import release


class Command(BaseCommand):
    help = "Let mails go again after `vaandel mail pause`."

    def handle(self, *args: Any, **options: Any) -> None:
        if release(None):
            self.stdout.write("Mails go out again.")
        else:
            self.stdout.write("They were not held back.")
