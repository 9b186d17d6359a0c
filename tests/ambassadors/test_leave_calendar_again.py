"""A calendar that is followed is read again, now and then, by one clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.ambassadors.conftest import TUESDAY, Site, ics, kept
from tests.sources.conftest import Page
from vaandel.ambassadors.leave_calendars.problems import SENTENCES, Problem
from vaandel.ambassadors.models import Enrolment, LeaveCalendar
from vaandel.ambassadors.services import leave, pause, read_due_calendars
from vaandel.ambassadors.services.calendars import pause_after
from vaandel.organizations.models import Member

PAGE = "/o/acme/settings/"


def due_again(calendar: LeaveCalendar, **changes: Any) -> None:
    LeaveCalendar.objects.filter(pk=calendar.pk).update(next_read_at=TUESDAY, **changes)


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
