"""SQLite is told how its tables look, at once and then every hour."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.factories import UnitFactory
from vaandel.config.statistics import keep_statistics
from vaandel.config.tasks.clock import CLOCK
from vaandel.organizations.models import Organization


@pytest.mark.django_db
def test_the_database_knows_its_tables(acme: Organization) -> None:
    UnitFactory.create_batch(3, organization=acme)

    done = keep_statistics()

    assert done == (connection.vendor == "sqlite")
    if done:
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT tbl FROM sqlite_stat1 WHERE tbl = 'organizations_unit'")
            assert cursor.fetchall() == [("organizations_unit",)]


def test_the_clock_renews_it() -> None:
    assert keep_statistics in [task.run for task in CLOCK]
