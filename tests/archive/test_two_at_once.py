"""Whoever appends at the same moment: numbers without gaps, and one chain."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import OperationalError, connections, transaction

from tests.archive.conftest import NOW
from vaandel.archive.models import ArchiveEntry, Kind
from vaandel.archive.queries import Verification, verify
from vaandel.archive.services import append
from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import tenant_scope

WRITERS = 4
EACH = 5


@pytest.fixture
def organization(erasable_archive: None, acme: Organization) -> Organization:
    return acme


def write(organization: int, text: str) -> None:
    while True:
        try:
            with tenant_scope(organization), transaction.atomic():
                append(
                    organization=organization,
                    kind=Kind.SHARE_OPENED,
                    subject="post:1",
                    content={"text": text},
                    keep_until=date(2031, 1, 1),
                    at=NOW,
                )
        except OperationalError:
            # SQLite waits for its turn in a file; in the memory of the tests it does not.
            time.sleep(0.01)
        else:
            return


def test_four_at_once(organization: Organization) -> None:
    start = Barrier(WRITERS)

    def write_all(writer: int) -> None:
        start.wait()
        try:
            for number in range(EACH):
                write(organization.pk, f"{writer} {number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(write_all, range(WRITERS)))

    numbers = ArchiveEntry.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, WRITERS * EACH + 1))
    assert verify(organization) == Verification(WRITERS * EACH)
