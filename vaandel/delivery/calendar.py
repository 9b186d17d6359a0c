"""Days and hours as the person lives them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from vaandel.lib.open_hours import zone_of


def today_of(now: datetime, time_zone: str) -> date:
    return now.astimezone(zone_of(time_zone)).date()


def monday_of(now: datetime, time_zone: str, *, weeks_back: int = 0) -> datetime:
    """The moment at which this week began where somebody lives, or an earlier one."""
    zone = zone_of(time_zone)
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday(), weeks=weeks_back)
    return datetime.combine(monday, time.min, tzinfo=zone)


def next_monday(today: date) -> date:
    """For who says "next week". On a Sunday that is not tomorrow."""
    days = 7 - today.weekday()
    return today + timedelta(days=days if days > 1 else days + 7)


def month_of(now: datetime, time_zone: str) -> datetime:
    """The moment at which this month began where somebody lives."""
    zone = zone_of(time_zone)
    return datetime.combine(now.astimezone(zone).date().replace(day=1), time.min, tzinfo=zone)
