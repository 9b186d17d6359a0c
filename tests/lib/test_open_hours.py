"""Open hours, against a clock that is looked at minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaandel.lib.open_hours import OpenHours, Window, as_pairs, merged, zone_of
from vaandel.lib.public_holidays import PublicHolidays

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ZONES = [
    "Europe/Amsterdam",
    "Europe/Dublin",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Pacific/Kiritimati",
    "UTC",
]
# Days on which a clock somewhere jumps, years end, or a day does not exist at all.
ODD_DAYS = [
    date(2011, 12, 30),  # Apia has no such day
    date(2011, 12, 31),
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 3, 8),
    date(2026, 11, 1),
    date(2026, 2, 15),
    date(2026, 3, 22),
    date(2018, 11, 4),  # midnight does not exist in São Paulo
    date(2010, 11, 7),  # St. John's goes back over midnight
    date(2026, 4, 5),
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2028, 2, 29),
]

times = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))
days = st.sampled_from(ODD_DAYS) | st.dates(date(2024, 1, 1), date(2030, 12, 31))


@st.composite
def hours_and_start(draw: st.DrawFn) -> tuple[OpenHours, datetime]:
    """Open hours and a whole minute near a day on which something may be odd."""
    zone = draw(st.sampled_from(ZONES))
    day = draw(days)
    offset = draw(st.integers(-2 * 24 * 60, 2 * 24 * 60))
    first = day + draw(st.integers(-3, 3)) * DAY
    leave = [(first, first + draw(st.integers(0, 2)) * DAY)] if draw(st.booleans()) else []
    hours = OpenHours(
        zone=zone,
        opens=draw(times),
        closes=draw(times),
        days=frozenset(draw(st.sets(st.integers(0, 6)))),
        holidays=draw(
            st.sampled_from([PublicHolidays(), PublicHolidays("NL"), PublicHolidays("DE", "BY")])
        ),
        leave=tuple(leave),
    )
    return hours, datetime.combine(day, time(), UTC) + offset * MINUTE


def open_by_the_clock(hours: OpenHours, at: datetime) -> bool:
    """Whether a moment is open, read off the clock on the wall and nothing else."""

    def free(day: date) -> bool:
        on_leave = any(first <= day <= last for first, last in hours.leave)
        return on_leave or day in hours.holidays

    def works(day: date) -> bool:
        return day.weekday() in hours.days and not free(day)

    wall = at.astimezone(ZoneInfo(hours.zone))
    today, now = wall.date(), wall.time()
    if hours.opens < hours.closes:
        return works(today) and hours.opens <= now < hours.closes
    begun = works(today) and now >= hours.opens
    goes_on = works(today - DAY) and not free(today) and now < hours.closes
    return begun or goes_on


@given(hours_and_start(), st.integers(1, 40))
@settings(max_examples=150, deadline=None)
def test_windows_are_exactly_the_moments_that_the_clock_calls_open(
    given_: tuple[OpenHours, datetime], length: int
) -> None:
    hours, start = given_
    end = start + timedelta(hours=length)
    windows = hours.windows(start, end)

    assert windows == sorted(windows)
    assert all(a < b for a, b in windows)
    assert all(one[1] < other[0] for one, other in pairwise(windows))
    assert all(edge.tzinfo is UTC and start <= edge <= end for pair in windows for edge in pair)
    at = start
    while at < end:
        inside = any(a <= at < b for a, b in windows)
        assert inside == open_by_the_clock(hours, at), at
        at += MINUTE


@given(hours_and_start(), st.integers(0, 3 * 24 * 3600))
@settings(max_examples=300, deadline=None)
def test_a_moment_is_open_when_the_clock_says_so(
    given_: tuple[OpenHours, datetime], seconds: int
) -> None:
    hours, start = given_
    at = start + timedelta(seconds=seconds)

    assert hours.is_open(at) == open_by_the_clock(hours, at)


@given(hours_and_start())
@settings(max_examples=200, deadline=None)
def test_the_next_opening_is_open_and_nothing_before_it_is(
    given_: tuple[OpenHours, datetime],
) -> None:
    hours, start = given_
    found = hours.next_open(start)
    if found is None:
        assert hours.windows(start, start + timedelta(days=366)) == []
        return

    assert found >= start
    assert open_by_the_clock(hours, found)
    assert found == start or not open_by_the_clock(hours, found - timedelta(seconds=1))
    assert hours.windows(start, found) == []


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("opens", "closes", "day", "expected"),
    [
        # The clock jumps from 2:00 to 3:00: what opens at half past two opens at three.
        ("02:30", "05:00", "2026-03-29", [("01:00", "03:00")]),
        # What would close at half past two closes at two, an instant before three.
        ("01:00", "02:30", "2026-03-29", [("00:00", "01:00")]),
        ("02:10", "02:50", "2026-03-29", []),
        # The clock shows 2:00 to 3:00 twice: half past two comes twice too.
        ("02:30", "05:00", "2026-10-25", [("00:30", "01:00"), ("01:30", "04:00")]),
        ("01:00", "02:30", "2026-10-25", [("23:00", "00:30"), ("01:00", "01:30")]),
        ("08:00", "18:00", "2026-10-25", [("07:00", "17:00")]),
        ("08:00", "18:00", "2026-10-24", [("06:00", "16:00")]),
    ],
)
def test_the_hours_around_a_jump_of_the_clock(
    opens: str, closes: str, day: str, expected: list[tuple[str, str]]
) -> None:
    hours = OpenHours(
        "Europe/Amsterdam",
        opens=time.fromisoformat(opens),
        closes=time.fromisoformat(closes),
        days=frozenset(range(7)),
    )
    midnight, next_midnight = (
        datetime.combine(date.fromisoformat(day) + more, time(), ZoneInfo("Europe/Amsterdam"))
        for more in (timedelta(), DAY)
    )
    found = hours.windows(midnight, next_midnight)

    assert [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in found] == expected


def test_a_day_that_a_zone_leaves_out_has_no_hours() -> None:
    hours = OpenHours("Pacific/Apia", days=frozenset(range(7)))
    found = hours.windows(at("2011-12-29T00:00+00:00"), at("2012-01-01T12:00+00:00"))
    local = [a.astimezone(ZoneInfo("Pacific/Apia")).date().isoformat() for a, _b in found]

    assert local == ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"]


def test_a_night_shift_runs_into_the_morning_but_not_out_of_or_into_a_free_day() -> None:
    hours = OpenHours(
        "Europe/Amsterdam",
        opens=time(22),
        closes=time(6),
        days=frozenset({0, 1, 2, 3, 4}),
        leave=((date(2026, 11, 25), date(2026, 11, 25)),),
    )
    found = hours.windows(at("2026-11-23T00:00+01:00"), at("2026-11-29T00:00+01:00"))

    assert as_pairs(found) == [
        ["2026-11-23T21:00:00+00:00", "2026-11-24T05:00:00+00:00"],  # Monday night
        ["2026-11-24T21:00:00+00:00", "2026-11-24T23:00:00+00:00"],  # until the leave begins
        ["2026-11-26T21:00:00+00:00", "2026-11-27T05:00:00+00:00"],  # not on the day after it
        ["2026-11-27T21:00:00+00:00", "2026-11-28T05:00:00+00:00"],  # Friday into Saturday
    ]


def test_the_same_time_twice_is_the_whole_day() -> None:
    hours = OpenHours("UTC", opens=time(0), closes=time(0), days=frozenset({0}))

    assert hours.windows(at("2026-11-22T00:00+00:00"), at("2026-11-29T00:00+00:00")) == [
        (at("2026-11-23T00:00+00:00"), at("2026-11-24T00:00+00:00"))
    ]


def test_christmas_and_new_year_are_kept_free() -> None:
    hours = OpenHours("Europe/Amsterdam", holidays=PublicHolidays("NL"))

    assert hours.next_open(at("2026-12-24T18:00+01:00")) == at("2026-12-28T08:00+01:00")
    assert hours.next_open(at("2026-12-31T18:00+01:00")) == at("2027-01-04T08:00+01:00")


def test_a_year_of_leave_has_no_next_opening() -> None:
    hours = OpenHours("UTC", leave=((date(2026, 1, 1), date(2028, 1, 1)),))

    assert hours.next_open(at("2026-06-01T00:00+00:00")) is None


def test_leave_that_ends_after_months_is_waited_for() -> None:
    hours = OpenHours("UTC", leave=((date(2026, 1, 1), date(2026, 9, 1)),))

    assert hours.next_open(at("2026-06-01T00:00+00:00")) == at("2026-09-02T08:00+00:00")


def test_an_unknown_time_zone_stops_nobody() -> None:
    assert zone_of("Europe/Atlantis") is UTC
    assert zone_of("../etc/passwd") is UTC
    assert OpenHours("").is_open(at("2026-11-23T09:00+00:00"))


def test_windows_that_touch_are_one() -> None:
    one: Window = (at("2026-11-23T09:00+00:00"), at("2026-11-23T10:00+00:00"))
    other: Window = (at("2026-11-23T10:00+00:00"), at("2026-11-23T11:00+00:00"))

    assert merged([other, one, one]) == [(one[0], other[1])]
