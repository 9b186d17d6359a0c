"""The networks, each of them running."""

from __future__ import annotations

from tests.networks.fixtures import linkedin as linkedin
from tests.networks.fixtures import snac as snac
from tests.networks.fixtures import takahe as takahe
from tests.networks.fixtures import threads as threads
from tests.networks.fixtures import x as x
