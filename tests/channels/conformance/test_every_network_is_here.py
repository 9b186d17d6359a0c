"""Whoever adds an adapter adds a harness."""

from __future__ import annotations

from tests.channels.conformance.harnesses import NETWORKS
from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.registry import CHANNELS


def test_every_adapter_is_put_through_the_cases() -> None:
    assert {network.channel for network in NETWORKS.values()} == set(ADAPTERS)


def test_every_adapter_belongs_to_a_channel() -> None:
    assert set(ADAPTERS) <= set(CHANNELS)
    assert all(adapter.channel == name for name, adapter in ADAPTERS.items())
