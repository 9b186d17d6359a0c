"""A lease has one holder at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vaandel.clock.models import Lease
from vaandel.clock.queries import held_leases
from vaandel.clock.services import drop_lapsed_leases, hold_lease, release_lease

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def hold(holder: str, at: datetime) -> bool:
    return hold_lease(name="clock", holder=holder, at=at, lasting=MINUTE)


def test_the_first_one_gets_it_and_the_second_waits() -> None:
    assert hold("a", NOON)
    assert not hold("b", NOON)


def test_its_holder_prolongs_it() -> None:
    hold("a", NOON)

    assert hold("a", NOON + MINUTE / 2)
    assert not hold("b", NOON + MINUTE)


def test_it_falls_to_the_next_when_its_time_is_over() -> None:
    hold("a", NOON)

    assert hold("b", NOON + MINUTE)
    assert not hold("a", NOON + MINUTE)
    assert str(Lease.objects.get()) == "clock"


def test_it_can_be_given_back() -> None:
    hold("a", NOON)
    release_lease(name="clock", holder="a", at=NOON)

    assert hold("b", NOON)


def test_only_its_holder_gives_it_back() -> None:
    hold("a", NOON)
    release_lease(name="clock", holder="b", at=NOON)

    assert not hold("b", NOON)


def test_held_leases_are_counted() -> None:
    hold_lease(name="worker:1", holder="1", at=NOON, lasting=MINUTE)
    hold_lease(name="worker:2", holder="2", at=NOON - MINUTE, lasting=MINUTE)

    assert held_leases(prefix="worker:", at=NOON) == 1


def test_old_ones_are_dropped() -> None:
    hold("a", NOON)

    assert drop_lapsed_leases(at=NOON + timedelta(days=2)) == 0
    assert drop_lapsed_leases(at=NOON + timedelta(days=3)) == 1
