"""`vaandel networks rotate-key`: a new key with which this installation signs at Bluesky."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from vaandel.channels.bluesky.keys import replace_key


class Command(BaseCommand):
    help = "Make a new key with which this installation signs at Bluesky servers."

    def handle(self, *_args: Any, **_options: Any) -> None:
        kid = replace_key(at=timezone.now())
        self.stdout.write(
            f"A new key, {kid}: it signs in an hour. Accounts that are connected stay so."
        )
