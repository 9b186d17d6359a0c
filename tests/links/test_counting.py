"""From lines in the spool to rows and sums."""

from __future__ import annotations

import logging
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.models import Sum
from django.utils import timezone

from tests.factories import LinkFactory
from vaandel.links import ingest, spool
from vaandel.links.batch import Batch
from vaandel.links.ingest import forget_visitors, ingest_clicks
from vaandel.links.models import (
    AgentDay,
    Campaign,
    CampaignHour,
    Click,
    ClickReference,
    DayVisitor,
    Kind,
    Link,
    LinkDay,
    OrganizationDay,
    SpoolFile,
)
from vaandel.links.services import delete_links, save_campaign
from vaandel.links.spool import Writer
from vaandel.links.store import store as store_batch
from vaandel.organizations.models import Organization

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC).timestamp()


@pytest.fixture
def writer(settings: Any) -> Writer:
    return Writer(Path(settings.SPOOL_DIR))


@pytest.fixture
def campaign(acme: Organization) -> Campaign:
    return save_campaign(organization=acme, key="post:1", title="Geothermal")


@pytest.fixture
def link(acme: Organization, campaign: Campaign) -> Link:
    return LinkFactory.create(organization=acme, campaign=campaign, channel="linkedin")


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_a_click_is_kept_as_it_was_noted(writer: Writer, link: Link) -> None:
    writer.append(
        link.pk,
        NOW + 0.25,
        "HUMAN",
        referrer_host="www.linkedin.com",
        country="NL",
        family="Chrome",
    )
    assert ingest_clicks() == 1

    click = Click.objects.get()
    assert click.at == datetime(2026, 11, 24, 9, 30, 0, 250_000, tzinfo=UTC)
    assert (click.link, click.organization_id) == (link, link.organization_id)
    assert (click.kind, click.referrer_host, click.country, click.family, click.visitor) == (
        "HUMAN",
        "www.linkedin.com",
        "NL",
        "Chrome",
        None,
    )


def test_clicks_count_on_their_own_day_in_utc(writer: Writer, link: Link) -> None:
    writer.append(link.pk, moment("2026-11-23T23:59:59.999+00:00"), "HUMAN")
    writer.append(link.pk, moment("2026-11-24T00:00:00+00:00"), "HUMAN")
    ingest_clicks()

    days = LinkDay.objects.order_by("day").values_list("day", "count")
    assert list(days) == [(date(2026, 11, 23), 1), (date(2026, 11, 24), 1)]


def test_a_campaign_counts_all_its_links_by_the_hour(
    writer: Writer, link: Link, acme: Organization, campaign: Campaign
) -> None:
    other = LinkFactory.create(organization=acme, campaign=campaign, channel="whatsapp")
    apart = LinkFactory.create(organization=acme)
    writer.append(
        link.pk, moment("2026-11-24T09:00:00+00:00"), "HUMAN", referrer_host="lnkd.in", country="NL"
    )
    writer.append(
        link.pk, moment("2026-11-24T09:59:59+00:00"), "HUMAN", referrer_host="lnkd.in", country="NL"
    )
    writer.append(link.pk, moment("2026-11-24T10:00:00+00:00"), "PREVIEW")
    writer.append(other.pk, moment("2026-11-24T09:10:00+00:00"), "HUMAN")
    writer.append(apart.pk, moment("2026-11-24T09:10:00+00:00"), "HUMAN")
    ingest_clicks()
    writer.append(other.pk, moment("2026-11-24T09:20:00+00:00"), "HUMAN")
    ingest_clicks()

    nine, ten = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (9, 10))
    rows = CampaignHour.objects.order_by("hour", "channel").values_list(
        "campaign", "hour", "kind", "channel", "referrer_host", "country", "count"
    )
    assert list(rows) == [
        (campaign.pk, nine, "HUMAN", "linkedin", "lnkd.in", "NL", 2),
        (campaign.pk, nine, "HUMAN", "whatsapp", "", "", 2),
        (campaign.pk, ten, "PREVIEW", "linkedin", "", "", 1),
    ]
    assert set(CampaignHour.objects.values_list("organization", flat=True)) == {acme.pk}


