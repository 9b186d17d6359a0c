"""What stands there is counted, corrected and taken down."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.channels.conformance.bench import Bench
from tests.networks.mastodon_lenient import Lenient
from vaandel.channels.adapter import Account, Figures, Kind
from vaandel.channels.mastodon.adapter import ADAPTER

ONE = r"^/api/v1/statuses/\d+$"
Says = Callable[..., None]


@pytest.fixture
def remote_id(bench: Bench, account: Account) -> str:
    return bench.publish(account, bench.outgoing(), bench.memory()).remote_id


def test_figures_are_those_that_are_told(
    bench: Bench, account: Account, stub: Lenient, remote_id: str
) -> None:
    stub.counts[remote_id] = {
        "favourites_count": 12,
        "reblogs_count": 0,
        "replies_count": -1,
        "quotes_count": 3,
    }
    found = ADAPTER.figures(bench.app, account, [remote_id, "404404"])
    expected = Figures(source="mastodon statuses", reactions=12, reposts=0, quotes=3)
    assert found == {remote_id: expected, "404404": None}


def test_what_could_not_be_read_is_left_out(
    bench: Bench, account: Account, says: Says, remote_id: str
) -> None:
    says("GET", "/api/v1/statuses/404404", 503)
    found = ADAPTER.figures(bench.app, account, [remote_id, "404404"])
    assert list(found) == [remote_id]


def test_when_nothing_could_be_read_it_is_said_why(
    bench: Bench, account: Account, says: Says, remote_id: str
) -> None:
    says("GET", ONE, 429)
    trouble = bench.refused(lambda: ADAPTER.figures(bench.app, account, [remote_id]), account)
    assert trouble.kind is Kind.THROTTLED


@pytest.mark.parametrize("act", ["figures", "correct", "delete"])
def test_a_server_that_shows_the_post_to_nobody(
    bench: Bench, account: Account, says: Says, remote_id: str, act: str
) -> None:
    says("DELETE", ONE, 404)
    for _ in range(2):
        says("GET", ONE, 403, {"error": "This action is outside the authorized scopes"})
    acts: dict[str, Callable[[], object]] = {
        "figures": lambda: ADAPTER.figures(bench.app, account, [remote_id]),
        "correct": lambda: ADAPTER.correct(bench.app, account, remote_id, bench.outgoing()),
        "delete": lambda: ADAPTER.delete(bench.app, account, remote_id),
    }
    trouble = bench.refused(acts[act], account)
    codes = {"figures": "no_figures", "correct": "cannot_correct", "delete": "cannot_delete"}
    assert (trouble.kind, trouble.code) == (Kind.REJECTED, codes[act])


def test_figures_where_strangers_see_nothing(
    bench: Bench, account: Account, says: Says, remote_id: str
) -> None:
    says("GET", ONE, 401, {"error": "This API requires an authenticated user"})
    found = ADAPTER.figures(bench.app, account, [remote_id])
    assert found[remote_id] is not None


def test_a_correction_keeps_what_it_does_not_change(
    bench: Bench, account: Account, stub: Lenient, says: Says, remote_id: str
) -> None:
    there = {
        "id": remote_id,
        "sensitive": True,
        "spoiler_text": "Heat",
        "media_attachments": [{"id": "5"}, {"id": "6"}],
    }
    says("GET", ONE, 200, there)
    says("PUT", ONE, 200, {"id": remote_id, "url": "https://m.example/1"})
    other = bench.outgoing("Five kilometres")
    published = ADAPTER.correct(bench.app, account, remote_id, other)
    assert (published.remote_id, published.permalink) == (remote_id, "https://m.example/1")
    assert json.loads(stub.requests[-1].body) == {
        "status": other.text,
        "language": "en",
        "sensitive": True,
        "spoiler_text": "Heat",
        "media_ids": ["5", "6"],
    }


@pytest.mark.parametrize(
    ("status", "said", "kind", "code"),
    [
        (404, {}, "rejected", "cannot_correct"),
        (405, {}, "rejected", "cannot_correct"),
        (422, {"error": "too long"}, "rejected", "too_long"),
        (503, {}, "transient", "fault_there"),
    ],
)
def test_a_correction_is_refused(
    bench: Bench,
    account: Account,
    says: Says,
    remote_id: str,
    status: int,
    said: Any,
    kind: str,
    code: str,
) -> None:
    says("PUT", ONE, status, said)
    trouble = bench.refused(
        lambda: ADAPTER.correct(bench.app, account, remote_id, bench.outgoing()), account
    )
    assert (trouble.kind, trouble.code) == (kind, code)


def test_a_corrected_post_whose_answer_says_nothing(
    bench: Bench, account: Account, says: Says, remote_id: str
) -> None:
    says("PUT", ONE, 200, {})
    published = ADAPTER.correct(bench.app, account, remote_id, bench.outgoing())
    assert published.remote_id == remote_id


def test_what_is_gone_cannot_be_corrected(bench: Bench, account: Account) -> None:
    trouble = bench.refused(
        lambda: ADAPTER.correct(bench.app, account, "404404", bench.outgoing()), account
    )
    assert (trouble.kind, trouble.code) == (Kind.REJECTED, "cannot_correct")


@pytest.mark.parametrize(
    ("status", "said", "kind", "code"),
    [
        (404, {}, "rejected", "cannot_delete"),
        (405, {}, "rejected", "cannot_delete"),
        (422, {"error": "No"}, "rejected", "cannot_delete"),
        (403, {"error": "No"}, "rejected", "not_allowed"),
        (503, {}, "transient", "fault_there"),
        (429, {}, "throttled", "throttled"),
    ],
)
def test_taking_down_is_refused(
    bench: Bench,
    account: Account,
    says: Says,
    remote_id: str,
    status: int,
    said: Any,
    kind: str,
    code: str,
) -> None:
    says("DELETE", ONE, status, said)
    trouble = bench.refused(lambda: ADAPTER.delete(bench.app, account, remote_id), account)
    assert (trouble.kind, trouble.code) == (kind, code)


@pytest.mark.parametrize("status", [404, 410])
def test_one_that_is_gone_is_no_trouble(
    bench: Bench, account: Account, says: Says, status: int
) -> None:
    says("DELETE", ONE, status)
    ADAPTER.delete(bench.app, account, "404404")
