"""What looks like a person by itself, and not by what it does within seconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.factories import LinkFactory
from tests.links.visitor import CHROME, Visitor
from vaandel.links.ingest import ingest_clicks
from vaandel.links.memory import BURST_REQUESTS, SCANNED_LINKS, Bursts, network_of
from vaandel.links.models import Click, ClickReference, Kind, Link, LinkDay, LinkSettings
from vaandel.links.services import end_links
from vaandel.organizations.models import Organization

START = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SOMEBODY = {"REMOTE_ADDR": "203.0.113.9"}
LISTED = "198.18.0.0/15\n2001:db8:c10d::/48\n"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def links(acme: Organization) -> list[Link]:
    return LinkFactory.create_batch(6, organization=acme)


def counted() -> list[str]:
    """What every click is, in the order of their coming; the sums say the same."""
    ingest_clicks()
    found = list(Click.objects.order_by("at_ms", "pk").values_list("kind", flat=True))
    sums = {kind: found.count(kind) for kind in found}
    added = dict.fromkeys(sums, 0)
    for row in LinkDay.objects.filter(count__gt=0):
        added[row.kind] += row.count
    assert added == sums
    return found


def test_again_within_ten_seconds_is_no_second_click(
    visitor: Visitor, link: Link, clock: time_machine.Traveller
) -> None:
    visitor.asks(f"/s/{link.code}", **SOMEBODY)
    clock.shift(9.9)
    visitor.asks(f"/s/{link.code}", **SOMEBODY)
    clock.shift(0.3)
    visitor.asks(f"/s/{link.code}", **SOMEBODY)

    assert counted() == [Kind.HUMAN, Kind.REPEAT, Kind.HUMAN]


@pytest.mark.parametrize(
    "other",
    [
        {"REMOTE_ADDR": "203.0.113.10"},
        {"HTTP_USER_AGENT": CHROME.replace("142", "141")},
        {"HTTP_ACCEPT_LANGUAGE": "nl-BE"},
    ],
)
def test_another_visitor_counts(visitor: Visitor, link: Link, other: dict[str, str]) -> None:
    visitor.asks(f"/s/{link.code}", **SOMEBODY)
    visitor.asks(f"/s/{link.code}", **{**SOMEBODY, **other})

    assert counted() == [Kind.HUMAN, Kind.HUMAN]


def test_another_link_counts(visitor: Visitor, links: list[Link]) -> None:
    for link in links[: SCANNED_LINKS - 1]:
        visitor.asks(f"/s/{link.code}", **SOMEBODY)

    assert counted() == [Kind.HUMAN] * (SCANNED_LINKS - 1)


def test_what_is_no_person_does_not_take_the_place_of_one(visitor: Visitor, link: Link) -> None:
    visitor.asks(f"/s/{link.code}", HTTP_SEC_PURPOSE="prefetch", **SOMEBODY)
    visitor.asks(f"/s/{link.code}", method="HEAD", **SOMEBODY)
    visitor.asks(f"/s/{link.code}", **SOMEBODY)

    assert counted() == [Kind.PREFETCH, Kind.BOT, Kind.HUMAN]


def test_a_handful_of_links_at_once_is_a_scanner(
    visitor: Visitor, links: list[Link], clock: time_machine.Traveller
) -> None:
    for link in links:
        visitor.asks(f"/s/{link.code}", **SOMEBODY)
        clock.shift(0.7)

    assert counted() == [Kind.SCANNER] * 6


def test_what_was_stored_before_is_corrected(
    visitor: Visitor, links: list[Link], clock: time_machine.Traveller
) -> None:
    for link in links[:3]:
        visitor.asks(f"/s/{link.code}", **SOMEBODY)
    assert counted() == [Kind.HUMAN] * 3

    clock.shift(1)
    visitor.asks(f"/s/{links[3].code}", **SOMEBODY)

    assert counted() == [Kind.SCANNER] * 4
    assert not LinkDay.objects.filter(kind=Kind.HUMAN, count__gt=0).exists()


def test_five_seconds_are_any_five_seconds(
    visitor: Visitor, links: list[Link], clock: time_machine.Traveller
) -> None:
    for link, pause in zip(links[:5], (4.8, 0.4, 0.1, 0.1, 0), strict=True):
        visitor.asks(f"/s/{link.code}", **SOMEBODY)
        clock.shift(pause)

    assert counted() == [Kind.HUMAN] + [Kind.SCANNER] * 4


def test_a_burst_lasts_as_long_as_it_goes_on(
    visitor: Visitor, links: list[Link], clock: time_machine.Traveller
) -> None:
    for link in links[:4]:
        visitor.asks(f"/s/{link.code}", **SOMEBODY)
    clock.shift(4)
    visitor.asks(f"/s/{links[4].code}", **SOMEBODY)
    clock.shift(5.5)
    visitor.asks(f"/s/{links[5].code}", **SOMEBODY)

    assert counted() == [Kind.SCANNER] * 5 + [Kind.HUMAN]


def test_many_links_one_after_another_are_a_reader(
    visitor: Visitor, links: list[Link], clock: time_machine.Traveller
) -> None:
    for link in links:
        visitor.asks(f"/s/{link.code}", **SOMEBODY)
        clock.shift(2)

    assert counted() == [Kind.HUMAN] * 6


def test_one_link_again_and_again_is_no_burst(visitor: Visitor, link: Link) -> None:
    for _ in range(6):
        visitor.asks(f"/s/{link.code}", **SOMEBODY)

    assert counted() == [Kind.HUMAN] + [Kind.REPEAT] * 5


def test_ended_links_stay_ended_in_a_burst(visitor: Visitor, links: list[Link]) -> None:
    end_links([links[0].pk], at=START)
    for link in links[:4]:
        visitor.asks(f"/s/{link.code}", **SOMEBODY)

    assert counted() == [Kind.ENDED] + [Kind.SCANNER] * 3


def test_an_ended_link_that_is_opened_twice(visitor: Visitor, link: Link) -> None:
    end_links([link.pk], at=START)
    visitor.asks(f"/s/{link.code}", **SOMEBODY)
    visitor.asks(f"/s/{link.code}", **SOMEBODY)

    assert counted() == [Kind.ENDED, Kind.ENDED]


@pytest.fixture
def data_centres(settings: Any, tmp_path: Path, visitor: Visitor) -> None:
    file = tmp_path / "data-centres.txt"
    file.write_text(LISTED)
    settings.DATA_CENTRES = str(file)
    visitor.app = visitor.started()


@pytest.mark.parametrize(
    "network", ["198.18.7.{}", "::ffff:198.18.7.{}", "2001:db8:c10d:1::{}", "2001:DB8:C10D:1:2::{}"]
)
def test_a_data_centre_that_comes_at_once_is_a_scanner(
    visitor: Visitor, link: Link, data_centres: None, network: str
) -> None:
    for number in range(BURST_REQUESTS + 1):
        visitor.asks(
            f"/s/{link.code}",
            REMOTE_ADDR=network.format(number + 1),
            HTTP_USER_AGENT=CHROME.replace("142", str(100 + number)),
        )

    assert counted() == [Kind.SCANNER] * (BURST_REQUESTS + 1)


def test_people_behind_data_centres_count(
    visitor: Visitor, link: Link, data_centres: None, clock: time_machine.Traveller
) -> None:
    """Of several networks at once, or of one in their own time."""
    for number in range(BURST_REQUESTS + 1):
        visitor.asks(f"/s/{link.code}", REMOTE_ADDR=f"198.18.{number}.1")
        visitor.asks(f"/s/{link.code}", REMOTE_ADDR=f"198.19.1.{number + 1}")
        clock.shift(3)

    assert counted() == [Kind.HUMAN] * (BURST_REQUESTS + 1) * 2


def test_many_people_of_an_ordinary_network_count(
    visitor: Visitor, link: Link, data_centres: None
) -> None:
    for number in range(BURST_REQUESTS + 3):
        visitor.asks(f"/s/{link.code}", REMOTE_ADDR=f"203.0.113.{number + 1}")

    assert counted() == [Kind.HUMAN] * (BURST_REQUESTS + 3)


@pytest.mark.parametrize("address", ["", "unix:", "not an address", "fe80::1%eth0", "::", "1.2.3"])
def test_an_address_that_is_none_is_one_like_any_other(
    visitor: Visitor, link: Link, data_centres: None, address: str
) -> None:
    visitor.asks(f"/s/{link.code}", REMOTE_ADDR=address)
    visitor.asks(f"/s/{link.code}", REMOTE_ADDR=address)

    assert visitor.status == "302 Found"
    assert counted() == [Kind.HUMAN, Kind.REPEAT]
    assert isinstance(network_of(address), str)


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ACCEPT_LANGUAGE": "\xff\xfe\x00"},
        {"HTTP_ACCEPT_LANGUAGE": "\udcff\ud800"},
        {"HTTP_USER_AGENT": CHROME + " \xe9\ud800\udfff"},
        {"HTTP_USER_AGENT": CHROME + "x" * 100_000},
        {"HTTP_REFERER": "https://" + "a." * 50_000},
        {"HTTP_REFERER": "https://[::1/\ud800"},
        {"HTTP_REFERER": "https://b\xfccher.example/"},
    ],
)
def test_whatever_a_browser_sends_is_answered(
    visitor: Visitor, link: Link, headers: dict[str, str]
) -> None:
    visitor.asks(f"/s/{link.code}", **SOMEBODY, **headers)

    assert visitor.headers["Location"] == link.target_url
    assert counted() == [Kind.HUMAN]


def test_a_mistake_of_ours_does_not_keep_anybody_from_the_target(
    visitor: Visitor, link: Link, settings: Any, caplog: Any
) -> None:
    LinkSettings.objects.create(organization=link.organization, countries=True)
    settings.COUNTRY_HEADER = ["not", "a name"]

    visitor.asks(f"/s/{link.code}")

    assert visitor.headers["Location"] == link.target_url
    assert "could not be judged" in caplog.text


def test_a_corrected_click_leaves_the_visitor_of_an_earlier_one(
    visitor: Visitor, links: list[Link], clock: time_machine.Traveller
) -> None:
    """Read in the morning, and at noon a scanner on the same machine opened it again."""
    LinkSettings.objects.create(organization=links[0].organization, privacy="UNIQUE_PER_DAY")
    visitor.asks(f"/s/{links[0].code}", **SOMEBODY)
    clock.shift(3600)
    for link in links[:3]:
        visitor.asks(f"/s/{link.code}", **SOMEBODY)
    assert counted() == [Kind.HUMAN] * 4
    visitor.asks(f"/s/{links[3].code}", **SOMEBODY)

    assert counted() == [Kind.HUMAN] + [Kind.SCANNER] * 4
    days = LinkDay.objects.filter(kind=Kind.HUMAN).order_by("link")
    assert [(day.count, day.uniques) for day in days] == [(1, 1), (0, 0), (0, 0)]
    assert not ClickReference.objects.exists()


def test_the_memory_of_bursts_stays_small() -> None:
    bursts = Bursts(limit=5, seconds=10, most=10)
    for moment in range(1000):
        if not bursts.goes_on("busy", moment, moment / 10):
            bursts.note("busy", moment, moment / 10, ("file", moment))
        bursts.note("same", 1, moment / 10, ("file", moment))
        bursts.note(moment, 1, moment / 10, None)

    known = [*bursts._young.values(), *bursts._old.values()]
    assert len(known) <= 10
    assert all(len(opened) <= 11 for _, opened in known)


def test_of_two_requests_at_once_neither_is_forgotten() -> None:
    """Both are judged before either is written down."""
    bursts = Bursts(limit=2, seconds=5)
    assert not bursts.goes_on("somebody", 1, 0.0)
    assert not bursts.goes_on("somebody", 2, 0.0)

    assert not bursts.note("somebody", 1, 0.0, ("file", 1))
    assert bursts.note("somebody", 2, 0.0, ("file", 2))
    assert bursts.taken_back("somebody", 0.0) == [("file", 1), ("file", 2)]
    assert bursts.taken_back("somebody", 0.0) == []
    assert bursts.goes_on("somebody", 1, 1.0)


def test_a_clock_that_is_set_back_ends_a_burst() -> None:
    bursts = Bursts(limit=2, seconds=5)
    bursts.note("somebody", 1, 1000.0, None)
    assert bursts.goes_on("somebody", 2, 1000.0)

    assert not bursts.goes_on("somebody", 3, 900.0)
