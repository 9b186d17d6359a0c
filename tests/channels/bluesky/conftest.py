"""Bluesky on this machine, and whoever wants to connect to it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from tests.channels.bluesky.harness import addresses, an_app
from tests.channels.bluesky.network import Bluesky
from tests.networks.stub import serve
from vaandel.channels.adapter import Account, App, Memory, Outgoing
from vaandel.channels.bluesky.adapter import ADAPTER

LINK = "https://go.acme.example/a/Kx7p2Q"
Make = Callable[..., Outgoing]


@pytest.fixture(scope="session")
def one_network() -> Iterator[Bluesky]:
    with serve(Bluesky()) as network:
        yield network


@pytest.fixture
def network(one_network: Bluesky, settings: Any) -> Bluesky:
    one_network.reset()
    settings.NETWORK_ADDRESSES = addresses(one_network)
    settings.FETCH_ALLOWED_HOSTS = [one_network.host]
    return one_network


@pytest.fixture
def app(network: Bluesky) -> App:
    return an_app(network)


class Connect(Protocol):
    def __call__(self, app: App, typed: str = "p1.test") -> Account: ...


@pytest.fixture
def connect(network: Bluesky) -> Connect:
    def connected(app: App, typed: str = "p1.test") -> Account:
        departure = ADAPTER.depart(app, state="a-state", server=typed)
        answer = network.sign_in.allow(departure.url)
        return ADAPTER.arrive(app, kept=departure.kept, answer=answer)

    return connected


@pytest.fixture
def account(app: App, connect: Connect) -> Account:
    return connect(app)


@pytest.fixture
def memory() -> Memory:
    return Memory({}, lambda _: None)


@pytest.fixture
def outgoing() -> Make:
    def made(text: str = f"Warm houses\n\n{LINK}", **more: Any) -> Outgoing:
        usual = {
            "key": uuid.UUID(int=0x1F),
            "link": LINK,
            "language": "en",
            "created_at": datetime(2026, 11, 22, 12, 30, 15, 250_500, UTC),
        }
        return Outgoing(text=text, **{**usual, **more})

    return made
