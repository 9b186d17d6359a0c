"""How often somebody is turned to, and when: the pure part of the planner."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaandel.ambassadors.models import Rhythm
from vaandel.delivery.planning.moments import digest_windows
from vaandel.delivery.planning.rhythm import (
    IGNORED,
    LADDER,
    WEEKS,
    Silence,
    Spent,
    Stance,
    in_force,
    period_is_free,
    step_down,
    what_is_due,
)
from vaandel.delivery.planning.spreading import most_a_day, slot_of, turn_of, working_days
from vaandel.lib.open_hours import OpenHours
from vaandel.lib.public_holidays import PublicHolidays

ZONES = [
    "Europe/Amsterdam",
    "Europe/Lisbon",
    "America/New_York",
    "America/St_Johns",
    "Pacific/Auckland",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
]
START = datetime(2024, 12, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 790 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
RHYTHMS = st.sampled_from(Rhythm.values)
DAYS = st.dates(date(2024, 12, 1), date(2027, 2, 1))
HOURS = st.builds(
    OpenHours,
    zone=st.sampled_from(ZONES),
    opens=st.times(),
    closes=st.times(),
    days=st.frozensets(st.integers(0, 6)),
    holidays=st.sampled_from([PublicHolidays(), PublicHolidays("NL"), PublicHolidays("DE", "BY")]),
    leave=st.lists(
        st.tuples(DAYS, st.integers(0, 30)).map(lambda x: (x[0], x[0] + timedelta(days=x[1]))),
        max_size=2,
    ).map(tuple),
)


@pytest.mark.parametrize(
    ("chosen", "ignored", "expected"),
    [
        (Rhythm.WEEKLY, 0, (Rhythm.WEEKLY, Stance.ON)),
        (Rhythm.WEEKLY, 2, (Rhythm.WEEKLY, Stance.ON)),
        (Rhythm.WEEKLY, 3, (Rhythm.FORTNIGHTLY, Stance.ON)),
        (Rhythm.WEEKLY, 6, (Rhythm.MONTHLY, Stance.ON)),
        (Rhythm.WEEKLY, 9, (Rhythm.MONTHLY, Stance.QUESTION)),
        (Rhythm.FORTNIGHTLY, 3, (Rhythm.MONTHLY, Stance.ON)),
        (Rhythm.FORTNIGHTLY, 6, (Rhythm.MONTHLY, Stance.QUESTION)),
        (Rhythm.MONTHLY, 2, (Rhythm.MONTHLY, Stance.ON)),
        (Rhythm.MONTHLY, 3, (Rhythm.MONTHLY, Stance.QUESTION)),
        (Rhythm.IN_APP, 0, (Rhythm.IN_APP, Stance.SILENT)),
    ],
)
def test_three_ignored_are_one_step_less(
    chosen: str, ignored: int, expected: tuple[Rhythm, Stance]
) -> None:
    assert in_force(chosen, Silence(approaches=ignored)) == expected


def test_one_question_and_then_silence() -> None:
    assert in_force(Rhythm.WEEKLY, Silence(9, 1)) == (Rhythm.MONTHLY, Stance.SILENT)


@pytest.mark.parametrize(
    ("chosen", "less"),
    [
        (Rhythm.WEEKLY, Rhythm.FORTNIGHTLY),
        (Rhythm.FORTNIGHTLY, Rhythm.MONTHLY),
        (Rhythm.MONTHLY, Rhythm.IN_APP),
        (Rhythm.IN_APP, Rhythm.IN_APP),
    ],
)
def test_less_often_is_one_step(chosen: str, less: str) -> None:
    assert step_down(chosen) == less


@given(RHYTHMS, st.integers(0, 100), st.integers(0, 3))
def test_the_rhythm_in_force_is_never_more_than_was_chosen(
    chosen: str, ignored: int, questions: int
) -> None:
    rhythm, stance = in_force(chosen, Silence(ignored, questions))

    if chosen == Rhythm.IN_APP:
        assert stance is Stance.SILENT
    else:
        assert WEEKS[rhythm] >= WEEKS[Rhythm(chosen)]
    more, _ = in_force(chosen, Silence(ignored + 1, questions))
    assert chosen == Rhythm.IN_APP or WEEKS[more] >= WEEKS[rhythm]
    if questions:
        assert stance is Stance.SILENT


@given(
    RHYTHMS,
    st.builds(Silence, st.integers(0, 12), st.integers(0, 1)),
    st.builds(Spent, st.integers(0, 4), st.integers(0, 3), st.none() | MOMENTS),
    st.integers(0, 3),
    MOMENTS,
    st.sampled_from(ZONES),
)
def test_what_is_due_keeps_to_budget_and_rhythm(
    chosen: str, silence: Silence, spent: Spent, budget: int, now: datetime, zone: str
) -> None:
    digest, question, urgent = what_is_due(
        chosen, silence, spent, budget=budget, now=now, zone=zone
    )

    assert not (digest and question)
    if spent.this_week >= budget or chosen == Rhythm.IN_APP or silence.questions:
        assert (digest, question, urgent) == (False, False, False)
    if spent.urgent_this_month >= 2:
        assert not urgent
    steps = len(LADDER) - LADDER.index(Rhythm(chosen)) if chosen in LADDER else 0
    if silence.approaches >= IGNORED * steps:
        assert not digest
        assert not urgent
    else:
        assert not question


@given(MOMENTS, st.sampled_from(list(LADDER)), st.sampled_from(ZONES), st.integers(0, 60 * 24 * 60))
def test_between_two_digests_lie_as_many_mondays_as_the_rhythm_has_weeks(
    last: datetime, rhythm: str, zone: str, minutes: int
) -> None:
    now = last + timedelta(minutes=minutes)
    days = first_day_of_week(now, zone) - first_day_of_week(last, zone)

    assert period_is_free(last, rhythm=rhythm, now=now, zone=zone) == (
        days.days >= 7 * WEEKS[Rhythm(rhythm)]
    )


def first_day_of_week(at: datetime, zone: str) -> date:
    """The Monday of the week, counted by hand."""
    today = at.astimezone(ZoneInfo(zone)).date()
    return today - timedelta(days=today.weekday())


@given(HOURS, MOMENTS)
def test_a_digest_comes_in_open_hours_only(hours: OpenHours, at: datetime) -> None:
    for opens, closes in digest_windows(hours, at):
        assert opens < closes
        assert hours.is_open(opens)
        assert hours.is_open(closes - timedelta(microseconds=1))


@given(HOURS, MOMENTS)
def test_who_has_an_open_minute_in_a_week_has_a_moment_for_a_digest(
    hours: OpenHours, at: datetime
) -> None:
    if hours.is_open(at):
        assert digest_windows(hours, at)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (OpenHours("Europe/Amsterdam"), [(24, 8, 10), (25, 8, 10), (26, 8, 10)]),
        (OpenHours("Europe/Amsterdam", opens=time(10)), [(24, 9, 10), (25, 9, 10), (26, 9, 10)]),
        (OpenHours("Europe/Amsterdam", days=frozenset({4})), [(27, 7, 8)]),
        (OpenHours("Europe/Amsterdam", opens=time(12)), [(23, 11, 12)]),
        (OpenHours("Europe/Amsterdam", days=frozenset()), []),
        (
            OpenHours("Europe/Amsterdam", leave=((date(2026, 11, 24), date(2026, 11, 26)),)),
            [(23, 7, 8)],
        ),
    ],
    ids=["usual", "late start", "fridays", "afternoons", "never", "on leave midweek"],
)
def test_the_moments_of_a_week(hours: OpenHours, expected: list[tuple[int, int, int]]) -> None:
    wednesday = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)

    assert list(digest_windows(hours, wednesday)) == [
        (
            datetime(2026, 11, day, opens, tzinfo=UTC),
            datetime(2026, 11, day, closes, tzinfo=UTC),
        )
        for day, opens, closes in expected
    ]


@pytest.mark.parametrize("month", [3, 10])
def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change(month: int) -> None:
    zone = OpenHours("Europe/Amsterdam")
    before, after = datetime(2026, month, 20, tzinfo=UTC), datetime(2026, month, 31, tzinfo=UTC)
    hours = [digest_windows(zone, at)[0][0].hour for at in (before, after)]

    assert hours == ([8, 7] if month == 3 else [7, 8])


@given(st.integers(0, 200_000), st.integers(1, 100))
def test_five_days_suffice_for_every_audience(audience: int, percent: int) -> None:
    most = most_a_day(audience, percent)

    assert 5 * most >= audience
    assert most <= max(audience * percent / 100, audience / 5 + 1)


@given(st.integers(1, 10**9), st.integers(1, 2**31))
def test_everybody_has_one_of_five_days(post: int, person: int) -> None:
    assert 0 <= slot_of(post, person) < 5


@pytest.mark.parametrize("post", [1, 2, 3, 1000, 123_456])
def test_a_fifth_of_the_people_has_each_day_and_not_the_same_fifth_for_every_post(
    post: int,
) -> None:
    people = range(1, 10_001)
    first = {person for person in people if slot_of(post, person) == 0}
    next_one = {person for person in people if slot_of(post + 1, person) == 0}

    assert 1900 <= len(first) <= 2100
    assert 350 <= len(first & next_one) <= 450


def test_weekends_and_holidays_are_no_days_for_a_post_that_is_spread() -> None:
    hours = OpenHours("Europe/Amsterdam", holidays=PublicHolidays("NL"))
    thursday = date(2026, 12, 24)
    days = working_days(hours, thursday)

    assert [day.day for day in days] == [24, 28, 29, 30, 31]
    assert [turn_of(hours, thursday, thursday + timedelta(days=n)) for n in range(-1, 9)] == [
        None, 0, None, None, None, 1, 2, 3, 4, None,
    ]  # fmt: skip
    assert turn_of(hours, thursday, date(2027, 1, 4)) == 4
    # Live on a Sunday: it begins on Monday.
    assert turn_of(hours, date(2026, 11, 22), date(2026, 11, 22)) is None
    assert turn_of(hours, date(2026, 11, 22), date(2026, 11, 23)) == 0
