"""How often something may be done."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.core.cache import cache

from vaandel.lib import rates
from vaandel.lib.rates import allowed


def test_a_window_has_room_for_so_many_and_the_next_starts_anew(monkeypatch: Any) -> None:
    cache.clear()
    clock = SimpleNamespace(now=600.0)
    monkeypatch.setattr(rates, "time", SimpleNamespace(time=lambda: clock.now))

    assert [allowed("a", amount=2, seconds=60) for _ in range(3)] == [True, True, False]
    assert allowed("b", amount=2, seconds=60) is True
    clock.now += 60
    assert allowed("a", amount=2, seconds=60) is True


def test_a_count_that_fell_out_of_the_cache_stops_nobody(monkeypatch: Any) -> None:
    def fell_out(key: str) -> int:
        raise ValueError(key)

    allowed("c", amount=1, seconds=60)
    monkeypatch.setattr(cache, "incr", fell_out)

    assert allowed("c", amount=1, seconds=60) is True
