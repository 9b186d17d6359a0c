"""Days and hours as the person lives them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vaandel.ambassadors.models import Rhythm

# From eight to six, Monday to Friday.
FIRST_HOUR = 8
LAST_HOUR = 18
WORKING_DAYS = 5
WEEKS = {Rhythm.WEEKLY: 1, Rhythm.FORTNIGHTLY: 2, Rhythm.MONTHLY: 4}


def today_of(now: datetime, time_zone: str) -> date:
    return now.astimezone(ZoneInfo(time_zone)).date()


def monday_of(now: datetime, time_zone: str, *, weeks_back: int = 0) -> datetime:
    """The moment at which this week began where somebody lives, or an earlier one."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday(), weeks=weeks_back)
    return datetime.combine(monday, time.min, tzinfo=zone)


def next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


def is_working_hour(now: datetime, time_zone: str) -> bool:
    local = now.astimezone(ZoneInfo(time_zone))
    return local.weekday() < WORKING_DAYS and FIRST_HOUR <= local.hour < LAST_HOUR


def period_is_free(
    last_mailed_at: datetime | None, *, rhythm: str, now: datetime, time_zone: str
) -> bool:
    """Whether the week (or two, or four) that somebody chose had no mail yet."""
    if rhythm not in WEEKS:
        return False
    if last_mailed_at is None:
        return True
    period_began = monday_of(now, time_zone, weeks_back=WEEKS[Rhythm(rhythm)] - 1)
    return last_mailed_at < period_began
