"""The moments of a week at which somebody is rather turned to than at others."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Final

from vaandel.delivery.calendar import monday_of
from vaandel.lib.open_hours import OpenHours, Window

FROM: Final = time(9)
UNTIL: Final = time(11)
# Tuesday to Thursday.
DAYS: Final = frozenset({1, 2, 3})
WEEK: Final = timedelta(days=7)
FIRST: Final = timedelta(hours=1)


def digest_windows(hours: OpenHours, at: datetime) -> tuple[Window, ...]:
    """When a digest may come in the week of ``at``, as the person lives it.

    Tuesday to Thursday from nine to eleven, inside their own open hours; without any open
    minute then, the first open hour of that week.
    """
    return _windows(hours, monday_of(at, hours.zone), monday_of(at + WEEK, hours.zone))


def is_digest_moment(hours: OpenHours, at: datetime) -> bool:
    return any(opens <= at < closes for opens, closes in digest_windows(hours, at))


@lru_cache(maxsize=5000)
def _windows(hours: OpenHours, monday: datetime, next_monday: datetime) -> tuple[Window, ...]:
    opened = hours.windows(monday, next_monday)
    best = OpenHours(hours.zone, FROM, UNTIL, DAYS).windows(monday, next_monday)
    shared = tuple(
        (max(a, c), min(b, d)) for a, b in opened for c, d in best if max(a, c) < min(b, d)
    )
    if shared or not opened:
        return shared
    opens, closes = opened[0]
    return ((opens, min(closes, opens + FIRST)),)
