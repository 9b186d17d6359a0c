"""`vaandel mail status`: what waits, what went, and what failed for which reasons."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from vaandel.mailing.status import Status, reasons, status

WIDTH = 22


class Command(BaseCommand):
    help = "Show what waits to be mailed, what was, and what failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        found, why = status(at=at), reasons(at=at)
        if options["json"]:
            said = {**asdict(found), "reasons": dict(why)}
            self.stdout.write(json.dumps(said, indent=2, default=datetime.isoformat))
            return
        for name, value in _lines(found):
            self.stdout.write(f"{name:<{WIDTH}} {value}")
        if why:
            self.stdout.write("\nwhat servers said of those that failed:")
        for said_of, count in why:
            self.stdout.write(f"{count:>8}  {said_of or 'nothing'}")


def _lines(found: Status) -> list[tuple[str, str]]:
    lines = [
        ("due", f"{found.due:,}"),
        ("for later", f"{found.later:,}"),
        ("on their way", f"{found.sending:,}"),
        ("sent in 24 hours", f"{found.sent:,}"),
        ("failed in 7 days", f"{found.failed:,}"),
        ("suppressed in 7 days", f"{found.suppressed:,}"),
        ("oldest that is due", _moment(found.due_since)),
    ]
    if found.paused_since:
        lines.append(("paused", f"since {_moment(found.paused_since)}: `vaandel mail resume`"))
    if found.held_tenants:
        lines.append(("stopped organisations", f"{found.held_tenants}"))
    return lines


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else "none"
