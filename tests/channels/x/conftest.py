"""X on this machine, and somebody who connected."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.channels.conformance.bench import Bench
from tests.channels.x.harness import XHarness, running
from tests.networks.x import X
from vaandel.channels.adapter import Account


@pytest.fixture
def harness(settings: Any) -> Iterator[XHarness]:
    with running() as network:
        assert isinstance(network, XHarness)
        network.reset()
        settings.NETWORK_ADDRESSES = dict(network.addresses)
        settings.FETCH_ALLOWED_HOSTS = list(network.hosts)
        yield network


@pytest.fixture
def stub(harness: XHarness) -> X:
    return harness.stub


@pytest.fixture
def bench(harness: XHarness) -> Bench:
    return Bench(harness)


@pytest.fixture
def account(bench: Bench) -> Account:
    return bench.connect()


@pytest.fixture
def says(stub: X) -> Callable[..., None]:
    """``says("GET", path, status, {...})``: the next answer there."""

    def say(method: str, path: str, status: int, value: Any = None, **more: Any) -> None:
        body = value if isinstance(value, str) else json.dumps(value)
        stub.fail_next(method, path, status, body=body, **more)

    return say
