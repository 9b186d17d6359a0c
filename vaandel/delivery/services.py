"""Everything that can happen to an ask: it is made, mailed, put aside, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.services import hear_from, set_rhythm, stop_mails
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.planning.approaching import turn_to_people_of
from vaandel.delivery.planning.offering import offer_posts_of
from vaandel.delivery.planning.rhythm import step_down
from vaandel.organizations.rounds import in_each, running

LONGEST_REST: Final = timedelta(days=180)


class NotThatDay(ValueError):
    """An ask cannot rest until that day: it has passed, or is too far away."""


def plan_asks() -> int:
    """Offer live posts to whom they suit, then turn to who may be turned to; how many asks."""
    now = timezone.now()
    made = offer_posts(at=now)
    turn_to_people(at=now)
    return made


def offer_posts(*, at: datetime) -> int:
    """Make the asks that are due, in all organisations that have not stopped; how many."""
    return _in_each(offer_posts_of, at=at)


def turn_to_people(*, at: datetime) -> int:
    """Make the approaches that may be made, and queue what they say; how many."""
    return _in_each(turn_to_people_of, at=at)


def _in_each(plan: Callable[..., int], *, at: datetime) -> int:
    return in_each(running(), lambda organization: plan(organization, at=at))


@transaction.atomic
def put_aside(*, ask: Ask, until: date | None, today: date, at: datetime) -> Ask:
    """Let an ask rest until a day, on which it is offered again; None: not this post, ever.

    Nobody is told. A second press changes nothing. Raises ``NotThatDay`` for today or
    earlier, and for more than half a year away.
    """
    if until is not None and not today < until <= today + LONGEST_REST:
        raise NotThatDay(f"An ask cannot rest from {today} until {until}.")
    state = Ask.State.POSTPONED if until else Ask.State.DECLINED
    Ask.objects.filter(pk=ask.pk).exclude(state=state, until=until).update(
        state=state, until=until, answered_at=at
    )
    ask.refresh_from_db(fields=["state", "until", "answered_at"])
    return ask


@transaction.atomic
def take_answer_back(*, ask: Ask) -> Ask:
    """As it was before the last answer: offered. That is a sign of life too."""
    hear_from(enrolment=ask.enrolment, at=timezone.now())
    Ask.objects.filter(pk=ask.pk).exclude(state=Ask.State.OFFERED).update(
        state=Ask.State.OFFERED, until=None, answered_at=None
    )
    ask.refresh_from_db(fields=["state", "until", "answered_at"])
    return ask


@transaction.atomic
def answer_question(*, approach: Approach, answer: str, at: datetime) -> None:
    """Go on as chosen before ("go-on"), one step less often ("less"), or stop ("stop").

    Any answer is a sign of life. The first one counts until it is changed in the settings,
    but who wants to stop can do so whatever was answered before.
    """
    enrolment = approach.enrolment
    first = Enrolment.objects.filter(
        Q(heard_at=None) | Q(heard_at__lte=approach.at), pk=enrolment.pk
    )
    if not first.update(heard_at=at) and answer != "stop":
        return
    if answer == "stop":
        stop_mails(enrolment=enrolment, at=at)
    elif answer == "less":
        set_rhythm(enrolment=enrolment, rhythm=step_down(enrolment.rhythm))
