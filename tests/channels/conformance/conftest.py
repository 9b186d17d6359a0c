"""Each case once for each network, which is started when it is first needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.channels.conformance.bench import Bench
from tests.channels.conformance.harness import Harness
from tests.channels.conformance.harnesses import NETWORKS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "harness" in metafunc.fixturenames:
        networks = [
            pytest.param(name, marks=network.marks, id=name) for name, network in NETWORKS.items()
        ]
        metafunc.parametrize("harness", networks, indirect=True)


@pytest.fixture(scope="session")
def running() -> Iterator[dict[str, Harness]]:
    with ExitStack() as stack:
        started: dict[str, Harness] = {}

        class Started(dict[str, Harness]):
            def __missing__(self, name: str) -> Harness:
                self[name] = stack.enter_context(NETWORKS[name].running())
                return self[name]

        started = Started()
        yield started


@pytest.fixture
def harness(request: Any, running: dict[str, Harness], settings: Any) -> Harness:
    found = running[request.param]
    found.reset()
    settings.NETWORK_ADDRESSES = dict(found.addresses)
    settings.FETCH_ALLOWED_HOSTS = list(found.hosts)
    return found


@pytest.fixture
def bench(harness: Harness) -> Bench:
    return Bench(harness)
