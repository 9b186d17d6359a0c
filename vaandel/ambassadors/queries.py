"""Small reads of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

# Until tomorrow is no pause.
SHORTEST_PAUSE: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class PauseSuggestion:
    """A day to which a pause may run, and in how many weeks that is."""

    weeks: int
    until: date


def pause_suggestions(today: date) -> list[PauseSuggestion]:
    """Monday of next week, and of the second and fourth week; on a weekend, of the week after."""
    monday = today + timedelta(days=7 - today.weekday())
    if monday - today < SHORTEST_PAUSE:
        monday += timedelta(weeks=1)
    return [PauseSuggestion(weeks, monday + timedelta(weeks=weeks - 1)) for weeks in (1, 2, 4)]
