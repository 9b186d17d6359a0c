"""``vaandel demo``: make the demonstration organisation."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand

from vaandel.demo.services import AlreadyThere, make_demo


class Command(BaseCommand):
    help = "Make the demonstration organisation Stadsenergie: 240 people and twelve weeks."

    def handle(self, *_args: Any, **_options: Any) -> None:
        started = time.monotonic()
        try:
            make_demo(say=lambda text: self.stdout.write(f"    {text}"))
        except AlreadyThere:
            self.stdout.write("Stadsenergie is there already.")
            return
        seconds = time.monotonic() - started
        self.stdout.write(f"    Stadsenergie is ready ({seconds:.0f} s)")
