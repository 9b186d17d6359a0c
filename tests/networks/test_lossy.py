"""A proxy that loses answers: what was asked has happened, and nobody is told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.networks.asking import http
from tests.networks.linkedin import LinkedIn
from tests.networks.lossy import Proxy, lossy
from tests.networks.test_linkedin_posts import PNG, Member, code


@pytest.fixture
def proxy(linkedin: LinkedIn) -> Iterator[Proxy]:
    with lossy(linkedin.url) as running:
        yield running


@pytest.fixture
def member(linkedin: LinkedIn, proxy: Proxy) -> Member:
    """Talks to LinkedIn through the proxy."""
    there = Member(linkedin)
    there.url = proxy.url
    return there


def test_without_orders_everything_passes(member: Member) -> None:
    member.urn_of("Hello")
    urn, answer = member.upload(body=PNG * 20_000)

    assert answer.status_code == 201
    assert member.linkedin.media[urn].body == PNG * 20_000
    assert http.get(f"{member.url}/missing").json()["status"] == 404
    assert http.head(f"{member.url}/missing").status_code == 404


def test_the_answer_is_lost_after_the_work(member: Member, proxy: Proxy) -> None:
    proxy.order("lost", "POST", "/rest/posts$")

    with pytest.raises(httpx.RemoteProtocolError):
        member.post("Hello")

    assert [post.text for post in member.linkedin.posts] == ["Hello"]
    assert code(member.post("Hello")) == "DUPLICATE_POST"
    assert proxy.happened == {"lost": 1}


def test_the_answer_hangs_until_nobody_waits(member: Member, proxy: Proxy) -> None:
    proxy.order("hang", seconds=30)

    with pytest.raises(httpx.ReadTimeout):
        member.post("Hello", timeout=0.2)

    assert len(member.linkedin.posts) == 1


def test_refusing_comes_before_the_work(member: Member, proxy: Proxy) -> None:
    proxy.order("refuse", times=2)

    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError):
            member.post("Hello")

    assert member.linkedin.posts == []
    assert member.post("Hello").status_code == 201


def test_an_answer_can_be_cut_in_its_body_and_in_its_head(member: Member, proxy: Proxy) -> None:
    proxy.order("cut", times=2)

    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        http.get(f"{proxy.url}/v2/userinfo", headers=member.headers)
    with pytest.raises(httpx.RemoteProtocolError):
        member.post("Hello")

    assert len(member.linkedin.posts) == 1


def test_latency_only_waits(member: Member, proxy: Proxy) -> None:
    proxy.order("latency", seconds=0.2)
    start = time.monotonic()

    assert member.post("Hello").status_code == 201
    assert 0.2 <= time.monotonic() - start < 2


def test_a_fraction_is_lost_the_same_way_every_time(member: Member, proxy: Proxy) -> None:
    def lost(seed: int) -> list[int]:
        proxy.calm()
        proxy.order("refuse", path="/missing", times=None, fraction=0.3, seed=seed)
        return [number for number in range(30) if not answered(f"{proxy.url}/missing")]

    first = lost(1)

    assert 0 < len(first) < 30
    assert lost(1) == first
    assert lost(2) != first
    assert answered(f"{proxy.url}/v2/userinfo")


def answered(url: str) -> bool:
    try:
        http.get(url)
    except httpx.RemoteProtocolError:
        return False
    return True


def test_it_can_be_told_over_http(member: Member, proxy: Proxy) -> None:
    def tell(where: str, **order: Any) -> Any:
        return http.post(f"{proxy.url}/_lossy/{where}", json=order).json()

    told = tell("orders", kind="refuse", method="GET", path="/v2", times=None)
    assert told == {"happened": {}, "orders": 1}
    assert not answered(f"{proxy.url}/v2/userinfo")
    assert tell("calm") == {"happened": {"refuse": 1}, "orders": 0}
    assert answered(f"{proxy.url}/v2/userinfo")
    assert http.get(f"{proxy.url}/_lossy/").json()["happened"] == {"refuse": 1}
    assert http.get(f"{proxy.url}/_lossy/other").status_code == 404
    with pytest.raises(ValueError, match="forget"):
        proxy.order("forget")


def test_a_connection_that_the_server_closed_is_opened_again(proxy: Proxy) -> None:
    with httpx.Client() as client:
        close = {"Connection": "close"}
        first = client.get(f"{proxy.url}/missing", headers=close)
        second = client.get(f"{proxy.url}/missing")

    assert (first.status_code, second.status_code) == (404, 404)
