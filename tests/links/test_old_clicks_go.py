"""Raw clicks go after their time; sums stay and are never taken for wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection

from tests.factories import LinkFactory
from vaandel.links import partitions, retention, rollups
from vaandel.links.ingest import ingest_clicks
from vaandel.links.models import AgentDay, Click, ClickReference, ClicksKept, Link, LinkDay
from vaandel.links.retention import forget_old_clicks
from vaandel.links.spool import Writer
from vaandel.organizations.models import Organization

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# 90 days before.
OLDEST = date(2026, 8, 26)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(retention, "ROWS_AT_A_TIME", 4)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def writer(settings: Any) -> Writer:
    return Writer(Path(settings.SPOOL_DIR))


@pytest.fixture
def link(acme: Organization) -> Link:
    return LinkFactory.create(organization=acme)


def click(writer: Writer, link: Link, at: str, times: int = 1, **more: Any) -> None:
    for _ in range(times):
        writer.append(link.pk, datetime.fromisoformat(at).timestamp(), "HUMAN", **more)
    # As it was read in its time.
    ingest_clicks()


def left() -> list[str]:
    moments = Click.objects.order_by("at_ms").values_list("at_ms", flat=True)
    return [datetime.fromtimestamp(at / 1000, UTC).isoformat() for at in moments]


@pytest.fixture
def old_and_new(writer: Writer, link: Link) -> None:
    click(writer, link, "2026-06-30T12:00:00+00:00", 2)
    click(writer, link, "2026-07-01T00:00:00+00:00", 3)
    click(writer, link, "2026-08-25T23:59:59+00:00", 11)
    click(writer, link, "2026-08-26T00:00:00+00:00")
    click(writer, link, "2026-11-24T12:00:00+00:00")


@pytest.mark.usefixtures("old_and_new")
def test_clicks_of_days_that_are_over_go_and_sums_stay() -> None:
    sums = sorted(LinkDay.objects.values_list("day", "count"))

    forget_old_clicks()

    assert left() == ["2026-08-26T00:00:00+00:00", "2026-11-24T12:00:00+00:00"]
    assert sorted(LinkDay.objects.values_list("day", "count")) == sums
    assert len(sums) == 5
    assert ClicksKept.objects.get().since == OLDEST
    assert rollups.verify(date(2026, 1, 1), None) == []
    assert rollups.rebuild(date(2026, 1, 1), None) == 91
    assert sorted(LinkDay.objects.values_list("day", "count")) == sums
    assert forget_old_clicks() == 0


@pytest.mark.usefixtures("old_and_new")
def test_months_are_dropped_as_a_whole() -> None:
    assert forget_old_clicks() == (11 if connection.vendor == "postgresql" else 16)

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            assert {(2026, 8), (2026, 11)} <= set(partitions.existing(cursor))
            assert not {(2026, 6), (2026, 7)} & set(partitions.existing(cursor))


def test_a_shorter_time_takes_effect_and_a_longer_one_brings_nothing_back(
    writer: Writer, link: Link, settings: Any
) -> None:
    click(writer, link, "2026-11-20T12:00:00+00:00")
    click(writer, link, "2026-11-23T12:00:00+00:00")

    settings.CLICK_DAYS = 2
    forget_old_clicks()
    settings.CLICK_DAYS = 90
    forget_old_clicks()

    assert left() == ["2026-11-23T12:00:00+00:00"]
    assert ClicksKept.objects.get().since == date(2026, 11, 22)
    assert rollups.days_with_rows(None, None)[0] == date(2026, 11, 22)
    assert LinkDay.objects.count() == 2


@pytest.mark.usefixtures("old_and_new")
def test_clicks_that_arrive_too_late_are_counted_and_go(writer: Writer, link: Link) -> None:
    forget_old_clicks()
    click(writer, link, "2026-08-20T12:00:00+00:00")

    forget_old_clicks()

    assert len(left()) == 2
    assert LinkDay.objects.get(day=date(2026, 8, 20)).count == 1


def test_what_else_is_kept_for_a_time(writer: Writer, link: Link) -> None:
    click(writer, link, "2025-11-24T11:59:59+00:00", reference="old")
    click(writer, link, "2025-11-24T12:00:00+00:00", reference="new")
    for number in range(6):
        click(writer, link, "2025-11-01T12:00:00+00:00", reference=f"older{number}")
    for days in (366, 367):
        AgentDay.objects.create(
            day=NOW.date() - timedelta(days=days), family="Chrome", kind="HUMAN", count=1
        )

    forget_old_clicks()

    assert list(ClickReference.objects.values_list("reference", flat=True)) == ["new"]
    assert AgentDay.objects.earliest("day").day == date(2025, 11, 23)


def test_it_stops_at_the_first_young_clicks(
    writer: Writer, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    click(writer, link, "2026-08-01T12:00:00+00:00", 9)
    click(writer, link, "2026-11-01T12:00:00+00:00", 40)

    assert forget_old_clicks() == 9

    assert Click.objects.count() == 40
    assert len(pauses) <= 3
