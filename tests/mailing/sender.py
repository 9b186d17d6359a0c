"""A process of its own that sends, so that a test can kill it: sender.py prepare COUNT|send."""

from __future__ import annotations

import sys
from pathlib import Path

import django
from django.conf import settings
from django.utils import timezone

IN_ONE_STATEMENT = 500


def prepare(count: int) -> None:
    # Both after django.setup().
    from vaandel.config.commands.migrate import migrate_all  # noqa: PLC0415
    from vaandel.mailing.services import compose_message, queue_composed  # noqa: PLC0415

    migrate_all(verbosity=0)
    for first in range(0, count, IN_ONE_STATEMENT):
        queue_composed(
            [
                compose_message(
                    key=f"hello:{number}",
                    kind="hello",
                    template="mailing_tests/mails/hello",
                    context={"name": "Bob", "url": f"https://vaandel.example/{number}/"},
                    lazy=True,
                    to_address=f"p{number}@acme.example",
                    language="en",
                    at=timezone.now(),
                )
                for number in range(first, min(first + IN_ONE_STATEMENT, count))
            ]
        )


def send() -> None:
    from vaandel.mailing.services import send_due_messages  # noqa: PLC0415 - after django.setup()

    while send_due_messages():
        pass


if __name__ == "__main__":
    django.setup()
    settings.TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]))
    else:
        send()
