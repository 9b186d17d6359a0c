"""Which days of a calendar are days off, as real programs write them, and as nobody should."""

from __future__ import annotations

import time as clock
from datetime import date, time
from pathlib import Path

import pytest

from vaandel.ambassadors.leave_calendars.apart import read_days_off
from vaandel.ambassadors.leave_calendars.reading import (
    NotACalendar,
    Person,
    Span,
    days_off,
    joined,
)

FILES = Path(__file__).parent / "ics"
BOB = Person("Europe/Amsterdam", time(8), time(18))
YEAR = Span(date(2026, 11, 22), date(2027, 12, 27))


def found(body: str | bytes, person: Person = BOB, span: Span = YEAR) -> list[str]:
    content = body.encode() if isinstance(body, str) else body
    return [
        f"{first:%m%d}" if first == last else f"{first:%m%d}-{last:%m%d}"
        for first, last in days_off(content.replace(b"\n", b"\r\n"), person, span)
    ]


def calendar(*events: str) -> str:
    """A calendar of events that are given as their lines."""
    parts = "".join(
        f"BEGIN:VEVENT\nUID:{number}@x\nDTSTAMP:20261101T080000Z\n{event}\nEND:VEVENT\n"
        for number, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\n{parts}END:VCALENDAR\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # Wednesdays off, one left out and one moved; out of office from midnight to midnight.
        (
            "google",
            ["1202", "1217", "1221-1224", "1230", "0105-0106", "0113", "0120", "0127"],
        ),
        # Out of office during all hours; not for an afternoon, from home, perhaps or free.
        ("outlook", ["1127", "1221-1224", "0107-0108"]),
        ("nextcloud", ["1221-1224", "0212"]),
        ("apple", ["1203", "1221-1224", "0107", "0204"]),
    ],
)
def test_what_calendar_programs_write(name: str, expected: list[str]) -> None:
    assert found((FILES / f"{name}.ics").read_bytes()) == expected


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART;VALUE=DATE:20261203", ["1203"]),
        ("DTSTART;VALUE=DATE:20261203\nDTEND;VALUE=DATE:20261203", ["1203"]),
        # An end before the beginning: the two are taken for swapped.
        ("DTSTART;VALUE=DATE:20261203\nDTEND;VALUE=DATE:20261201", ["1201-1202"]),
        ("DTSTART:20261203T090000\nDTEND:20261203T170000", []),
        # Without a zone it is by the person's clock.
        ("DTSTART:20261203T000000\nDTEND:20261205T000000", ["1203-1204"]),
        ("DTSTART:20261203T000100\nDTEND:20261205T235900", ["1204"]),
        ("DTSTART:20261202T230000Z\nDTEND:20261203T230000Z", ["1203"]),
        ("DTSTART;VALUE=DATE:20250101\nDTEND;VALUE=DATE:20300101", ["1122-1227"]),
        # A day and a moment do not go together: only what is certain counts.
        ("DTSTART;VALUE=DATE:20261203\nDTEND:20261205T000000Z", ["1204"]),
        ("DTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY", ["1225", "1225"]),
        ("DTSTART;VALUE=DATE:20261203\nRRULE:FREQ=NEVER", []),
        ("DTSTART;VALUE=DATE:20261399", []),
        ("SUMMARY:no day at all", []),
    ],
)
def test_days_of_one_event(event: str, expected: list[str]) -> None:
    assert found(calendar(event)) == expected


def test_absences_that_touch_fill_a_day_together() -> None:
    oof = "X-MICROSOFT-CDO-BUSYSTATUS:OOF"
    halves = calendar(
        f"DTSTART:20261203T080000\nDTEND:20261203T130000\n{oof}",
        f"DTSTART:20261203T130000\nDTEND:20261203T180000\n{oof}",
        f"DTSTART:20261204T080000\nDTEND:20261204T130000\n{oof}",
        f"DTSTART:20261204T140000\nDTEND:20261204T180000\n{oof}",
    )

    assert found(halves) == ["1203"]


def test_what_fills_a_day_depends_on_the_hours_of_the_person() -> None:
    night = calendar(
        "DTSTART:20261203T213000\nDTEND:20261204T063000\nX-MICROSOFT-CDO-BUSYSTATUS:OOF"
    )

    assert found(night, Person("Europe/Amsterdam", time(22), time(6))) == ["1203"]
    assert found(night) == []


def test_a_damaged_event_hides_no_other_one() -> None:
    both = calendar("DTSTART;VALUE=DATE:soon", "DTSTART;VALUE=DATE:20261203")

    assert found(both) == ["1203"]


def test_several_calendars_in_one_file_and_a_mark_before_it() -> None:
    one = calendar("DTSTART;VALUE=DATE:20261203")
    other = calendar("DTSTART;VALUE=DATE:20261204")

    assert found("\ufeff" + one + other) == ["1203-1204"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<!DOCTYPE html><title>Sign in</title>", "html"),
        ("", "unknown"),
        ("Hello", "unknown"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "damaged"),
        ("BEGIN:VCALENDAR\nthis is no line\nEND:VCALENDAR\n", "damaged"),
    ],
)
def test_what_is_no_calendar(body: str, reason: str) -> None:
    with pytest.raises(NotACalendar) as refusal:
        found(body)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("often", ["SECONDLY", "MINUTELY", "HOURLY", "secondly"])
def test_a_rule_that_repeats_every_moment_is_no_leave(often: str) -> None:
    begun = clock.monotonic()
    evil = f"DTSTART:19700101T000000Z\nDTEND:19700102T000000Z\nRRULE:FREQ={often}"

    assert found(calendar(evil, "DTSTART;VALUE=DATE:20261203")) == ["1203"]
    assert clock.monotonic() - begun < 2


def test_rules_that_keep_any_reader_busy_end_only_their_own_process() -> None:
    seconds = ",".join(str(second) for second in range(60))
    hours = ",".join(str(hour) for hour in range(24))
    evil = calendar(
        f"DTSTART:19700101T000000Z\nDTEND:19700101T000001Z\n"
        f"RRULE:FREQ=DAILY;BYHOUR={hours};BYMINUTE={seconds};BYSECOND={seconds}"
    )
    begun = clock.monotonic()

    with pytest.raises(NotACalendar) as refusal:
        read_days_off(evil.encode(), BOB, YEAR)

    assert refusal.value.reason == "too_complex"
    assert clock.monotonic() - begun < 60


def test_read_apart_it_is_the_same() -> None:
    body = (FILES / "google.ics").read_bytes()

    assert read_days_off(body, BOB, YEAR) == days_off(body, BOB, YEAR)
    with pytest.raises(NotACalendar) as refusal:
        read_days_off(b"<html>", BOB, YEAR)
    assert refusal.value.reason == "html"


def test_days_are_joined_to_stretches() -> None:
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 3)]

    assert joined(reversed(days)) == [
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2027, 1, 3), date(2027, 1, 3)),
    ]
