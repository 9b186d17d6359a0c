"""A pause is offered until a Monday that is far enough away to be a pause."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from vaandel.ambassadors.queries import pause_suggestions


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 23), date(2026, 11, 30)),
        (date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 11, 28), date(2026, 12, 7)),
        (date(2026, 11, 29), date(2026, 12, 7)),
    ],
)
def test_suggested_pauses_begin_next_week_and_are_never_until_tomorrow(
    today: date, first: date
) -> None:
    assert [pause.until for pause in pause_suggestions(today)] == [
        first,
        first + timedelta(weeks=1),
        first + timedelta(weeks=3),
    ]
