"""A server that can be told what to answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.channels.conformance.bench import Bench
from tests.channels.mastodon.harness import TakaheHarness, takahe
from tests.networks.mastodon_lenient import Lenient
from vaandel.channels.adapter import Account


@pytest.fixture
def harness(settings: Any) -> Iterator[TakaheHarness]:
    with takahe() as running:
        assert isinstance(running, TakaheHarness)
        settings.NETWORK_ADDRESSES = dict(running.addresses)
        settings.FETCH_ALLOWED_HOSTS = list(running.hosts)
        yield running


@pytest.fixture
def stub(harness: TakaheHarness) -> Lenient:
    return harness.stub


@pytest.fixture
def bench(harness: TakaheHarness) -> Bench:
    return Bench(harness)


@pytest.fixture
def account(bench: Bench) -> Account:
    return bench.connect()


@pytest.fixture
def says(stub: Lenient) -> Callable[..., None]:
    """``says("GET", path, status, {...})``: the next answer there."""

    def say(method: str, path: str, status: int, value: Any = None, **more: Any) -> None:
        body = value if isinstance(value, str) else json.dumps(value)
        stub.fail_next(method, path, status, body=body, **more)

    return say
