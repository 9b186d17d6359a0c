"""Weeks, as the figures use them: a Monday, in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta


def week_of(moment: datetime | date) -> date:
    """The Monday of the week in which this falls."""
    day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    return day - timedelta(days=day.weekday())


def start_of(week: date) -> datetime:
    return datetime.combine(week, time.min, tzinfo=UTC)


def end_of(week: date) -> datetime:
    """The first moment that is no longer in the week."""
    return start_of(week + timedelta(days=7))


def weeks_between(first: date, last: date) -> Iterator[date]:
    """Every Monday from ``first`` to ``last``, both included."""
    week = first
    while week <= last:
        yield week
        week += timedelta(days=7)
