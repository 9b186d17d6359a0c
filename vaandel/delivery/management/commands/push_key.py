"""`vaandel push-key`: the key that signs messages to browsers."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError

from vaandel.delivery.models import PushSubscription
from vaandel.delivery.push.keys import push_key, replace_key


class Command(BaseCommand):
    help = "Show the key that signs messages to browsers; make it if there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--new",
            action="store_true",
            help="make a new one and forget all browsers: everybody switches them on again",
        )

    def handle(self, *_args: Any, new: bool, **_options: Any) -> None:
        key = push_key()
        if new:
            forgotten = PushSubscription.across_tenants.count()
            key = replace_key()
            PushSubscription.across_tenants.all().delete()
            self.stdout.write(f"A new key; browsers forgotten: {forgotten}.")
        try:
            assert key.private  # noqa: S101 - reading it is the check
        except InvalidToken as error:
            raise CommandError(
                "The key cannot be read: it was encrypted with another secret key. Put that one "
                "into VAANDEL_OLD_SECRET_KEYS, or run this with --new."
            ) from error
        self.stdout.write(f"{key.public} (made {key.made_at:%Y-%m-%d})")
