"""All networks that are put through the cases. A line for each; a network may have several."""

from __future__ import annotations

from collections.abc import Mapping

from tests.channels.conformance.harness import Network

NETWORKS: Mapping[str, Network] = {}
