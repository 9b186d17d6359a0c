"""What can happen in this room. All of it is private: none of it is in the audit log."""

from __future__ import annotations

from vaandel.ambassadors.services.calendars import (
    CalendarFailed,
    address_of,
    follow_calendar,
    forget_calendar,
    read_calendar_now,
    read_due_calendars,
)
from vaandel.ambassadors.services.hours import (
    ChosenHours,
    TooMuchLeave,
    add_leave,
    change_hours,
    follow_moved_people,
    forget_old_leave,
    remove_leave,
)
from vaandel.ambassadors.services.taking_part import (
    Choices,
    change_choices,
    end_enrolments_of_who_left,
    hear_from,
    join,
    leave,
    pause,
    resume,
    set_consent,
    set_consents,
    set_rhythm,
    stop_mails,
    undo_leaving,
    use_channels,
)

__all__ = [
    "CalendarFailed",
    "Choices",
    "ChosenHours",
    "TooMuchLeave",
    "add_leave",
    "address_of",
    "change_choices",
    "change_hours",
    "end_enrolments_of_who_left",
    "follow_calendar",
    "follow_moved_people",
    "forget_calendar",
    "forget_old_leave",
    "hear_from",
    "join",
    "leave",
    "pause",
    "read_calendar_now",
    "read_due_calendars",
    "remove_leave",
    "resume",
    "set_consent",
    "set_consents",
    "set_rhythm",
    "stop_mails",
    "undo_leaving",
    "use_channels",
]
