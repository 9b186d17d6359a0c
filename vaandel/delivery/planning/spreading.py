"""On which day a post that is spread comes to whom, and to how many a day at most."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil
from typing import Final

from vaandel.lib.open_hours import OpenHours

DAYS: Final = 5
# A multiplication modulo a prime, which every database can do. Its factor is five times that
# of the post before it, so that who is first with one post is not the first with the next.
PRIME: Final = 65_521
STEP: Final = 40_503
LONGEST_LOOK: Final = 60
HUNDRED: Final = 100


def multiplier_of(post_id: int) -> int:
    return STEP * pow(DAYS, post_id, PRIME) % PRIME


def slot_of(post_id: int, enrolment_id: int) -> int:
    """Which of the five working days it is for this person: 0 to 4, always the same."""
    return enrolment_id * multiplier_of(post_id) % PRIME * DAYS // PRIME


def most_a_day(audience: int, percent: int) -> int:
    """To how many people of an audience a post may be offered on one day.

    ``percent`` of them, but at least as many as let five days suffice.
    """
    return max(audience * percent // HUNDRED, ceil(audience / DAYS))


def working_days(hours: OpenHours, start: date, *, most: int = DAYS) -> list[date]:
    """The first working days of an organisation from this day on, this day included."""
    found: list[date] = []
    for ahead in range(LONGEST_LOOK):
        day = start + timedelta(days=ahead)
        if hours.works_on(day):
            found.append(day)
        if len(found) == most:
            break
    return found


def turn_of(hours: OpenHours, live_on: date, today: date) -> int | None:
    """Whose turn it is today: everybody whose slot is at most this; None when nobody's.

    Nobody's on a day on which the organisation does not work. A post that went live on such
    a day begins on the first working day after it.
    """
    if not hours.works_on(today) or today < live_on:
        return None
    days = working_days(hours, live_on)
    return sum(day <= today for day in days) - 1
