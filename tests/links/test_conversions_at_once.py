"""The same conversion, reported several times in one moment, is one conversion."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connections

from tests.factories import ConversionEndpointFactory, OrganizationFactory
from vaandel.links.incoming.reading import Incoming
from vaandel.links.models import Conversion, ConversionAssist, Goal
from vaandel.links.services.conversions import receive_conversion
from vaandel.organizations.tenancy import every_tenant, tenant_scope

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SENDERS = 6


@pytest.mark.django_db(transaction=True)
def test_who_comes_second_hears_that_it_is_known() -> None:
    acme = OrganizationFactory.create(slug="acme")
    endpoint = ConversionEndpointFactory.create(organization=acme)
    incoming = Incoming(Goal.SALE, "S-1", NOW, click="ref-1", assists=("ref-2",))
    together = threading.Barrier(SENDERS)
    created: list[bool] = []

    def send() -> None:
        together.wait()
        while True:
            try:
                with tenant_scope(acme):
                    received = receive_conversion(endpoint=endpoint, incoming=incoming, at=NOW)
                break
            except OperationalError:
                # SQLite waits for its turn in a file; in the memory of the tests it does not.
                time.sleep(0.01)
        created.append(received.created)
        connections.close_all()

    senders = [threading.Thread(target=send) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert sorted(created) == [False] * (SENDERS - 1) + [True]
    with every_tenant():
        assert Conversion.objects.count() == 1
        assert ConversionAssist.objects.count() == 1
