"""Sources come, are read on their round, fail in words, pause and go; nothing lands twice."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from tests.sources.conftest import Site
from vaandel.organizations.models import Member, Organization
from vaandel.programmes.models import Topic
from vaandel.sources.fetching import FeedFailed
from vaandel.sources.models import Item, Source
from vaandel.sources.problems import Problem
from vaandel.sources.services import (
    AlreadyASource,
    add_source,
    fetch_due_sources,
    fetch_now,
    pause_source,
    remove_source,
    restore_source,
    resume_source,
)
from vaandel.sources.services.rounds import pause_after

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def rss(*titles: str, title: str = "News") -> str:
    items = "".join(f"<item><title>{t}</title><guid>{t}</guid></item>" for t in titles)
    channel = f"<channel><title>{title}</title>{items}</channel>"
    return f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'


def make_due(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(next_fetch_at=timezone.now(), leased_until=None)


@pytest.fixture
def source(acme: Organization, site: Site) -> Source:
    address = site.shows("/feed", rss("One", "Two"), kind="application/rss+xml", ETag='"1"')
    return add_source(organization=acme, url=address, topic=None, by=None, at=timezone.now())


def titles() -> list[str]:
    return list(Item.objects.order_by("pk").values_list("title", flat=True))


def test_a_source_is_tried_at_once(
    acme: Organization, alice: Member, topic: Topic, site: Site
) -> None:
    address = site.shows("/feed", rss("One", "Two"), kind="application/rss+xml")

    source = add_source(organization=acme, url=address, topic=topic, by=alice, at=NOW)

    assert (source.title, source.url, source.topic, source.added_by) == (
        "News",
        address,
        topic,
        alice,
    )
    assert timedelta(minutes=54) < source.next_fetch_at - NOW < timedelta(minutes=66)
    assert titles() == ["One", "Two"]
    assert set(Item.objects.values_list("state", "organization")) == {("NEW", acme.pk)}


def test_a_web_page_leads_to_the_feed_that_it_names(acme: Organization, site: Site) -> None:
    site.shows("/feed.xml", rss("One"), kind="application/rss+xml")
    page = site.shows(
        "/",
        '<html><head><link rel="stylesheet" href="x.css"><link rel="alternate"'
        ' type="application/rss+xml" href="/broken.xml"><link rel="alternate"'
        ' type="application/rss+xml" href="feed.xml"></head></html>',
        kind="text/html",
    )

    source = add_source(organization=acme, url=page, topic=None, by=None, at=NOW)

    assert source.url == f"{site.url}/feed.xml"
    assert titles() == ["One"]


@pytest.mark.parametrize(
    ("body", "kind", "problem"),
    [
        ("<html><body>Hello</body></html>", "text/html", Problem.NO_FEED_NAMED),
        ("just words", "text/plain", Problem.NOT_A_FEED),
        ("", "application/rss+xml", Problem.EMPTY),
    ],
)
def test_an_address_without_a_feed_is_refused(
    acme: Organization, site: Site, body: str, kind: str, problem: Problem
) -> None:
    with pytest.raises(FeedFailed) as failure:
        add_source(
            organization=acme, url=site.shows("/x", body, kind=kind), topic=None, by=None, at=NOW
        )

    assert failure.value.problem == problem
    assert Source.objects.count() == 0


def test_a_feed_can_be_a_source_once_per_organisation(
    acme: Organization, globex: Organization, source: Source
) -> None:
    with pytest.raises(AlreadyASource) as known:
        add_source(organization=acme, url=source.url, topic=None, by=None, at=NOW)

    assert known.value.source == source
    add_source(organization=globex, url=source.url, topic=None, by=None, at=NOW)
    assert Item.objects.count() == 4


def test_only_the_latest_of_a_new_source_land_in_the_inbox(acme: Organization, site: Site) -> None:
    address = site.shows("/feed", rss(*(f"Item {n}" for n in range(60))))

    source = add_source(organization=acme, url=address, topic=None, by=None, at=timezone.now())

    assert Item.objects.filter(state="NEW").count() == 25
    assert Item.objects.filter(state="DISMISSED").count() == 35
    assert Item.objects.filter(state="NEW", title="Item 0").exists()
    make_due(source)
    fetch_due_sources()
    assert Item.objects.count() == 60


def test_a_round_asks_whether_something_changed(source: Source, site: Site) -> None:
    make_due(source)

    assert fetch_due_sources() == 1
    assert fetch_due_sources() == 0

    assert site.asked[-1][1]["If-None-Match"] == '"1"'
    assert titles() == ["One", "Two"]
    source.refresh_from_db()
    assert (source.failures, source.leased_until, source.etag) == (0, None, '"1"')


def test_what_is_new_is_added_once(source: Source, site: Site) -> None:
    site.shows("/feed", rss("Three", "Three", "One", "Two"), ETag='"2"')
    for _ in range(2):
        make_due(source)
        fetch_due_sources()

    assert titles() == ["One", "Two", "Three"]
    source.refresh_from_db()
    assert source.etag == '"2"'


def test_dates_far_ahead_are_mistakes(acme: Organization, site: Site) -> None:
    item = "<item><title>{0}</title><pubDate>{0}</pubDate></item>"
    dates = ["Tue, 24 Nov 2026 08:00:00 GMT", "Tue, 24 Nov 2099 08:00:00 GMT"]
    items = "".join(item.format(date) for date in dates)
    body = f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'

    add_source(organization=acme, url=site.shows("/f", body), topic=None, by=None, at=NOW)

    assert list(Item.objects.order_by("pk").values_list("published_at", flat=True)) == [
        datetime(2026, 11, 24, 8, tzinfo=UTC),
        None,
    ]


@pytest.mark.parametrize(
    ("status", "headers", "error", "paused"),
    [
        (404, {}, Problem.NOT_FOUND, False),
        (500, {}, Problem.SITE_PROBLEM, False),
        (429, {"Retry_After": "7200"}, Problem.FORBIDDEN, False),
        (410, {}, Problem.GONE, True),
    ],
)
def test_a_failure_is_kept_in_words_and_put_off(
    source: Source, site: Site, status: int, headers: dict[str, str], error: Problem, paused: bool
) -> None:
    site.shows("/feed", status=status, **headers)
    make_due(source)

    assert fetch_due_sources() == 1

    source.refresh_from_db()
    assert (source.last_error, source.last_error_detail, source.failures) == (error, str(status), 1)
    assert (source.paused_at is not None) is paused
    wait = source.next_fetch_at - timezone.now()
    assert wait > timedelta(minutes=110 if headers else 11)
    make_due(source)
    site.shows("/feed", rss("Back"))
    fetch_due_sources()
    source.refresh_from_db()
    assert source.failures == (1 if paused else 0)


def test_the_pause_doubles_up_to_a_day() -> None:
    assert timedelta(minutes=12) <= pause_after(1) <= timedelta(minutes=18)
    assert timedelta(minutes=48) <= pause_after(3) <= timedelta(minutes=72)
    assert pause_after(50) == timedelta(days=1)
    assert pause_after(1, asked=99_999_999) == timedelta(days=1)


def test_a_redirect_for_good_moves_the_source(source: Source, site: Site) -> None:
    site.shows("/new", rss("One", "Two", "Three"))
    site.shows("/feed", status=301, Location="/new")
    make_due(source)
    fetch_due_sources()

    source.refresh_from_db()
    assert source.url == f"{site.url}/new"
    assert titles() == ["One", "Two", "Three"]


def test_a_redirect_to_another_source_does_not_merge_them(
    acme: Organization, source: Source, site: Site
) -> None:
    other = site.shows("/other", rss("Else"))
    add_source(organization=acme, url=other, topic=None, by=None, at=timezone.now())
    site.shows("/feed", status=301, Location="/other")
    make_due(source)
    fetch_due_sources()

    source.refresh_from_db()
    assert source.url == f"{site.url}/feed"
    assert source.failures == 0


def test_a_redirect_that_never_ends_is_a_failure(source: Source, site: Site) -> None:
    site.shows("/feed", status=302, Location="/feed")
    make_due(source)
    fetch_due_sources()

    source.refresh_from_db()
    assert source.last_error == Problem.TOO_MANY_REDIRECTS


def test_a_source_that_is_leased_is_left_alone(source: Source, site: Site) -> None:
    make_due(source)
    later = timezone.now() + timedelta(minutes=1)
    Source.objects.update(leased_until=later)

    assert fetch_due_sources() == 0
    assert fetch_now(source=source, at=timezone.now()) is False
    Source.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert fetch_due_sources() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_once(source: Source, site: Site) -> None:
    site.shows("/feed", rss("Three"))
    make_due(source)
    asked = len(site.asked)
    together = threading.Barrier(2)
    counts: list[int] = []

    def work() -> None:
        together.wait()
        counts.append(fetch_due_sources())
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(counts) == [0, 1]
    assert len(site.asked) == asked + 1
    assert Item.objects.filter(title="Three").count() == 1


def test_a_paused_or_removed_source_is_not_read(source: Source, alice: Member) -> None:
    make_due(source)
    assert pause_source(source=source, by=alice, at=timezone.now()) is True
    assert pause_source(source=source, by=alice, at=timezone.now()) is False
    assert fetch_due_sources() == 0

    assert resume_source(source=source, by=alice, at=timezone.now()) is True
    assert resume_source(source=source, by=alice, at=timezone.now()) is False
    assert remove_source(source=source, by=alice, at=timezone.now()) is True
    assert remove_source(source=source, by=alice, at=timezone.now()) is False
    assert fetch_due_sources() == 0

    assert restore_source(source=source, by=alice, at=timezone.now()) is True
    assert restore_source(source=source, by=alice, at=timezone.now()) is False
    assert fetch_due_sources() == 1


def test_a_removed_source_can_be_added_again_and_is_forgotten_after_a_month(
    acme: Organization, source: Source, alice: Member
) -> None:
    remove_source(source=source, by=alice, at=timezone.now())
    again = add_source(organization=acme, url=source.url, topic=None, by=alice, at=timezone.now())
    assert (again.pk, again.removed_at) == (source.pk, None)

    remove_source(source=source, by=alice, at=timezone.now() - timedelta(days=31))
    fetch_due_sources()
    assert (Source.objects.count(), Item.objects.count()) == (0, 0)


def test_a_feed_is_imported_from_a_file_by_command(
    acme: Organization, tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "news.xml"
    file.write_text(rss(*(f"Item {n}" for n in range(60))))

    for new in (60, 0):
        call_command("import_feed", str(file), "--organization", "acme")
        assert capsys.readouterr().out == f"News: {new} new in the inbox.\n"

    source = Source.objects.get()
    assert (source.is_fetched, source.organization) == (False, acme)
    assert Item.objects.filter(state="NEW").count() == 60
    assert fetch_due_sources() == 0


def test_a_feed_is_imported_from_an_address_by_command(
    acme: Organization, site: Site, capsys: Any
) -> None:
    address = site.shows("/feed", rss("One"))

    for new in (1, 0):
        call_command("import_feed", address, "--organization", "acme")
        assert capsys.readouterr().out == f"News: {new} new in the inbox.\n"


@pytest.mark.parametrize(
    ("place", "slug", "said"),
    [
        ("none.xml", "acme", "none.xml: No such file or directory"),
        ("none.xml", "nobody", "There is no organisation 'nobody'."),
        ("http://10.0.0.5/", "acme", "inside a private network"),
    ],
)
def test_a_wrong_import_is_explained(acme: Organization, place: str, slug: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("import_feed", place, "--organization", slug)


def test_a_file_that_is_no_feed_is_explained(acme: Organization, tmp_path: Path) -> None:
    file = tmp_path / "x.xml"
    file.write_text("just words")

    with pytest.raises(CommandError, match="There is no RSS"):
        call_command("import_feed", str(file), "--organization", "acme")
