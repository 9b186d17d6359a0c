"""How a network's answer is told to who sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Whatever a network asks for, nothing waits longer than this for the next try.
LONGEST_WAIT: Final = 60 * 60


class Verdict(StrEnum):
    """What an answer means for this message, and for the connection."""

    SENT = "sent"
    # The same message may go through later.
    LATER = "later"
    # This message will never go through; another one may.
    REFUSED = "refused"
    # Nothing goes through here any more until somebody does something.
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Judged:
    """``code`` names what went wrong; its texts are in ``problems``. ``wait``: seconds, 0 unknown."""

    verdict: Verdict
    code: str = ""
    wait: int = 0


def by_status(status: int, headers: Mapping[str, str]) -> Judged:
    """What every network means by a status, when its answer says no more than that."""
    if status == 429:
        return Judged(Verdict.LATER, "too_often", wait_of(headers))
    if status in {408, 425} or status >= 500:
        return Judged(Verdict.LATER, "away", wait_of(headers))
    if status in {404, 410}:
        return Judged(Verdict.GONE, "not_there")
    if 300 <= status < 400:
        return Judged(Verdict.GONE, "moved")
    return Judged(Verdict.REFUSED, "refused")


def wait_of(headers: Mapping[str, str]) -> int:
    """The seconds of ``Retry-After``; a date there counts as none."""
    text = headers.get("retry-after", "").strip()
    return min(int(text), LONGEST_WAIT) if text.isdigit() else 0
