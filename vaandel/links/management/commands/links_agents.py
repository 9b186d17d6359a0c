"""`vaandel links agents`: the programs and browsers that came, unknown ones first."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from vaandel.links.queries.agents import SeenFamily, seen_families

MAX_DAYS = 3650
HEADINGS = ("family", "kind", "requests", "days", "first", "last")
# Of these columns figures are written, under each other at the right.
FIGURES = frozenset({2, 3})


class Command(BaseCommand):
    help = "Show which programs and browsers came through the links, and what they were taken for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=_days, default=30, metavar="N", help="the last N days (UTC); 30"
        )
        parser.add_argument(
            "--unknown", action="store_true", help="only families that no list knows"
        )
        parser.add_argument("--json", action="store_true", help="one object per line")

    def handle(self, *args: Any, **options: Any) -> None:
        families = seen_families(
            until=timezone.now().astimezone(UTC).date(),
            days=options["days"],
            unknown_only=options["unknown"],
        )
        lines = _objects(families) if options["json"] else _table(families, options["days"])
        for line in lines:
            self.stdout.write(line)


def _days(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_DAYS:
        return int(text)
    raise ArgumentTypeError(f"{text!r}: a whole number from 1 to {MAX_DAYS}.")


def _objects(families: Sequence[SeenFamily]) -> list[str]:
    return [
        json.dumps(
            {
                "family": one.family,
                "kind": one.kind.value,
                "unknown": one.unknown,
                "count": one.count,
                "days": one.days,
                "first": one.first.isoformat(),
                "last": one.last.isoformat(),
            }
        )
        for one in families
    ]


def _table(families: Sequence[SeenFamily], days: int) -> list[str]:
    if not families:
        return [f"Nothing came in the last {days} days."]
    rows = [
        HEADINGS,
        *(
            (
                one.family,
                one.kind.value.lower(),
                str(one.count),
                str(one.days),
                one.first.isoformat(),
                one.last.isoformat(),
            )
            for one in families
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if place in FIGURES else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    if unknown := sum(one.unknown for one in families):
        lines.append("")
        lines.append(
            f"No list knows the families that begin with program, browser or robot ({unknown}): "
            "a name that comes back often belongs in vaandel/links/agents.py."
        )
    return lines
