"""A budget is never exceeded, whoever books at the same moment."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import OperationalError, connections

from vaandel.channels.models import MonthlySpending, NetworkApp
from vaandel.channels.services.spending import book, give_back, spent
from vaandel.organizations.models import Organization

NOVEMBER = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)


@pytest.fixture
def budget(acme: Organization) -> Organization:
    """Ten dollars a month for X."""
    NetworkApp.objects.create(organization=acme, channel="x", monthly_budget=1000)
    return acme


def test_what_is_booked_is_gone(budget: Organization) -> None:
    assert book(budget.pk, "x", 200, at=NOVEMBER)
    assert book(budget.pk, "x", 15, at=NOVEMBER)

    assert spent(budget, "x", at=NOVEMBER) == (215, 10_000)


def test_to_the_last_and_not_beyond(budget: Organization) -> None:
    assert book(budget.pk, "x", 9_990, at=NOVEMBER)
    assert not book(budget.pk, "x", 11, at=NOVEMBER)
    assert book(budget.pk, "x", 10, at=NOVEMBER)
    assert not book(budget.pk, "x", 1, at=NOVEMBER)
    assert not book(budget.pk, "x", 10_001, at=DECEMBER)

    assert spent(budget, "x", at=NOVEMBER) == (10_000, 10_000)


def test_a_month_begins_in_utc(budget: Organization) -> None:
    assert book(budget.pk, "x", 10_000, at=NOVEMBER)

    assert book(budget.pk, "x", 200, at=DECEMBER)
    assert spent(budget, "x", at=DECEMBER) == (200, 10_000)


def test_what_was_not_spent_comes_back(budget: Organization) -> None:
    book(budget.pk, "x", 200, at=NOVEMBER)

    give_back(budget.pk, "x", 200, at=NOVEMBER)
    give_back(budget.pk, "x", 200, at=NOVEMBER)
    give_back(budget.pk, "x", 0, at=NOVEMBER)

    assert spent(budget, "x", at=NOVEMBER) == (0, 10_000)


def test_what_costs_nothing_needs_no_budget(acme: Organization) -> None:
    assert book(acme.pk, "linkedin", 0, at=NOVEMBER)
    assert not MonthlySpending.objects.exists()


def test_without_a_budget_nothing_is_spent(acme: Organization, globex: Organization) -> None:
    assert not book(acme.pk, "x", 15, at=NOVEMBER)
    assert spent(acme, "x", at=NOVEMBER) == (0, None)

    NetworkApp.objects.create(organization=globex, channel="x", monthly_budget=1000)
    NetworkApp.objects.create(organization=acme, channel="x", monthly_budget=1000, is_on=False)
    assert not book(acme.pk, "x", 15, at=NOVEMBER)


@pytest.mark.django_db(transaction=True)
def test_who_books_at_once_gets_what_there_is(budget: Organization) -> None:
    start = Barrier(4)

    def book_all(_number: int) -> int:
        start.wait()
        booked = 0
        try:
            while booked < 30:
                try:
                    if not book(budget.pk, "x", 200, at=NOVEMBER):
                        return booked
                    booked += 1
                except OperationalError:
                    # SQLite waits for its turn in a file; in the memory of the tests it does not.
                    time.sleep(0.005)
        finally:
            connections.close_all()
        return booked

    with ThreadPoolExecutor(4) as people:
        booked = list(people.map(book_all, range(4)))

    assert sum(booked) == 50
    assert spent(budget, "x", at=NOVEMBER) == (10_000, 10_000)
