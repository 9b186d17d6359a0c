"""Days off out of somebody's own calendar, over a real connection."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.test import Client

from tests.ambassadors.conftest import TUESDAY, Site, ics, kept
from vaandel.ambassadors.leave_calendars.fetching import web_address
from vaandel.ambassadors.leave_calendars.problems import SENTENCES, CalendarFailed, Problem
from vaandel.ambassadors.models import Enrolment, Leave, LeaveCalendar
from vaandel.ambassadors.services import (
    add_leave,
    address_of,
    follow_calendar,
    leave,
    read_calendar_now,
)
from vaandel.privacy.queries import data_of

PAGE = "/o/acme/settings/"


FILES = Path(__file__).parent / "ics"


@pytest.mark.parametrize("name", ["google", "outlook", "nextcloud", "apple"])
def test_a_calendar_of_every_program(bobs: Client, site: Site, name: str) -> None:
    address = site.shows(f"/{name}.ics", (FILES / f"{name}.ics").read_bytes())

    response = bobs.post(f"{PAGE}calendar/", {"address": address})

    assert response["Location"] == f"{PAGE}#days-off"
    assert ("2026-12-21", "2026-12-24") in kept()
    page = bobs.get(PAGE).content.decode()
    assert "from your calendar at 127.0.0.1" in page
    assert "21–24 Dec 2026" in page


def test_only_days_are_kept_and_the_address_is_locked(
    bobs: Client, site: Site, bob_enrolment: Enrolment
) -> None:
    address = site.shows("/secret-token.ics", ics("20261202", "20261203"))
    bobs.post(f"{PAGE}calendar/", {"address": address})

    assert kept() == [("2026-12-02", "2026-12-03")]
    row = LeaveCalendar.objects.values().get()
    assert not any("Secret trip" in str(value) for value in row.values())
    assert not any("secret-token" in str(value) for value in row.values())
    assert address_of(LeaveCalendar.objects.get()) == address
    assert "secret-token" not in bobs.get(PAGE).content.decode()


def test_the_address_is_in_what_its_owner_downloads(
    followed: LeaveCalendar, bob_enrolment: Enrolment
) -> None:
    parts = {part.section.key: part.rows for part in data_of(bob_enrolment.member.user)}

    assert [row["address"] for row in parts["calendars"]] == [address_of(followed)]
    assert [(row["first_day"], row["source"]) for row in parts["days_off"]] == [
        (date(2026, 12, 2), "CALENDAR")
    ]


def test_webcal_is_how_calendar_programs_write_https() -> None:
    assert web_address(" webcal://x.example/a.ics ") == "https://x.example/a.ics"
    assert web_address("WEBCALS://x.example/a.ics") == "https://x.example/a.ics"
    assert web_address("http://x.example/a.ics") == "http://x.example/a.ics"


@pytest.mark.parametrize(
    ("shown", "problem"),
    [
        ({"body": "<!DOCTYPE html><title>Sign in</title>"}, Problem.WEB_PAGE),
        ({"body": "Hello"}, Problem.NOT_A_CALENDAR),
        ({"body": "BEGIN:VCALENDAR\r\nnothing\r\nEND:VCALENDAR\r\n"}, Problem.DAMAGED),
        ({"status": 404}, Problem.NOT_FOUND),
        ({"status": 410}, Problem.NOT_FOUND),
        ({"status": 401}, Problem.FORBIDDEN),
        ({"status": 500}, Problem.SITE_PROBLEM),
        ({"body": "x" * (10 * 1024 * 1024 + 1)}, Problem.TOO_LARGE),
    ],
)
def test_what_is_no_calendar_is_explained_and_not_kept(
    bobs: Client, site: Site, shown: dict[str, Any], problem: Problem
) -> None:
    address = site.shows("/bob.ics", **shown)

    response = bobs.post(f"{PAGE}calendar/", {"address": address})

    assert response.status_code == 422
    page = response.content.decode()
    assert str(SENTENCES[problem]) in page
    assert f'value="{address}"' in page
    assert not LeaveCalendar.objects.exists()


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://169.254.169.254/latest/meta-data/", Problem.PRIVATE_ADDRESS),
        ("webcal://127.0.0.1/bob.ics", Problem.PRIVATE_ADDRESS),
        ("https://localhost/bob.ics", Problem.PRIVATE_ADDRESS),
        ("file:///etc/passwd", Problem.NOT_A_URL),
        ("bob.ics", Problem.NOT_A_URL),
        ("https://no-such-site.invalid/bob.ics", Problem.DNS),
    ],
)
def test_addresses_that_are_not_asked(bobs: Client, address: str, problem: Problem) -> None:
    response = bobs.post(f"{PAGE}calendar/", {"address": address})

    assert response.status_code == 422
    assert str(SENTENCES[problem]) in response.content.decode()


def test_an_empty_address_is_asked_for(bobs: Client) -> None:
    response = bobs.post(f"{PAGE}calendar/", {"address": " "})

    assert response.status_code == 422
    assert "Paste the address of your calendar." in response.content.decode()


def test_trying_is_limited(bobs: Client, site: Site) -> None:
    address = site.shows("/bob.ics", "Hello")
    for _ in range(10):
        bobs.post(f"{PAGE}calendar/", {"address": address})

    response = bobs.post(f"{PAGE}calendar/", {"address": address})

    assert "You tried this often." in response.content.decode()
    assert len(site.asked) == 10
    assert "You tried this often." in (
        bobs.post(f"{PAGE}calendar/read/", follow=True).content.decode()
    )


def test_an_address_survives_a_new_key(followed: LeaveCalendar, settings: Any) -> None:
    address = address_of(followed)
    settings.SECRET_KEY_FALLBACKS = [conf.SECRET_KEY]
    settings.SECRET_KEY = "a new key"

    assert address_of(followed) == address


def test_forgetting_takes_the_days_with_it_and_leaves_typed_ones(
    followed: LeaveCalendar, bobs: Client, bob_enrolment: Enrolment
) -> None:
    add_leave(
        enrolment=bob_enrolment,
        first_day=date(2026, 12, 24),
        last_day=date(2026, 12, 24),
        at=TUESDAY,
    )

    bobs.post(f"{PAGE}calendar/forget/")
    bobs.post(f"{PAGE}calendar/forget/")

    assert not LeaveCalendar.objects.exists()
    assert Leave.objects.get().source == Leave.Source.TYPED
    assert read_calendar_now(enrolment=bob_enrolment, at=TUESDAY) is False


def test_another_address_takes_the_place_of_the_first(
    followed: LeaveCalendar, site: Site, bob_enrolment: Enrolment
) -> None:
    address = site.shows("/other.ics", ics("20261224"))

    follow_calendar(enrolment=bob_enrolment, address=address, at=TUESDAY)

    assert address_of(LeaveCalendar.objects.get()) == address
    assert kept() == [("2026-12-24", "2026-12-24")]


def test_a_wrong_new_address_leaves_the_first(
    followed: LeaveCalendar, site: Site, bob_enrolment: Enrolment
) -> None:
    with pytest.raises(CalendarFailed):
        follow_calendar(enrolment=bob_enrolment, address="nowhere", at=TUESDAY)

    assert kept() == [("2026-12-02", "2026-12-02")]


def test_stopping_forgets_the_calendar(followed: LeaveCalendar, bob_enrolment: Enrolment) -> None:
    leave(enrolment=bob_enrolment, at=TUESDAY)

    assert not LeaveCalendar.objects.exists()
    assert kept() == []
