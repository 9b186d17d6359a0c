"""A process of its own that sends, so that a test can kill it. Run: sender.py prepare|send."""

from __future__ import annotations

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

COUNT = 60


def prepare() -> None:
    from vaandel.mailing.services import queue_message  # noqa: PLC0415 - after django.setup()

    call_command("migrate", "mailing", verbosity=0)
    for number in range(COUNT):
        queue_message(
            key=f"hello:{number}",
            kind="hello",
            template="mailing_tests/mails/hello",
            context={"name": f"Bob {number}", "url": "https://vaandel.example/"},
            to_address=f"p{number}@acme.example",
            language="en",
            at=timezone.now(),
        )


def send() -> None:
    from vaandel.mailing.services import send_due_messages  # noqa: PLC0415 - after django.setup()

    while send_due_messages():
        pass


if __name__ == "__main__":
    django.setup()
    settings.TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")
    {"prepare": prepare, "send": send}[sys.argv[1]]()
