"""Turning to people: who may be written to now, and about what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q

from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.delivery.calendar import is_working_hour, period_is_free, today_of
from vaandel.delivery.mails import compose_approach
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.planning.approached import Approached, Offered
from vaandel.delivery.queries import MOST, Proposal, open_asks, proposals_of
from vaandel.mailing.services import queue_composed
from vaandel.organizations.models import Member, Organization
from vaandel.posts.queries import angles_for
from vaandel.shares.addresses import personal_url
from vaandel.shares.services import personal_link

LOOKED_AT: Final = 1000
# A transaction holds SQLite's only pen: it must be short.
BATCH: Final = 25


def mail_proposals_of(organization: Organization, *, at: datetime) -> int:
    """Queue the mails of one organisation that may go now; how many."""
    mailed = 0
    for people in people_to_mail(organization, at=at):
        with transaction.atomic():
            mailed += mail_batch(organization, people, at=at)
    return mailed


def people_to_mail(organization: Organization, *, at: datetime) -> Iterator[list[int]]:
    """The ids of enrolments to look at, in small batches."""
    # Tomorrow, so that what rests until "today" somewhere east is seen; `mail_batch` is exact.
    latest = today_of(at, organization.time_zone) + timedelta(days=1)
    waiting = Ask.objects.open(now=at, today=latest).filter(
        Q(mailed_at=None) | Q(state=Ask.State.POSTPONED, mailed_at__lt=F("answered_at"))
    )
    people = (
        Enrolment.objects.active(today_of(at, organization.time_zone))
        .exclude(rhythm=Rhythm.IN_APP)
        .filter(pk__in=waiting.values("enrolment_id"))
        .filter(member__status=Member.Status.ACTIVE, member__user__is_active=True)
        .annotate(last_mailed=Max("asks__mailed_at"))
        .order_by("pk")
    )
    last = 0
    while True:
        rows = list(
            people.filter(pk__gt=last).values_list(
                "pk", "rhythm", "member__user__time_zone", "last_mailed"
            )[:LOOKED_AT]
        )
        if not rows:
            return
        last = rows[-1][0]
        may = [pk for pk, *when in rows if may_be_mailed(*when, now=at)]
        for start in range(0, len(may), BATCH):
            yield may[start : start + BATCH]


def may_be_mailed(
    rhythm: str, time_zone: str, last_mailed: datetime | None, *, now: datetime
) -> bool:
    free = period_is_free(last_mailed, rhythm=rhythm, now=now, time_zone=time_zone)
    return free and (settings.DEMO or is_working_hour(now, time_zone))


def mail_batch(organization: Organization, people: list[int], *, at: datetime) -> int:
    """Queue one mail for each of these people who has something new to see; how many."""
    latest = today_of(at, organization.time_zone) + timedelta(days=1)
    waiting: dict[int, list[Ask]] = defaultdict(list)
    asks = (
        open_asks(now=at, today=latest)
        .filter(enrolment__in=people)
        .select_related(
            "post__reviewed_by__user", "enrolment__member__user", "enrolment__programme"
        )
    )
    for ask in asks:
        today = today_of(at, ask.enrolment.member.user.time_zone)
        if ask.until is None or ask.until <= today:
            waiting[ask.enrolment_id].append(ask)

    chosen = [shown for asks in waiting.values() for shown in best_of(asks)]
    proposals = {p.ask_id: p for p in proposals_of([ask for asks in chosen for ask in asks])}
    kinds = Approach.Kind
    approaches = [
        Approach(
            organization=organization,
            enrolment=asks[0].enrolment,
            kind=kinds.PROPOSAL if len(asks) == 1 else kinds.DIGEST,
            at=at,
            channels=["mail"],
        )
        for asks in chosen
    ]
    messages = []
    for approach, asks in zip(Approach.objects.bulk_create(approaches), chosen, strict=True):
        Ask.objects.filter(pk__in=[ask.pk for ask in asks]).update(mailed_at=at, approach=approach)
        messages.append(
            compose_approach(
                Approached(
                    approach=approach,
                    enrolment=approach.enrolment,
                    proposals=[offered(ask, proposals[ask.pk], at=at) for ask in asks],
                    windows=[],
                    at=at,
                    often=approach.enrolment.rhythm,
                )
            )
        )
    queue_composed(messages)
    return len(messages)


def offered(ask: Ask, proposal: Proposal, *, at: datetime) -> Offered:
    angles = angles_for(ask.post, ask.enrolment.languages, ask.enrolment_id)
    link = personal_link(enrolment=ask.enrolment, post=ask.post, at=at)
    reviewer = ask.post.reviewed_by
    return Offered(
        proposal=proposal,
        angle=angles[0].text if angles else "",
        share_url=personal_url(link),
        reviewer=reviewer.user.first_name if reviewer else "",
    )


def best_of(asks: list[Ask]) -> list[list[Ask]]:
    """The new one first and what waits besides; empty when none is new."""
    new = [ask for ask in asks if ask.mailed_at is None or came_back(ask, ask.mailed_at)]
    if not new:
        return []
    return [[new[0], *[ask for ask in asks if ask is not new[0]][: MOST - 1]]]


def came_back(ask: Ask, mailed_at: datetime) -> bool:
    """Put aside since the last mail that spoke of it, until a day that has come."""
    put_aside_at = ask.answered_at if ask.state == Ask.State.POSTPONED else None
    return put_aside_at is not None and mailed_at < put_aside_at