def test_visitors_are_counted_once_a_day_where_they_are_known(writer: Writer, link: Link) -> None:
    for visitor in (1, 2, 1):
        writer.append(link.pk, NOW, "HUMAN", visitor=visitor)
    ingest_clicks()
    writer.append(link.pk, NOW, "HUMAN", visitor=2)
    writer.append(link.pk, NOW, "HUMAN", visitor=3)
    writer.append(link.pk, NOW + 86400, "HUMAN", visitor=3)
    writer.append(link.pk, NOW, "BOT")
    ingest_clicks()

    rows = LinkDay.objects.order_by("day", "kind").values_list("kind", "count", "uniques")
    assert list(rows) == [("BOT", 1, None), ("HUMAN", 5, 3), ("HUMAN", 1, 1)]


def test_nobody_is_counted_as_unique_in_the_mode_that_only_counts(
    writer: Writer, link: Link
) -> None:
    writer.append(link.pk, NOW, "HUMAN")
    ingest_clicks()

    assert LinkDay.objects.get().uniques is None


def test_visitors_of_days_that_are_over_are_forgotten(writer: Writer, link: Link) -> None:
    now = timezone.now()
    for days in (0, 1, 2, 3, 9):
        writer.append(link.pk, (now - timedelta(days=days)).timestamp(), "HUMAN", visitor=1)
    ingest_clicks()

    assert forget_visitors() == 2
    assert DayVisitor.objects.count() == 3


def test_a_reference_is_kept_with_its_link(writer: Writer, link: Link, acme: Organization) -> None:
    writer.append(link.pk, NOW, "HUMAN", reference="abc_DEF-1234")
    writer.append(link.pk, NOW, "HUMAN")
    ingest_clicks()

    kept = ClickReference.objects.get()
    assert (kept.reference, kept.link_id, kept.organization_id) == (
        "abc_DEF-1234",
        link.pk,
        acme.pk,
    )


def test_families_are_counted_per_day_over_all_organisations(
    writer: Writer, link: Link, globex: Organization
) -> None:
    theirs = LinkFactory.create(organization=globex)
    for each in (link, theirs):
        writer.append(each.pk, NOW, "HUMAN", family="Chrome")
    writer.append(link.pk, NOW, "BOT", family="curl")
    ingest_clicks()

    rows = AgentDay.objects.order_by("family").values_list("day", "family", "kind", "count")
    day = date(2026, 11, 24)
    assert list(rows) == [(day, "Chrome", "HUMAN", 2), (day, "curl", "BOT", 1)]


@pytest.mark.parametrize("batches", [1, 2])
def test_a_correction_changes_the_rows_and_every_sum(
    writer: Writer, link: Link, batches: int
) -> None:
    written = [writer.append(link.pk, NOW, "HUMAN", visitor=visitor) for visitor in (1, 2, 3)]
    if batches == 2:
        assert ingest_clicks() == 3
    writer.correct("SCANNER", [each for each in written[:2] if each])
    ingest_clicks()

    assert sorted(Click.objects.values_list("kind", flat=True)) == ["HUMAN", "SCANNER", "SCANNER"]
    for model in (LinkDay, OrganizationDay, CampaignHour, AgentDay):
        counts = model.objects.order_by("kind").values_list("kind", "count")
        assert list(counts) == [("HUMAN", 1), ("SCANNER", 2)], model
    assert LinkDay.objects.get(kind="HUMAN").uniques == 1


def test_a_correction_of_nothing_does_nothing(writer: Writer, link: Link) -> None:
    writer.append(link.pk, NOW, "HUMAN")
    (file,) = spool.files(Path(writer._folder))
    with file.open("ab") as stream:
        stream.write(spool.to_line(("!", "SCANNER", [77])))

    assert ingest_clicks() == 1
    assert list(LinkDay.objects.values_list("kind", "count")) == [("HUMAN", 1)]


