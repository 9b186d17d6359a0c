"""Sums agree with their rows; when they do not, it is seen and can be repaired."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import F

from tests.factories import LinkFactory
from vaandel.links import rollups
from vaandel.links.ingest import ingest_clicks
from vaandel.links.models import (
    AgentDay,
    Campaign,
    CampaignHour,
    Click,
    ClicksKept,
    DayVisitor,
    Link,
    LinkDay,
)
from vaandel.links.services import save_campaign
from vaandel.links.spool import Writer
from vaandel.organizations.models import Organization

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def writer(settings: Any) -> Writer:
    return Writer(Path(settings.SPOOL_DIR))


@pytest.fixture
def campaign(acme: Organization) -> Campaign:
    return save_campaign(organization=acme, key="post:1", title="Geothermal")


@pytest.fixture
def link(acme: Organization, campaign: Campaign) -> Link:
    return LinkFactory.create(organization=acme, campaign=campaign, channel="linkedin")


@pytest.fixture
def other(acme: Organization, campaign: Campaign) -> Link:
    return LinkFactory.create(organization=acme, campaign=campaign, channel="whatsapp")


@pytest.fixture
def counted(writer: Writer, link: Link, other: Link, acme: Organization) -> Writer:
    """Clicks of three days, of all sorts, in two spool files."""
    apart = LinkFactory.create(organization=acme)
    for days_ago in (2, 1, 0):
        for hour in (0, 9, 11):
            at = (NOON - timedelta(days=days_ago)).replace(hour=hour).timestamp()
            writer.append(link.pk, at, "HUMAN", visitor=7, family="Chrome", country="NL")
            writer.append(link.pk, at + 1, "HUMAN", visitor=days_ago, family="Firefox")
            writer.append(link.pk, at + 2, "PREVIEW", family="LinkedInBot")
            writer.append(other.pk, at + 3, "HUMAN", family="Chrome", referrer_host="lnkd.in")
            writer.append(apart.pk, at + 4, "BOT", family="curl")
        ingest_clicks()
        writer.close()
    return writer


def everything() -> list[list[tuple[Any, ...]]]:
    """All sums, without their ids."""
    return [
        sorted(LinkDay.objects.values_list("organization", "link", "day", "kind", "count")),
        sorted(LinkDay.objects.exclude(uniques=None).values_list("link", "day", "kind", "uniques")),
        sorted(
            CampaignHour.objects.values_list(
                "organization",
                "campaign",
                "hour",
                "kind",
                "channel",
                "referrer_host",
                "country",
                "count",
            )
        ),
        sorted(AgentDay.objects.values_list("day", "family", "kind", "count")),
        sorted(DayVisitor.objects.values_list("link_id", "day", "visitor")),
    ]


@pytest.mark.usefixtures("counted")
def test_what_the_ingest_adds_up_agrees() -> None:
    assert rollups.verify(None, None) == []


@pytest.mark.usefixtures("counted")
def test_sums_made_again_are_the_same() -> None:
    before = everything()
    assert len(before[0]) == 12

    assert rollups.rebuild(YESTERDAY - timedelta(days=1), None) == 3

    assert everything() == before


@pytest.mark.usefixtures("counted")
def test_lost_and_invented_sums_are_seen_and_repaired(link: Link, campaign: Campaign) -> None:
    before = everything()
    LinkDay.objects.filter(link=link, day=YESTERDAY, kind="HUMAN").update(
        count=F("count") + 1, uniques=F("uniques") - 1
    )
    LinkDay.objects.create(
        organization=link.organization, link=link, day=TODAY, kind="SCANNER", count=3
    )
    CampaignHour.objects.filter(
        campaign=campaign, hour=NOON.replace(hour=9), kind="PREVIEW"
    ).delete()
    AgentDay.objects.filter(day=YESTERDAY, family="curl").update(count=0)

    found = rollups.verify(None, None)

    assert [
        (one.day, one.table, one.key["kind"], one.figure, one.kept, one.counted) for one in found
    ] == [
        (YESTERDAY, "links_linkday", "HUMAN", "count", 7, 6),
        (YESTERDAY, "links_linkday", "HUMAN", "uniques", 1, 2),
        (YESTERDAY, "links_agentday", "BOT", "count", 0, 3),
        (TODAY, "links_linkday", "SCANNER", "count", 3, 0),
        (TODAY, "links_campaignhour", "PREVIEW", "count", 0, 1),
    ]

    assert rollups.rebuild(YESTERDAY, TODAY) == 2
    assert everything() == before
    assert rollups.verify(None, None) == []


def test_clicks_that_wait_are_counted_once(counted: Writer, link: Link) -> None:
    counted.append(link.pk, NOON.timestamp(), "HUMAN", visitor=8, family="Chrome")
    rollups.rebuild(None, None)
    assert ingest_clicks() == 1
    # A file that was there before, and one that began later.
    counted.append(link.pk, NOON.timestamp(), "HUMAN", visitor=8, family="Chrome")
    rollups.rebuild(None, None)
    ingest_clicks()

    assert rollups.verify(None, None) == []
    assert LinkDay.objects.get(link=link, day=TODAY, kind="HUMAN").count == 8
    assert LinkDay.objects.get(link=link, day=TODAY, kind="HUMAN").uniques == 3


def test_clicks_are_found_that_came_after_the_look(counted: Writer, link: Link) -> None:
    days = iter([YESTERDAY, TODAY])

    def meanwhile() -> Iterator[date]:
        yield next(days)
        # One in a file that grows and one in a new file.
        counted.append(link.pk, NOON.timestamp(), "HUMAN")
        ingest_clicks()
        counted.close()
        counted.append(link.pk, NOON.timestamp(), "HUMAN")
        ingest_clicks()
        yield next(days)

    assert rollups.rebuild_days(meanwhile()) == 2

    assert LinkDay.objects.get(link=link, day=TODAY, kind="HUMAN").count == 8
    assert rollups.verify(None, None) == []


@pytest.mark.usefixtures("counted")
def test_a_link_that_moves_to_a_campaign_takes_its_clicks_along(campaign: Campaign) -> None:
    apart = Link.objects.get(campaign=None)
    Link.objects.filter(pk=apart.pk).update(campaign=campaign)

    assert {one.table for one in rollups.verify(None, None)} == {"links_campaignhour"}
    rollups.rebuild(None, None)

    assert CampaignHour.objects.filter(kind="BOT", campaign=campaign).count() == 9


@pytest.mark.usefixtures("counted")
def test_days_whose_clicks_have_expired_are_left_alone(settings: Any) -> None:
    ClicksKept.objects.create(pk=1, since=TODAY)
    Click.objects.all().delete()

    assert {one.day for one in rollups.verify(None, None)} == {TODAY}
    assert rollups.rebuild(YESTERDAY, None) == 1
    assert rollups.rebuild_days([YESTERDAY]) == 0

    assert set(LinkDay.objects.values_list("day", flat=True)) == {
        YESTERDAY,
        YESTERDAY - timedelta(days=1),
    }
    settings.CLICK_DAYS = 2
    ClicksKept.objects.all().delete()
    assert rollups.days_with_rows(None, None)[0] == TODAY - timedelta(days=2)


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("links_verify", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("counted")
def test_the_command_says_that_all_agree() -> None:
    assert told("--days", "2") == (
        "Compared 46 sums of 30 clicks with the clicks themselves, "
        "2026-11-23 to 2026-11-24 (UTC).\n"
        "All agree.\n"
    )


@pytest.mark.usefixtures("counted")
def test_the_command_shows_ten_and_repairs(link: Link) -> None:
    LinkDay.objects.update(count=F("count") + 1)
    out = StringIO()

    with pytest.raises(CommandError, match=r"^3 days differ\. `vaandel links verify --repair`"):
        call_command("links_verify", stdout=out)

    lines = out.getvalue().splitlines()
    assert lines[1] == "12 differ:"
    assert lines[2] == (
        f"  2026-11-22 link per day (link_id {link.pk}, kind HUMAN), count: sum 7, clicks 6"
    )
    assert lines[12:] == ["  and 2 more"]
    repaired = told("--repair")
    assert repaired.endswith("Made the sums of 3 days again.\n")
    assert told().endswith("All agree.\n")


@pytest.mark.usefixtures("counted")
def test_the_command_is_for_programs_too() -> None:
    LinkDay.objects.filter(day=TODAY, kind="BOT").delete()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("links_verify", "--json", stdout=out)

    found = json.loads(out.getvalue())
    assert found["differences"] == 1
    assert found["agrees"] is False
    assert found["first"][0]["counted"] == 3
    assert json.loads(told("--json", "--repair"))["days_repaired"] == 1
    assert json.loads(told("--json"))["agrees"] is True


@pytest.mark.usefixtures("counted")
def test_an_hour_that_differs_is_shown_as_a_moment(campaign: Campaign) -> None:
    CampaignHour.objects.filter(hour=NOON.replace(hour=9), kind="PREVIEW").delete()
    out, for_programs = StringIO(), StringIO()

    with pytest.raises(CommandError):
        call_command("links_verify", stdout=out)
    with pytest.raises(CommandError):
        call_command("links_verify", "--json", stdout=for_programs)

    assert out.getvalue().splitlines()[2] == (
        f"  2026-11-24 campaign per hour (campaign_id {campaign.pk}, hour 2026-11-24T09:00Z, "
        "kind PREVIEW, channel linkedin), count: sum 0, clicks 1"
    )
    key = json.loads(for_programs.getvalue())["first"][0]["key"]
    assert key["hour"] == "2026-11-24T09:00Z"


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999"])
def test_days_are_a_number(days: str) -> None:
    with pytest.raises(CommandError, match="a whole number from 1 to 3650"):
        call_command("links_verify", f"--days={days}")


@pytest.mark.django_db
def test_nothing_to_compare(settings: Any) -> None:
    settings.CLICK_DAYS = 2
    ClicksKept.objects.create(pk=1, since=TODAY + timedelta(days=1))

    assert told() == (
        "Nothing to compare: the clicks of days before 2026-11-25 have expired.\nAll agree.\n"
    )
