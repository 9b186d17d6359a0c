"""What the planner hands to those who put an approach into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Approach
from vaandel.delivery.queries import Proposal

GOOD_FOR: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Offered:
    """One of the posts that an approach is about, for this person.

    ``angle`` is the start that this person is given first, "" when there is none.
    ``share_url`` is their own link, whole. ``reviewer`` is a first name, or "".
    """

    proposal: Proposal
    angle: str
    share_url: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class Approached:
    """One saved approach with all that a mail or a notice about it says.

    ``enrolment`` has its programme, member, user and organisation loaded. ``proposals``: the
    best first; none for a question. ``windows`` is what ``Outgoing.windows`` holds. ``often``
    is the rhythm in force, a value of ``Rhythm``: not always the one that was chosen.
    """

    approach: Approach
    enrolment: Enrolment
    proposals: list[Offered]
    windows: list[list[str]]
    at: datetime
    often: str
    good_for: timedelta = GOOD_FOR
