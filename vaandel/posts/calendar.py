"""Posts on days: a working week with cards, or a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vaandel.posts.queries import PostRow

WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    is_today: bool
    is_past: bool
    in_month: bool
    posts: Sequence[PostRow]


@dataclass(frozen=True, slots=True)
class Board:
    """A week is one row of working days with its quiet ``weekend``; a month has whole weeks."""

    first: date
    last: date
    previous: date
    following: date
    weeks: Sequence[Sequence[Day]]
    weekend: Sequence[Day]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def shown_span(view: str, day: date) -> tuple[date, date]:
    """First and last day on the page, both included."""
    if view == "week":
        return monday_of(day), monday_of(day) + timedelta(days=6)
    first = monday_of(day.replace(day=1))
    last = monday_of(_last_of_month(day)) + timedelta(days=6)
    return first, last


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _days(
    first: date, count: int, *, month: int | None, today: date, posts: Mapping[date, list[PostRow]]
) -> list[Day]:
    days = [first + timedelta(days=n) for n in range(count)]
    return [
        Day(
            date=day,
            is_today=day == today,
            is_past=day < today,
            in_month=month is None or day.month == month,
            posts=posts.get(day, []),
        )
        for day in days
    ]


def week_board(day: date, *, today: date, posts: Mapping[date, list[PostRow]]) -> Board:
    monday = monday_of(day)
    return Board(
        first=monday,
        last=monday + timedelta(days=6),
        previous=monday - timedelta(days=7),
        following=monday + timedelta(days=7),
        weeks=[_days(monday, WORKING_DAYS, month=None, today=today, posts=posts)],
        weekend=_days(
            monday + timedelta(days=WORKING_DAYS), 2, month=None, today=today, posts=posts
        ),
    )


def month_board(day: date, *, today: date, posts: Mapping[date, list[PostRow]]) -> Board:
    first, last = shown_span("month", day)
    mondays = [first + timedelta(days=n) for n in range(0, (last - first).days, 7)]
    return Board(
        first=day.replace(day=1),
        last=_last_of_month(day),
        previous=(day.replace(day=1) - timedelta(days=1)).replace(day=1),
        following=_last_of_month(day) + timedelta(days=1),
        weeks=[_days(m, 7, month=day.month, today=today, posts=posts) for m in mondays],
        weekend=[],
    )
