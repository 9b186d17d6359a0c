"""All that *Today* shows, in at most ten queries whatever there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Ask
from vaandel.delivery.queries import Proposal, answered_ask, proposals
from vaandel.impact.queries import MonthFigures, month_of
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Occasion
from vaandel.recognition.notices import Notices, notices_for
from vaandel.shares.habits import Doing, doing

NOON: Final = 12
EVENING: Final = 18
NIGHT_ENDS: Final = 5

# What may have happened this week, and how we ask.
PROMPTS: Final[dict[str, str | Promise]] = {
    Occasion.DELIVERED: _("Did you deliver a project this week?"),
    Occasion.VISIT: _("Did a customer visit you this week?"),
    Occasion.LEARNED: _("Did you learn something this week?"),
    Occasion.ANNIVERSARY: _("Is there something to celebrate this week?"),
}


@dataclass(frozen=True, slots=True)
class Prompt:
    occasion: str
    question: str | Promise


@dataclass(frozen=True, slots=True)
class Today:
    """What is there for somebody who takes part."""

    proposals: list[Proposal]
    put_aside: Ask | None
    doing: Doing
    month: MonthFigures
    notices: Notices
    prompt: Prompt


def today_of_ambassador(enrolment: Enrolment, *, aside: int | None, now: datetime) -> Today:
    """``aside``: the ask that was just put aside, to offer its undoing.

    Nothing is proposed while sharing is stopped. One question at a time: whoever may undo
    something is not asked about a share at once.
    """
    stopped = enrolment.member.organization.stopped_at is not None
    put_aside = answered_ask(enrolment, aside) if aside else None
    return Today(
        proposals=[] if stopped else proposals(enrolment, now),
        put_aside=put_aside,
        doing=Doing() if put_aside else doing(enrolment, now=now),
        month=month_of(enrolment, now),
        notices=notices_for(enrolment.member, enrolment, now=now),
        prompt=prompt_of(enrolment, localdate(now)),
    )


def prompt_of(enrolment: Enrolment, today: date) -> Prompt:
    """Another question every week, the same one the whole week, not the same for everybody."""
    occasions = list(PROMPTS)
    # The first of January of the year 1 was a Monday.
    weeks = (today.toordinal() - 1) // 7
    occasion = occasions[(weeks + enrolment.pk) % len(occasions)]
    return Prompt(occasion=occasion, question=PROMPTS[occasion])


def part_of_day(now: datetime) -> str:
    """Where the person is: "morning", "afternoon" or "evening"."""
    hour = localtime(now).hour
    if NIGHT_ENDS <= hour < NOON:
        return "morning"
    return "afternoon" if NOON <= hour < EVENING else "evening"


def organizations_of(user: User) -> list[Organization]:
    """Where somebody works, by name."""
    members = Member.across_tenants.filter(user=user, status=Member.Status.ACTIVE)
    return [
        member.organization
        for member in members.select_related("organization").order_by("organization__name")
    ]
