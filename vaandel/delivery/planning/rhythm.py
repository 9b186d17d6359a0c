"""How often somebody is turned to: what they chose, less when they do not react, never more.

Pure functions of what is known; nothing about it is kept. After three approaches without a
sign of life the rhythm drops one step. After three more on the last step there is one
question, "shall we stop?", and after that silence. Any sign of life (a share, an answer,
another choice, "go on") brings the chosen rhythm back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from vaandel.ambassadors.models import Rhythm
from vaandel.delivery.calendar import monday_of
from vaandel.delivery.models import Approach

Kind = Approach.Kind

IGNORED: Final = 3
LADDER: Final = (Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.MONTHLY)
WEEKS: Final = {Rhythm.WEEKLY: 1, Rhythm.FORTNIGHTLY: 2, Rhythm.MONTHLY: 4}
URGENT_A_MONTH: Final = 2


class Stance(Enum):
    """How we stand with somebody."""

    ON = "on"
    # The question is due.
    QUESTION = "question"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Silence:
    """What was sent since the last sign of life: approaches with asks, and questions."""

    approaches: int = 0
    questions: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """What the budget knows of one person, at one moment.

    ``this_week`` and ``urgent_this_month`` are of the person over all programmes and
    channels; ``last_at`` is the last approach of this programme that was not urgent.
    """

    this_week: int = 0
    urgent_this_month: int = 0
    last_at: datetime | None = None


def in_force(chosen: str, silence: Silence) -> tuple[Rhythm, Stance]:
    """The rhythm now, and whether to go on, to ask, or to be silent."""
    if chosen not in LADDER:
        return Rhythm.IN_APP, Stance.SILENT
    steps = LADDER[LADDER.index(Rhythm(chosen)) :]
    step = silence.approaches // IGNORED
    if silence.questions:
        return steps[-1], Stance.SILENT
    if step < len(steps):
        return steps[step], Stance.ON
    return steps[-1], Stance.QUESTION


def step_down(chosen: str) -> Rhythm:
    """One step less often; after the last step only in the app."""
    if chosen not in LADDER[:-1]:
        return Rhythm.IN_APP
    return LADDER[LADDER.index(Rhythm(chosen)) + 1]


def period_is_free(last_at: datetime | None, *, rhythm: str, now: datetime, zone: str) -> bool:
    """Whether the week (or two, or four) had nothing yet. Weeks begin where the person lives."""
    if rhythm not in WEEKS:
        return False
    if last_at is None:
        return True
    return last_at < monday_of(now, zone, weeks_back=WEEKS[Rhythm(rhythm)] - 1)


def what_is_due(
    chosen: str,
    silence: Silence,
    spent: Spent,
    *,
    budget: int,
    now: datetime,
    zone: str,
) -> tuple[bool, bool, bool]:
    """What the budget and the rhythm allow now: (digest, question, urgent)."""
    rhythm, stance = in_force(chosen, silence)
    room = spent.this_week < budget
    free = room and period_is_free(spent.last_at, rhythm=rhythm, now=now, zone=zone)
    return (
        free and stance is Stance.ON,
        free and stance is Stance.QUESTION,
        room and stance is Stance.ON and spent.urgent_this_month < URGENT_A_MONTH,
    )
