"""What a clock on the wall shows, as a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from vaandel.lib.wall_clock import NeverShown, ShownTwice, moment_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# Its clocks go forward at midnight.
CAIRO = ZoneInfo("Africa/Cairo")


@pytest.mark.parametrize(
    ("day", "at", "hour"),
    [(date(2026, 7, 1), time(9, 30), 7), (date(2026, 12, 1), time(9, 30), 8)],
)
def test_an_ordinary_time(day: date, at: time, hour: int) -> None:
    moment = moment_of(day, at, AMSTERDAM)

    assert moment.astimezone(UTC) == datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "later"),
    [
        (AMSTERDAM, date(2027, 3, 28), time(2, 30), time(3, 30)),
        (CAIRO, date(2026, 4, 24), time(0, 15), time(1, 15)),
    ],
)
def test_a_time_that_is_never_shown(zone: ZoneInfo, day: date, at: time, later: time) -> None:
    with pytest.raises(NeverShown) as never:
        moment_of(day, at, zone)

    assert never.value.later == later
    assert moment_of(day, later, zone).time() == later


@pytest.mark.parametrize("minute", [0, 59])
def test_a_time_that_is_shown_twice(minute: int) -> None:
    with pytest.raises(ShownTwice):
        moment_of(date(2026, 10, 25), time(2, minute), AMSTERDAM)


@pytest.mark.parametrize("at", [time(1, 59), time(3, 0)])
def test_the_times_around_it_are_ordinary(at: time) -> None:
    assert moment_of(date(2026, 10, 25), at, AMSTERDAM).time() == at
