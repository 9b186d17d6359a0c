"""`vaandel links verify`: do the sums agree with the clicks that they are sums of."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from vaandel.links.raw import kept_since, today
from vaandel.links.rollups import CheckedDay, Difference, check, days_with_rows, rebuild_days

MAX_DAYS = 3650
SHOWN = 10
WHAT = {
    "links_linkday": "link per day",
    "links_organizationday": "organisation per day",
    "links_campaignhour": "campaign per hour",
    "links_agentday": "family per day",
}


class Command(BaseCommand):
    help = (
        "Compare every sum with the clicks that it is a sum of, for days whose clicks are still "
        "there. Changes nothing without --repair. Exit code 0: they agree; 1: they differ."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=_days, default=90, metavar="N", help="the last N days (UTC); 90"
        )
        parser.add_argument(
            "--repair", action="store_true", help="make the sums of days that differ again"
        )
        parser.add_argument("--json", action="store_true", help="one object")

    def handle(self, *args: Any, **options: Any) -> None:
        days = days_with_rows(today() - timedelta(days=options["days"] - 1), None)
        checked = list(self._told(days))
        wrong = [day for day in checked if day.differences]
        repaired = 0
        if wrong and options["repair"]:
            repaired = rebuild_days(day.day for day in wrong)
            wrong = [day for day in check([day.day for day in wrong]) if day.differences]
        if options["json"]:
            self.stdout.write(json.dumps(_object(checked, repaired, len(wrong)), default=str))
        else:
            self._report(checked, repaired)
        if wrong:
            raise CommandError(
                f"{len(wrong)} days still differ: see the log of who counts clicks."
                if repaired
                else f"{len(wrong)} days differ. `vaandel links verify --repair` makes them again."
            )

    def _told(self, days: list[date]) -> Iterator[CheckedDay]:
        """Say where we are, to somebody who sits and waits."""
        watched = sys.stderr.isatty()
        for number, checked in enumerate(check(days), start=1):
            if watched:
                self.stderr.write(f"\r{checked.day} ({number} of {len(days)})", ending="")
            yield checked
        if watched and days:
            self.stderr.write("")

    def _report(self, checked: Sequence[CheckedDay], repaired: int) -> None:
        differences = [each for day in checked for each in day.differences]
        for line in (*_compared(checked), *_differing(differences)):
            self.stdout.write(line)
        if repaired:
            self.stdout.write(f"Made the sums of {repaired} days again.")


def _days(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_DAYS:
        return int(text)
    raise ArgumentTypeError(f"{text!r}: a whole number from 1 to {MAX_DAYS}.")


def _compared(checked: Sequence[CheckedDay]) -> Iterator[str]:
    if not checked:
        since = kept_since()
        yield f"Nothing to compare: the clicks of days before {since} have expired."
        return
    clicks, sums = (sum(getattr(day, name) for day in checked) for name in ("clicks", "sums"))
    yield (
        f"Compared {sums} sums of {clicks} clicks with the clicks themselves, "
        f"{checked[0].day} to {checked[-1].day} (UTC)."
    )
    if checked[0].day > today() - timedelta(days=settings.CLICK_DAYS):
        return
    yield "Clicks of earlier days have expired; their sums stay as they are."


def _differing(differences: Sequence[Difference]) -> Iterator[str]:
    if not differences:
        yield "All agree."
        return
    yield f"{len(differences)} differ:"
    for one in differences[:SHOWN]:
        named = ", ".join(f"{name} {value}" for name, value in _key(one).items() if value != "")
        yield (
            f"  {one.day} {WHAT[one.table]} ({named}), {one.figure}: "
            f"sum {one.kept}, clicks {one.counted}"
        )
    if len(differences) > SHOWN:
        yield f"  and {len(differences) - SHOWN} more"


def _key(one: Difference) -> dict[str, Any]:
    """What the sum is of, for people: an hour as a moment instead of hours since 1970."""
    key: dict[str, Any] = dict(one.key)
    if "hour" in key:
        key["hour"] = f"{datetime.fromtimestamp(key['hour'] * 3600, UTC):%Y-%m-%dT%H:%MZ}"
    return key


def _object(checked: Sequence[CheckedDay], repaired: int, wrong: int) -> dict[str, Any]:
    differences = [
        asdict(each) | {"key": _key(each)} for day in checked for each in day.differences
    ]
    return {
        "days": len(checked),
        "clicks": sum(day.clicks for day in checked),
        "sums": sum(day.sums for day in checked),
        "differences": len(differences),
        "first": differences[:SHOWN],
        "days_repaired": repaired,
        "agrees": not wrong,
    }
