"""What a person may choose."""

from __future__ import annotations

from vaandel.ambassadors.forms.choosing import (
    ChannelsForm,
    ChoicesForm,
    ColleagueForm,
    ConsentsForm,
    PauseForm,
    RhythmForm,
    choices_of,
)
from vaandel.ambassadors.forms.hours import CalendarForm, HoursForm, LeaveForm

__all__ = [
    "CalendarForm",
    "ChannelsForm",
    "ChoicesForm",
    "ColleagueForm",
    "ConsentsForm",
    "HoursForm",
    "LeaveForm",
    "PauseForm",
    "RhythmForm",
    "choices_of",
]
