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
from vaandel.ambassadors.models import Enrolment, Leave, LeaveCalendar
from vaandel.ambassadors.services import follow_calendar
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


def ics(*days: str) -> str:
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{day}@x\r\nDTSTAMP:20261101T080000Z\r\nSUMMARY:Secret trip\r\n"
        f"DTSTART;VALUE=DATE:{day}\r\nEND:VEVENT\r\n"
        for day in days
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n"


def kept() -> list[tuple[str, str]]:
    rows = Leave.objects.filter(source=Leave.Source.CALENDAR).order_by("first_day")
    return [(row.first_day.isoformat(), row.last_day.isoformat()) for row in rows]


@pytest.fixture
def followed(tuesday: Any, site: Site, bob_enrolment: Enrolment) -> LeaveCalendar:
    address = site.shows("/bob.ics", ics("20261202"), ETag='"1"', Last_Modified="yesterday")
    follow_calendar(enrolment=bob_enrolment, address=address, at=TUESDAY)
    return LeaveCalendar.objects.get()
