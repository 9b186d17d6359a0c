"""What a push service or a chat may answer, said the same way for both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_WAIT: Final = timedelta(hours=12)


class RefusedForNow(Exception):
    """It is not taken now, or nobody answered; ``retry_after`` is what was asked for, if so."""

    def __init__(self, error: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(error)
        self.retry_after = retry_after


class RefusedForGood(Exception):
    """This notice will never be taken."""


class Gone(Exception):
    """The place itself is no more: nothing sent there will ever arrive."""


def retry_after(value: str, *, at: datetime) -> timedelta | None:
    """What a Retry-After header asks for: seconds or a date; None when it says nothing usable."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=min(int(text[:9]), 10**8)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - at, timedelta()), LONGEST_WAIT)
