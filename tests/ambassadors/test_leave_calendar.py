"""Days off out of somebody's own calendar, over a real connection."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.db import connection
from django.test import Client

from tests.ambassadors.conftest import TUESDAY, Site
from tests.sources.conftest import Page
from vaandel.ambassadors.leave_calendars.fetching import web_address
from vaandel.ambassadors.leave_calendars.problems import SENTENCES, CalendarFailed, Problem
from vaandel.ambassadors.models import Enrolment, Leave, LeaveCalendar
from vaandel.ambassadors.services import (
    add_leave,
    address_of,
    follow_calendar,
    leave,
    pause,
    read_calendar_now,
    read_due_calendars,
)
from vaandel.ambassadors.services.calendars import pause_after
from vaandel.organizations.models import Member
from vaandel.privacy.queries import data_of

PAGE = "/o/acme/settings/"
FILES = Path(__file__).parent / "ics"


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


def due_again(calendar: LeaveCalendar, **changes: Any) -> None:
    LeaveCalendar.objects.filter(pk=calendar.pk).update(next_read_at=TUESDAY, **changes)


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


def test_the_round_reads_what_has_changed(
    followed: LeaveCalendar, site: Site, tuesday: Any
) -> None:
    assert read_due_calendars() == 0
    site.shows("/bob.ics", ics("20261209"), ETag='"2"')
    tuesday.shift(timedelta(hours=5))

    assert (read_due_calendars(), read_due_calendars()) == (1, 0)

    assert kept() == [("2026-12-09", "2026-12-09")]
    followed.refresh_from_db()
    assert (followed.etag, followed.read_at) == ('"2"', TUESDAY + timedelta(hours=5))
    hours = (followed.next_read_at - TUESDAY) / timedelta(hours=1)
    assert 8.5 <= hours <= 9.5


def test_what_has_not_changed_is_not_sent_again(
    followed: LeaveCalendar, site: Site, tuesday: Any
) -> None:
    tuesday.shift(timedelta(hours=5))

    assert read_due_calendars() == 1

    assert site.asked[-1][1]["If-None-Match"] == '"1"'
    assert site.asked[-1][1]["If-Modified-Since"] == "yesterday"
    assert kept() == [("2026-12-02", "2026-12-02")]
    followed.refresh_from_db()
    assert (followed.read_whole_at, followed.failures) == (TUESDAY, 0)


def test_after_two_weeks_it_is_read_whole_for_days_that_came_nearer(
    followed: LeaveCalendar, site: Site, tuesday: Any
) -> None:
    tuesday.shift(timedelta(days=15))

    read_due_calendars()

    assert "If-None-Match" not in site.asked[-1][1]
    followed.refresh_from_db()
    assert followed.read_whole_at == TUESDAY + timedelta(days=15)


def test_a_failure_is_explained_and_tried_again_later(
    followed: LeaveCalendar, bobs: Client, site: Site, tuesday: Any
) -> None:
    site.shows("/bob.ics", status=404)
    due_again(followed)

    assert read_due_calendars() == 1

    followed.refresh_from_db()
    assert (followed.failures, followed.last_error) == (1, "not_found")
    assert timedelta(minutes=20) < followed.next_read_at - TUESDAY < timedelta(minutes=40)
    assert kept() == [("2026-12-02", "2026-12-02")], "what was known stays"
    page = bobs.get(PAGE).content.decode()
    assert str(SENTENCES[Problem.NOT_FOUND]) in page
    assert "Try again" in page

    site.shows("/bob.ics", ics("20261203"))
    bobs.post(f"{PAGE}calendar/read/")
    followed.refresh_from_db()
    assert (followed.failures, followed.last_error) == (0, "")
    assert kept() == [("2026-12-03", "2026-12-03")]


def test_the_pause_after_failures_grows_to_a_day() -> None:
    assert pause_after(1) <= timedelta(minutes=36)
    assert timedelta(hours=1) < pause_after(3) < timedelta(hours=3)
    assert pause_after(500) == timedelta(days=1)


def test_two_clocks_read_it_once(followed: LeaveCalendar, site: Site, tuesday: Any) -> None:
    due_again(followed, leased_until=TUESDAY + timedelta(minutes=1))
    assert read_due_calendars() == 0

    tuesday.shift(timedelta(minutes=2))
    assert read_due_calendars() == 1


class Waiting(dict[str, Page]):
    """Pages that are shown when somebody lets them."""

    def __init__(self, pages: dict[str, Page]) -> None:
        super().__init__(pages)
        self.asked = threading.Event()
        self.go = threading.Event()

    def get(self, path: str, _missing: Page | None = None) -> Page:  # type: ignore[override]
        self.asked.set()
        self.go.wait(10)
        return self[path]


@pytest.mark.django_db(transaction=True)
def test_whoever_was_too_slow_throws_away_what_it_read(followed: LeaveCalendar, site: Site) -> None:
    site.shows("/bob.ics", ics("20261224"))
    site.pages = pages = Waiting(site.pages)
    due_again(followed)
    read: list[int] = []

    def slow_clock() -> None:
        read.append(read_due_calendars())
        connection.close()

    thread = threading.Thread(target=slow_clock)
    thread.start()
    assert pages.asked.wait(10)
    # Its lease ran out, and another clock has taken the calendar.
    others = TUESDAY + timedelta(minutes=9)
    LeaveCalendar.objects.filter(pk=followed.pk).update(leased_until=others)
    pages.go.set()
    thread.join()

    assert read == [1]
    assert kept() == [("2026-12-02", "2026-12-02")]
    followed.refresh_from_db()
    assert followed.leased_until == others


def test_an_address_whose_key_is_lost_is_asked_for_again(
    followed: LeaveCalendar, bobs: Client, settings: Any, tuesday: Any
) -> None:
    due_again(followed)
    settings.SECRET_KEY = "another key, and the old one was not kept"

    assert read_due_calendars() == 1

    followed.refresh_from_db()
    assert followed.last_error == "lost_key"


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


def stop(enrolment: Enrolment) -> None:
    leave(enrolment=enrolment, at=TUESDAY)


def stop_working_here(enrolment: Enrolment) -> None:
    Member.objects.filter(pk=enrolment.member_id).update(status=Member.Status.LEFT)


@pytest.mark.parametrize("happens", [stop, stop_working_here])
def test_nobodys_calendar_is_read_who_has_stopped(
    followed: LeaveCalendar,
    site: Site,
    bob_enrolment: Enrolment,
    happens: Callable[[Enrolment], None],
) -> None:
    happens(bob_enrolment)
    due_again(followed)

    assert read_due_calendars() == 0
    assert len(site.asked) == 1


def test_stopping_forgets_the_calendar(followed: LeaveCalendar, bob_enrolment: Enrolment) -> None:
    leave(enrolment=bob_enrolment, at=TUESDAY)

    assert not LeaveCalendar.objects.exists()
    assert kept() == []


def test_during_a_pause_it_is_still_read(
    followed: LeaveCalendar, site: Site, bob_enrolment: Enrolment
) -> None:
    pause(enrolment=bob_enrolment, until=date(2027, 1, 4))
    due_again(followed)

    assert read_due_calendars() == 1


def test_other_hours_read_it_anew(
    followed: LeaveCalendar, bobs: Client, site: Site, tuesday: Any
) -> None:
    oof = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1@x\r\n"
        "DTSTAMP:20261101T080000Z\r\nDTSTART:20261202T093000Z\r\nDTEND:20261202T130000Z\r\n"
        "X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    site.shows("/bob.ics", oof, ETag='"1"')
    hours = {"days": ["2"], "opens": "10:30", "closes": "14:00", "country": "NL"}

    bobs.post(f"{PAGE}hours/", hours)

    assert read_due_calendars() == 1
    assert kept() == [("2026-12-02", "2026-12-02")]
