"""What a network's answer means, for the message and for the connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils import timezone

from vaandel.delivery.outlets import retry_after
from vaandel.lib.http import Answered


class Verdict(StrEnum):
    SENT = "sent"
    # The same message may go through later.
    LATER = "later"
    # This message will never go through; another one may.
    REFUSED = "refused"
    # Nothing goes through here any more until somebody does something.
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Judged:
    """``code`` names what went wrong; ``problems`` has the words. ``wait``: as asked for, if so."""

    verdict: Verdict
    code: str = ""
    wait: timedelta | None = None


def by_status(answered: Answered) -> Judged:
    """What every network means by a status, when its answer says no more than that."""
    status = answered.status
    wait = retry_after(answered.headers.get("retry-after", ""), at=timezone.now())
    if status == 429:
        return Judged(Verdict.LATER, "too_often", wait)
    if status in {408, 425} or status >= 500:
        return Judged(Verdict.LATER, "away", wait)
    if status in {404, 410}:
        return Judged(Verdict.GONE, "not_there")
    if 300 <= status < 400:
        return Judged(Verdict.GONE, "moved")
    return Judged(Verdict.REFUSED, "refused")
