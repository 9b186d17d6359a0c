"""A server says what it takes; what it does not say is as Mastodon has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.channels.conformance.bench import Bench
from tests.channels.mastodon.harness import TakaheHarness
from tests.networks.mastodon_lenient import Lenient
from vaandel.channels.adapter import Account, Kind
from vaandel.channels.mastodon.server import Limits, limits_of

V2 = "^/api/v2/instance$"
V1 = "^/api/v1/instance$"
Says = Callable[..., None]


def test_as_the_second_version_says(harness: TakaheHarness, says: Says) -> None:
    configuration = {
        "statuses": {
            "max_characters": 5000,
            "characters_reserved_per_url": 30,
            "max_media_attachments": 8,
        },
        "media_attachments": {"image_size_limit": 1000, "supported_mime_types": ["image/png", 1]},
    }
    says("GET", V2, 200, {"configuration": configuration})
    assert limits_of(harness.server) == Limits(
        characters=5000,
        url_length=30,
        media=8,
        image_bytes=1000,
        media_types=frozenset({"image/png"}),
        known=True,
    )


def test_as_the_first_version_says(harness: TakaheHarness, says: Says) -> None:
    says("GET", V2, 404)
    says("GET", V1, 200, {"configuration": {"statuses": {"max_characters": 1000}}})
    assert limits_of(harness.server) == Limits(characters=1000, known=True)


def test_as_servers_said_before_there_was_a_configuration(
    harness: TakaheHarness, says: Says
) -> None:
    says("GET", V2, 404)
    says("GET", V1, 200, {"max_toot_chars": 3000, "max_media_attachments": 10})
    assert limits_of(harness.server) == Limits(characters=3000, media=10, known=True)


@pytest.mark.parametrize(
    "said",
    [
        [],
        "<html>",
        {"configuration": []},
        {"configuration": {"statuses": 7, "media_attachments": None}},
        {"configuration": {"statuses": {"max_characters": -3}}},
        {"configuration": {"media_attachments": {"supported_mime_types": "image/png"}}},
    ],
)
def test_what_says_nothing_is_as_usual(harness: TakaheHarness, says: Says, said: Any) -> None:
    says("GET", V2, 200, said)
    says("GET", V1, 200, said)
    assert limits_of(harness.server) == Limits()


def test_asked_once_an_hour(harness: TakaheHarness, stub: Lenient) -> None:
    for _ in range(3):
        limits_of(harness.server)
    assert len([seen for seen in stub.requests if "instance" in seen.target]) == 1


def test_a_server_that_is_away_is_taken_as_usual(harness: TakaheHarness, settings: Any) -> None:
    settings.FETCH_ALLOWED_HOSTS = []
    assert limits_of(harness.server) == Limits()


def test_what_is_too_long_is_not_sent(bench: Bench, account: Account, stub: Lenient) -> None:
    outgoing = replace(bench.outgoing(), text="a" * 501)
    trouble = bench.refused(lambda: bench.publish(account, outgoing, bench.memory()), account)
    assert (trouble.kind, trouble.code, trouble.detail) == (
        Kind.REJECTED,
        "too_long",
        "501 > 500",
    )
    assert stub.posts == []
    assert not [seen for seen in stub.requests if seen.target == "/api/v1/statuses"]


def test_an_address_counts_as_much_as_the_server_says(
    bench: Bench, account: Account, says: Says
) -> None:
    statuses = {"max_characters": 60, "characters_reserved_per_url": 10}
    says("GET", V2, 200, {"configuration": {"statuses": statuses}})
    long_address = "https://go.acme.example/" + "a" * 60
    outgoing = replace(bench.outgoing(), text="b" * 49 + " " + long_address)
    bench.publish(account, outgoing, bench.memory())
    one_more = replace(outgoing, text="b" + outgoing.text)
    trouble = bench.refused(lambda: bench.publish(account, one_more, bench.memory()), account)
    assert trouble.detail == "61 > 60"


def test_a_server_that_does_not_say_decides_itself(
    bench: Bench, account: Account, says: Says, stub: Lenient
) -> None:
    for path in (V2, V1):
        says("GET", path, 200, {})
    outgoing = replace(bench.outgoing(), text="a" * 501)
    trouble = bench.refused(lambda: bench.publish(account, outgoing, bench.memory()), account)
    assert (trouble.code, trouble.detail) == ("too_long", "Status is too long")
    assert [seen.status for seen in stub.requests if seen.target == "/api/v1/statuses"] == [400]
