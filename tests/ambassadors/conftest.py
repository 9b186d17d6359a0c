"""Bob at his settings on a Tuesday, and a site that holds his calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from tests.sources.conftest import Site, site
from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member

__all__ = ["Site", "site"]

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)  # 10:00 in Amsterdam


@pytest.fixture
def tuesday() -> Iterator[Any]:
    cache.clear()
    with time_machine.travel(TUESDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def bobs(
    tuesday: Any, client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment
) -> Client:
    return client_as(bob)
