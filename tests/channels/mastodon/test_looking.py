"""Ours is the post that holds our link, and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.channels.conformance.bench import LINK, Bench
from tests.networks.mastodon_lenient import Lenient
from vaandel.channels.adapter import Account, Evidence, Kind
from vaandel.channels.mastodon.adapter import ADAPTER

LATEST = ("GET", r"^/api/v1/accounts/p1/statuses\?limit=20$")
Says = Callable[..., None]
MASTODON = (
    '<p>Heat &amp; more</p><p><a href="https://go.acme.example/a/Kx7p2Q" target="_blank">'
    '<span class="invisible">https://</span><span class="">go.acme.example/a/Kx7p2Q</span></a></p>'
)


def look(bench: Bench, account: Account) -> Any:
    return ADAPTER.look(bench.app, account, bench.outgoing(), bench.memory())


@pytest.mark.parametrize(
    "content",
    [
        MASTODON,
        f"<p>Look<br>{LINK}</p>",
        f'<a href="{LINK}/">here</a>',
        f"({LINK})",
        f"Look: {LINK}, and see",
    ],
)
def test_our_link_in_any_dress(bench: Bench, account: Account, says: Says, content: str) -> None:
    post = {"id": 7, "url": "https://m.example/@p1/7", "content": content}
    says(*LATEST, 200, ["?", {"id": "8", "content": None}, post])
    finding = look(bench, account)
    assert finding.evidence is Evidence.THERE
    assert finding.published.remote_id == "7"
    assert finding.published.permalink == "https://m.example/@p1/7"


@pytest.mark.parametrize(
    "content",
    [
        "<p>Heat</p>",
        f'<a href="{LINK}x">{LINK}x</a>',
        f"<p>{LINK}-2</p>",
        '<a href="https://go.acme.example/a/">go.acme.example/a/</a>',
    ],
)
def test_another_link_is_not_ours(bench: Bench, account: Account, says: Says, content: str) -> None:
    says(*LATEST, 200, [{"id": "7", "content": content}])
    assert look(bench, account).evidence is Evidence.NOT_THERE


@pytest.mark.parametrize(
    ("first_of", "evidence"),
    [(timedelta(hours=1), Evidence.CANNOT_TELL), (timedelta(hours=-1), Evidence.NOT_THERE)],
)
def test_behind_twenty_newer_ones_ours_may_stand(
    bench: Bench, account: Account, says: Says, first_of: timedelta, evidence: Evidence
) -> None:
    at = bench.outgoing().created_at + first_of
    newer = [
        {"id": str(number), "content": "<p>Else</p>", "created_at": at.isoformat()}
        for number in range(20)
    ]
    says(*LATEST, 200, newer)
    assert look(bench, account).evidence is evidence


@pytest.mark.parametrize("value", [{}, "<html>"])
def test_an_answer_that_is_no_list_tells_nothing(
    bench: Bench, account: Account, says: Says, value: Any
) -> None:
    says(*LATEST, 200, value)
    assert look(bench, account).evidence is Evidence.CANNOT_TELL


def test_it_is_looked_at_as_a_stranger(bench: Bench, account: Account, stub: Lenient) -> None:
    """Also when the connection died meanwhile."""
    outgoing = bench.outgoing()
    bench.publish(account, outgoing, bench.memory())
    bench.harness.kill(account)
    finding = ADAPTER.look(bench.app, account, outgoing, bench.memory())
    assert finding.evidence is Evidence.THERE
    assert "authorization" not in stub.requests[-1].headers


@pytest.mark.parametrize("status", [401, 403, 404, 422])
def test_a_server_that_shows_nothing_to_strangers(
    bench: Bench, account: Account, says: Says, stub: Lenient, status: int
) -> None:
    outgoing = bench.outgoing()
    bench.publish(account, outgoing, bench.memory())
    says(*LATEST, status, {"error": "This API requires an authenticated user"})
    finding = ADAPTER.look(bench.app, account, outgoing, bench.memory())
    assert finding.evidence is Evidence.THERE
    assert "authorization" in stub.requests[-1].headers


@pytest.mark.parametrize("status", [401, 403, 404])
def test_nobody_may_look(bench: Bench, account: Account, says: Says, status: int) -> None:
    for _ in range(2):
        says(*LATEST, status, {"error": "No"})
    assert look(bench, account).evidence is Evidence.CANNOT_TELL


@pytest.mark.parametrize(
    ("status", "kind"), [(503, Kind.TRANSIENT), (429, Kind.THROTTLED), (302, Kind.REJECTED)]
)
def test_looking_is_tried_later(
    bench: Bench, account: Account, says: Says, status: int, kind: Kind
) -> None:
    says(*LATEST, status)
    assert bench.refused(lambda: look(bench, account), account).kind is kind


def test_a_second_attempt_waits_until_the_server_tells(
    bench: Bench, account: Account, says: Says, stub: Lenient
) -> None:
    memory, outgoing = bench.memory(), bench.outgoing()
    memory.keep(tried=True)
    for _ in range(2):
        says(*LATEST, 404)
    trouble = bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    assert (trouble.kind, trouble.code) == (Kind.UNKNOWN, "cannot_tell")
    assert stub.posts == []


def test_no_address_is_shown_that_is_none(bench: Bench, account: Account, says: Says) -> None:
    says(*LATEST, 200, [{"id": "7", "url": "javascript:alert(1)", "content": LINK}])
    assert look(bench, account).published.permalink == ""


def test_where_a_post_has_only_a_name_that_leads_there(
    bench: Bench, account: Account, says: Says
) -> None:
    says(*LATEST, 200, [{"id": "7", "url": None, "uri": "https://m.example/7", "content": LINK}])
    assert look(bench, account).published.permalink == "https://m.example/7"


def test_an_account_with_an_odd_number_leads_nowhere_else(
    bench: Bench, account: Account, stub: Lenient
) -> None:
    odd = replace(account, remote_id="../../oauth/revoke?x=")
    assert look(bench, odd).evidence is Evidence.CANNOT_TELL
    assert stub.requests[-1].target.startswith("/api/v1/accounts/..%2F..%2Foauth%2Frevoke%3Fx%3D/")
