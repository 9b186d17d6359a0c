"""Ours is the post that leads to our link; looking costs money, so little is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.channels.conformance.bench import LINK, Bench
from tests.channels.x.harness import query_of
from tests.networks.x import X
from vaandel.channels.adapter import Account, Evidence, Figures, Finding, Kind
from vaandel.channels.x.adapter import ADAPTER

LATEST = ("GET", "^/2/users/p1/tweets")
Says = Callable[..., None]


def look(bench: Bench, account: Account) -> Finding:
    return ADAPTER.look(bench.app, account, bench.outgoing(), bench.memory())


def posts(*addresses: str) -> dict[str, Any]:
    urls = [{"url": "https://t.co/abc", "expanded_url": address} for address in addresses]
    post = {"id": "5", "text": "Look https://t.co/abc", "entities": {"urls": urls}}
    return {"data": ["?", {"id": "6", "text": "No entities"}, post], "meta": {"result_count": 3}}


def test_few_are_asked_for_and_only_new_ones(bench: Bench, account: Account, stub: X) -> None:
    assert look(bench, account) == Finding(evidence=Evidence.NOT_THERE)
    asked = query_of(stub.requests[-1].target)
    assert asked["max_results"] == "5"
    assert asked["start_time"].endswith("Z")
    assert stub.charges["read"] == 0


def test_ours_is_behind_an_address_of_x(bench: Bench, account: Account, says: Says) -> None:
    says(*LATEST, 200, posts("https://elsewhere.example/", LINK))
    finding = look(bench, account)
    assert finding.evidence is Evidence.THERE
    assert finding.published is not None
    assert finding.published.permalink == "https://x.com/p1/status/5"


def test_an_address_that_x_does_not_know_stands_in_the_text(
    bench: Bench, account: Account, says: Says
) -> None:
    says(*LATEST, 200, {"data": [{"id": "5", "text": f"Look {LINK}"}]})
    assert look(bench, account).evidence is Evidence.THERE


@pytest.mark.parametrize("address", [f"{LINK}x", "https://go.acme.example/", ""])
def test_another_address_is_not_ours(
    bench: Bench, account: Account, says: Says, address: str
) -> None:
    says(*LATEST, 200, posts(address))
    assert look(bench, account).evidence is Evidence.NOT_THERE


def test_who_posts_much_hides_it(bench: Bench, account: Account) -> None:
    for each in range(5):
        other = bench.outgoing(f"Number {each}", link=f"https://go.acme.example/b/{each}")
        bench.publish(account, other, bench.memory())
    assert look(bench, account).evidence is Evidence.CANNOT_TELL


@pytest.mark.parametrize("said", ["<html>", "[]", {}, {"data": "?"}])
def test_an_answer_that_tells_nothing(
    bench: Bench, account: Account, says: Says, said: Any
) -> None:
    says(*LATEST, 200, said)
    assert look(bench, account).evidence is Evidence.CANNOT_TELL


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Kind.RECONNECT),
        (402, Kind.BUDGET),
        (429, Kind.THROTTLED),
        (503, Kind.TRANSIENT),
        (404, Kind.REJECTED),
    ],
)
def test_looking_is_refused(
    bench: Bench, account: Account, says: Says, status: int, kind: Kind
) -> None:
    says(*LATEST, status)
    assert bench.refused(lambda: look(bench, account), account).kind is kind


# Figures, and taking down


def test_figures_are_those_that_are_told(bench: Bench, account: Account, stub: X) -> None:
    remote_id = bench.publish(account, bench.outgoing(), bench.memory()).remote_id
    stub.metrics[remote_id] = {"impression_count": 900, "like_count": 12, "bookmark_count": 2}
    expected = Figures(
        source="x public_metrics",
        views=900,
        reactions=12,
        comments=0,
        reposts=0,
        quotes=0,
        saves=2,
    )
    assert ADAPTER.figures(bench.app, account, [remote_id, "404"]) == {
        remote_id: expected,
        "404": None,
    }


def test_figures_that_are_not_told_are_not_nought(
    bench: Bench, account: Account, says: Says
) -> None:
    data = [{"id": "1"}, {"id": "2", "public_metrics": {"like_count": "7", "quote_count": 0}}]
    errors = [{"resource_id": "3", "type": "https://api.x.com/2/problems/not-authorized"}, "?"]
    says("GET", "^/2/tweets", 200, {"data": data, "errors": errors})
    assert ADAPTER.figures(bench.app, account, ["1", "2", "3"]) == {
        "1": Figures(source="x public_metrics"),
        "2": Figures(source="x public_metrics", quotes=0),
    }


def test_figures_are_refused(bench: Bench, account: Account, says: Says) -> None:
    says("GET", "^/2/tweets", 429)
    trouble = bench.refused(lambda: ADAPTER.figures(bench.app, account, ["1"]), account)
    assert trouble.kind is Kind.THROTTLED


@pytest.mark.parametrize(
    ("status", "said", "kind", "code"),
    [
        (403, {"detail": "Not yours"}, "rejected", "not_allowed"),
        (400, {"detail": "No"}, "rejected", "cannot_delete"),
        (429, "", "throttled", "throttled"),
        (500, "", "transient", "fault_there"),
    ],
)
def test_taking_down_is_refused(
    bench: Bench, account: Account, says: Says, status: int, said: Any, kind: str, code: str
) -> None:
    says("DELETE", r"^/2/tweets/\d+$", status, said)
    trouble = bench.refused(lambda: ADAPTER.delete(bench.app, account, "5"), account)
    assert (trouble.kind, trouble.code) == (kind, code)
