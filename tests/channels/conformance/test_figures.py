"""A figure that a network does not tell is not available, and never nought."""

from __future__ import annotations

from dataclasses import fields

from tests.channels.conformance.bench import Bench
from tests.channels.conformance.harness import Harness
from vaandel.channels.adapter import Figures

NAMES = {each.name for each in fields(Figures)} - {"source"}


def test_what_is_told_is_a_number_and_the_rest_is_not_there(bench: Bench, harness: Harness) -> None:
    account = bench.connect()
    published = bench.publish(account, bench.outgoing(), bench.memory())
    found = bench.adapter.figures(bench.app, account, [published.remote_id])
    figures = found[published.remote_id]
    assert figures is not None
    assert figures.source
    told = {name for name in NAMES if getattr(figures, name) is not None}
    assert told == NAMES - harness.never_told


def test_who_asks_for_none_asks_nobody(bench: Bench) -> None:
    account = bench.connect()
    assert bench.adapter.figures(bench.app, account, []) == {}


def test_a_post_that_is_gone_has_no_figures(bench: Bench, harness: Harness) -> None:
    account = bench.connect()
    kept = bench.publish(account, bench.outgoing("One"), bench.memory())
    gone = bench.publish(account, bench.outgoing("Two"), bench.memory())
    if bench.adapter.abilities.deletes and harness.deletes:
        bench.adapter.delete(bench.app, account, gone.remote_id)
        found = bench.adapter.figures(bench.app, account, [kept.remote_id, gone.remote_id])
        assert found[kept.remote_id] is not None
        assert found.get(gone.remote_id) is None
