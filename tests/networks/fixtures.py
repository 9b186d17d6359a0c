"""Running networks, for the ``conftest.py`` of any room.

``from tests.networks.fixtures import linkedin as linkedin`` is all it needs.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.networks.linkedin import LinkedIn
from tests.networks.mastodon_lenient import SNAC, TAKAHE, Lenient
from tests.networks.stub import serve
from tests.networks.threads import Threads
from tests.networks.x import X


@pytest.fixture
def linkedin() -> Iterator[LinkedIn]:
    with serve(LinkedIn()) as network:
        yield network


@pytest.fixture
def snac() -> Iterator[Lenient]:
    with serve(Lenient(SNAC)) as server:
        yield server


@pytest.fixture
def takahe() -> Iterator[Lenient]:
    with serve(Lenient(TAKAHE)) as server:
        yield server


@pytest.fixture
def x() -> Iterator[X]:
    with serve(X()) as network:
        yield network


@pytest.fixture
def threads() -> Iterator[Threads]:
    with serve(Threads()) as network:
        yield network
