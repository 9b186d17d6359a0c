"""What the clock on somebody's wall shows, as a moment; also in the nights on which it jumps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

_HOUR: Final = timedelta(hours=1)


class NeverShown(ValueError):
    """The clock goes forward over this time. ``later``: an hour further, which it does show."""

    def __init__(self, later: time) -> None:
        super().__init__("That clock never shows this time.")
        self.later = later


class ShownTwice(ValueError):
    """The clock goes back over this time, so it comes twice that night."""


def moment_of(day: date, at: time, zone: tzinfo) -> datetime:
    """The one moment at which a clock in ``zone`` shows this.

    Raises ``NeverShown`` or ``ShownTwice`` when there is none, or more than one.
    """
    first = datetime.combine(day, at, zone)
    shown = first.astimezone(UTC).astimezone(zone)
    if shown.replace(tzinfo=None) != first.replace(tzinfo=None):
        raise NeverShown((datetime.combine(day, at) + _HOUR).time())
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        raise ShownTwice
    return first
