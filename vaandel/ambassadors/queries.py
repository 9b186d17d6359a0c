"""Small reads of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class PauseSuggestion:
    """A day to which a pause may run, and in how many weeks that is."""

    weeks: int
    until: date


def pause_suggestions(today: date) -> list[PauseSuggestion]:
    """The coming Monday, and two and four weeks further."""
    monday = today + timedelta(days=7 - today.weekday())
    return [PauseSuggestion(weeks, monday + timedelta(weeks=weeks - 1)) for weeks in (1, 2, 4)]
