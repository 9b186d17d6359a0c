"""What a process remembers of links, and how soon it follows a change."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from tests.factories import LinkFactory
from vaandel.links import reading
from vaandel.links.addresses import ended_url
from vaandel.links.cache import MISS_SECONDS, SECONDS_AWAY, SECONDS_BETWEEN_POLLS, LinkCache
from vaandel.links.models import Campaign, Link, LinkSettings
from vaandel.links.services import delete_links, end_links, revive_links, save_campaign, touch
from vaandel.organizations.models import Organization

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NOW = AT.timestamp()
# Longer than a poll may be away, far below the two seconds that a change may take.
SOON = SECONDS_BETWEEN_POLLS + 0.1


@pytest.fixture
def link(acme: Organization) -> Link:
    return LinkFactory.create(organization=acme)


def leads(links: LinkCache, link: Link, now: float = NOW) -> str:
    target = links.target_of(link.code, now)
    assert target is not None
    return target.url


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


def test_a_link_is_read_once_until_something_changes(
    link: Link, django_assert_num_queries: Any
) -> None:
    clock = Clock()
    links = LinkCache(clock=clock)
    with django_assert_num_queries(2):  # the organisations' settings, and the link
        for _ in range(3):
            assert leads(links, link) == link.target_url
    clock.now = NOW + SOON
    with django_assert_num_queries(1):
        assert leads(links, link, NOW + SOON) == link.target_url


@pytest.mark.parametrize("known_settings", [True, False])
def test_the_end_of_a_link_is_followed_within_a_poll(link: Link, *, known_settings: bool) -> None:
    if known_settings:
        touch(link.organization_id)
    clock = Clock()
    links = LinkCache(clock=clock)
    leads(links, link)

    end_links([link.pk], at=AT)
    clock.now = NOW + SOON
    assert leads(links, link, NOW + SOON) == ended_url(link.code)

    revive_links([link.pk])
    clock.now = NOW + 2 * SOON
    assert leads(links, link, NOW + 2 * SOON) == link.target_url


def test_a_change_of_one_organisation_makes_no_other_links_be_read_again(
    link: Link, globex: Organization, django_assert_num_queries: Any
) -> None:
    theirs = LinkFactory.create(organization=globex)
    clock = Clock()
    links = LinkCache(clock=clock)
    leads(links, link)
    leads(links, theirs)

    touch(globex.pk)
    clock.now = NOW + SOON
    with django_assert_num_queries(1):
        leads(links, link, NOW + SOON)
    with django_assert_num_queries(1):
        leads(links, theirs, NOW + SOON)


def test_an_expiry_is_followed_to_the_moment(link: Link) -> None:
    Link.objects.update(expires_at=AT + timedelta(seconds=0.2))
    links = LinkCache(clock=Clock())

    assert leads(links, link, NOW + 0.1) == link.target_url
    assert leads(links, link, NOW + 0.2) == ended_url(link.code)


def test_an_ended_link_leads_where_its_campaign_or_organisation_says(
    link: Link, acme: Organization
) -> None:
    Link.objects.update(ended_at=AT)
    LinkSettings.objects.create(organization=acme, ended_url="https://acme.example/jobs")
    clock = Clock()
    links = LinkCache(clock=clock)
    assert leads(links, link) == "https://acme.example/jobs"

    campaign = save_campaign(organization=acme, key="post:1", title="Engineer")
    Campaign.objects.update(successor_url="https://acme.example/jobs/2")
    Link.objects.update(campaign=campaign)
    touch(acme.pk)
    clock.now = NOW + SOON
    assert leads(links, link, NOW + SOON) == "https://acme.example/jobs/2"


def test_the_least_asked_for_are_forgotten(acme: Organization) -> None:
    links = LinkCache(max_links=4)
    made = [LinkFactory.create(organization=acme) for _ in range(9)]
    for each in made:
        links.target_of(made[0].code, NOW)
        links.target_of(each.code, NOW)

    assert len(links) <= 4
    assert made[0].code in {*links._young, *links._old}


def test_codes_of_nobody_are_remembered_apart(
    acme: Organization, django_assert_num_queries: Any
) -> None:
    clock = Clock()
    links = LinkCache(max_links=4, max_misses=3, clock=clock)
    known = LinkFactory.create(organization=acme)
    links.target_of(known.code, NOW)
    for number in range(10):
        assert links.target_of(f"none{number}", NOW) is None
    assert len(links) <= 4

    with django_assert_num_queries(0):
        assert links.target_of("none9", NOW) is None
        assert links.target_of(known.code, NOW)
    LinkFactory.create(organization=acme, code="none9")
    later = clock.now = NOW + MISS_SECONDS
    assert links.target_of("none9", later)


def test_known_links_outlive_the_database(link: Link, monkeypatch: Any, caplog: Any) -> None:
    clock = Clock()
    links = LinkCache(clock=clock)
    leads(links, link)
    links.target_of("nobody99", NOW)

    def gone(sql: str, parameters: list[Any]) -> list[Any]:
        raise DatabaseError(sql)

    monkeypatch.setattr(reading, "_select", gone)
    later = clock.now = NOW + 100

    assert leads(links, link, later) == link.target_url
    assert "The settings of links could not be read" in caplog.text
    for code in ("nobody99", "another9"):
        with pytest.raises(DatabaseError):
            links.target_of(code, later)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_is_made_again(link: Link) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute("SELECT nonsense")

    assert leads(LinkCache(), link) == link.target_url


def test_a_link_that_changes_while_it_is_read_is_read_again(
    link: Link, monkeypatch: Any, django_assert_num_queries: Any
) -> None:
    """The old address may not be kept under the new version."""
    touch(link.organization_id)
    clock = Clock()
    links = LinkCache(clock=clock)
    links.poll()
    read = reading._select

    def slow(sql: str, parameters: list[Any]) -> list[Any]:
        rows = read(sql, parameters)
        if parameters:
            monkeypatch.setattr(reading, "_select", read)
            end_links([link.pk], at=AT)
            links.poll()
        return rows

    monkeypatch.setattr(reading, "_select", slow)
    assert leads(links, link) == link.target_url

    assert leads(links, link) == ended_url(link.code)


def test_a_link_that_was_deleted_is_forgotten(acme: Organization) -> None:
    link = LinkFactory.create(organization=acme)
    links = LinkCache()
    assert links.target_of(link.code, NOW) is not None

    assert delete_links([link.pk]) == 1
    links.poll()

    assert links.target_of(link.code, NOW) is None
    assert delete_links([link.pk]) == 0


def test_a_poll_that_fails_is_not_the_last_one(
    acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong: without the next one no change would be followed any more."""
    links = LinkCache()
    polls: list[float] = []

    def sleep(seconds: float) -> None:
        polls.append(seconds)
        if len(polls) == 3:
            raise KeyboardInterrupt

    def goes_wrong() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(links, "poll", goes_wrong)
    with pytest.raises(KeyboardInterrupt):
        links._poll_for_ever()

    assert polls == [SECONDS_BETWEEN_POLLS] * 3


def test_nobody_waits_for_a_database_that_hangs(
    link: Link, monkeypatch: Any, django_assert_num_queries: Any
) -> None:
    """The poll has its own thread, and knows first."""
    monkeypatch.setattr(threading.Thread, "start", lambda _thread: None)
    clock = Clock()
    links = LinkCache(clock=clock)
    links.keep_polling()
    leads(links, link)
    touch(link.organization_id)

    later = clock.now = NOW + SECONDS_AWAY + 1
    with django_assert_num_queries(0):
        assert leads(links, link, later) == link.target_url
        with pytest.raises(DatabaseError, match="has not answered"):
            links.target_of("another9", later)

    links.poll()
    assert links.target_of("another9", later) is None
