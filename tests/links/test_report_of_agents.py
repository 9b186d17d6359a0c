"""`vaandel links agents`: what came, and what to look at first."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from vaandel.links.kinds import Kind
from vaandel.links.models import AgentDay
from vaandel.links.queries.agents import SeenFamily, seen_families

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def seen(family: str, kind: Kind, count: int, *, ago: int = 0) -> None:
    AgentDay.objects.create(day=TODAY - timedelta(days=ago), family=family, kind=kind, count=count)


def report(*arguments: str) -> str:
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("links_agents", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def came() -> None:
    seen("Chrome", Kind.HUMAN, 900)
    seen("Chrome", Kind.HUMAN, 100, ago=29)
    seen("Chrome", Kind.BOT, 4)
    seen("Chrome", Kind.HUMAN, 7000, ago=30)
    seen("browser FooBar", Kind.HUMAN, 3, ago=1)
    seen("program FooFetcher", Kind.BOT, 12, ago=2)
    seen("Chrome", Kind.HUMAN, 5000, ago=-1)


def test_unknown_families_come_first_and_then_the_most_seen(came: None) -> None:
    found = seen_families(until=TODAY, days=30)

    assert [(one.family, one.kind, one.count, one.unknown) for one in found] == [
        ("program FooFetcher", Kind.BOT, 12, True),
        ("browser FooBar", Kind.HUMAN, 3, True),
        ("Chrome", Kind.HUMAN, 1000, False),
        ("Chrome", Kind.BOT, 4, False),
    ]
    assert found[2] == SeenFamily(
        family="Chrome",
        kind=Kind.HUMAN,
        count=1000,
        days=2,
        first=TODAY - timedelta(days=29),
        last=TODAY,
    )


def test_the_table_is_for_reading(came: None) -> None:
    assert report().splitlines() == [
        "family              kind   requests  days  first       last",
        "program FooFetcher  bot          12     1  2026-11-18  2026-11-18",
        "browser FooBar      human         3     1  2026-11-19  2026-11-19",
        "Chrome              human      1000     2  2026-10-22  2026-11-20",
        "Chrome              bot           4     1  2026-11-20  2026-11-20",
        "",
        (
            "No list knows the families that begin with program, browser or robot (2): "
            "a name that comes back often belongs in vaandel/links/agents.py."
        ),
    ]


def test_fewer_days(came: None) -> None:
    assert [line.split("  ")[0] for line in report("--days", "1").splitlines()] == [
        "family",
        "Chrome",
        "Chrome",
    ]


def test_only_what_no_list_knows_as_objects(came: None) -> None:
    assert [json.loads(line) for line in report("--unknown", "--json").splitlines()] == [
        {
            "family": "program FooFetcher",
            "kind": "BOT",
            "unknown": True,
            "count": 12,
            "days": 1,
            "first": "2026-11-18",
            "last": "2026-11-18",
        },
        {
            "family": "browser FooBar",
            "kind": "HUMAN",
            "unknown": True,
            "count": 3,
            "days": 1,
            "first": "2026-11-19",
            "last": "2026-11-19",
        },
    ]


def test_nothing_is_told_in_words() -> None:
    assert report() == "Nothing came in the last 30 days.\n"
    assert report("--json") == ""


@pytest.mark.parametrize("days", ["0", "-1", "many", "99999", "٣"])
def test_a_wrong_number_of_days_is_refused(days: str) -> None:
    with pytest.raises(CommandError, match="a whole number from 1 to 3650"):
        report(f"--days={days}")
