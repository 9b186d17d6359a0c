"""A Bluesky server with somebody on it, and a real browser."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bluesky_pds.browser import Allow, a_browser
from tests.networks.pds import Account, Pds, pds

NUMBERS = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("pds")


@pytest.fixture(scope="session")
def server() -> Iterator[Pds]:
    with pds() as running:
        yield running


@pytest.fixture
def account(server: Pds) -> Account:
    """Somebody new, for whom this server keeps the records."""
    return server.create_account(f"somebody{next(NUMBERS)}.test")


@pytest.fixture(scope="session")
def allow() -> Iterator[Allow]:
    """What somebody does who is asked on the server's page; also beside Django's database."""
    with a_browser() as answer:
        yield answer