def test_clicks_of_removed_links_are_left_out(
    writer: Writer, link: Link, acme: Organization, caplog: Any
) -> None:
    writer.append(link.pk, NOW, "HUMAN")
    writer.append(link.pk + 1000, NOW, "HUMAN")
    with caplog.at_level(logging.INFO):
        assert ingest_clicks() == 1
    assert "Clicks of links that were deleted were left out." in caplog.text

    assert delete_links([link.pk]) == 1
    assert (Click.objects.count(), LinkDay.objects.count()) == (0, 0)
    assert CampaignHour.objects.get().count == 1


def test_a_click_that_is_there_already_stops_nothing(
    writer: Writer, link: Link, caplog: Any
) -> None:
    writer.append(link.pk, NOW, "HUMAN")
    ingest_clicks()
    SpoolFile.objects.update(offset=0)  # as nobody but a mistake would
    writer.append(link.pk, NOW, "HUMAN")

    with caplog.at_level(logging.WARNING):
        assert ingest_clicks() == 1

    assert "1 clicks of" in caplog.text
    assert LinkDay.objects.get().count == Click.objects.count() == 2


def test_leftovers_of_killed_processes_are_cleared(settings: Any, db: None) -> None:
    folder = Path(settings.SPOOL_DIR)
    folder.mkdir()
    old, young = folder / f"1{spool.NEW_SUFFIX}", folder / f"2{spool.NEW_SUFFIX}"
    old.touch()
    young.touch()
    os.utime(old, (0, 0))
    gone = folder / f"3{spool.SUFFIX}"
    gone.touch()
    SpoolFile.objects.create(name="old", updated_at=timezone.now() - timedelta(days=2))

    ingest_clicks()

    assert (old.exists(), young.exists(), gone.exists()) == (False, True, False)
    assert SpoolFile.objects.count() == 0


def test_a_file_is_gone_once_it_was_read_and_its_writer_closed_it(
    writer: Writer, link: Link, settings: Any
) -> None:
    writer.append(link.pk, NOW, "HUMAN")
    ingest_clicks()
    (file,) = spool.files(Path(settings.SPOOL_DIR))
    assert SpoolFile.objects.get().offset == file.stat().st_size

    writer.close()
    ingest_clicks()

    assert spool.files(Path(settings.SPOOL_DIR)) == []
    assert (SpoolFile.objects.count(), Click.objects.count()) == (0, 1)


def test_roll_ups_agree_with_the_rows(writer: Writer, acme: Organization) -> None:
    links = [LinkFactory.create(organization=acme) for _ in range(5)]
    for number in range(500):
        writer.append(links[number % 5].pk, NOW, list(Kind)[number % 7])

    assert ingest_clicks() == 500
    assert Click.objects.count() == LinkDay.objects.aggregate(all=Sum("count"))["all"] == 500
    for day in LinkDay.objects.all():
        assert day.count == Click.objects.filter(link_id=day.link_id, kind=day.kind).count()


def test_a_file_that_cannot_be_counted_does_not_keep_the_others_waiting(
    writer: Writer, link: Link, settings: Any, monkeypatch: Any, caplog: Any
) -> None:
    writer.append(link.pk, NOW, "HUMAN")
    (first,) = spool.files(Path(settings.SPOOL_DIR))
    Writer(Path(settings.SPOOL_DIR)).append(link.pk, NOW, "HUMAN")
    real = store_batch

    def store(batch: Batch, *, file_number: int) -> int:
        if SpoolFile.objects.get(pk=file_number).name == first.name:
            raise DatabaseError("refused")
        return real(batch, file_number=file_number)

    monkeypatch.setattr(ingest, "store", store)

    assert ingest_clicks() == 1
    assert f"Clicks of {first.name} could not be counted." in caplog.text
    with pytest.raises(DatabaseError, match="refused"):
        ingest_clicks()
    monkeypatch.undo()
    settings.SPOOL_DIR = first.parent
    assert ingest_clicks() == 1
    assert LinkDay.objects.get().count == 2
