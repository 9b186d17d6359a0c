"""Turning to people: who hears of what now, over which channels.

Nothing outside somebody's open hours, nothing over the budget of their week, and less for
who does not react; see ``rhythm`` and ``moments``. In a demonstration the hours do not
count, since somebody is looking.

A batch of people is one short transaction: their rows are locked, what they were sent is
read, and approaches, asks, mails and notices are written. So two planners at once, or one
that is killed, turn to nobody twice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import OuterRef, Subquery

from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.ambassadors.quiet import open_hours_of, pairs_of
from vaandel.delivery import chat, push
from vaandel.delivery.calendar import today_of
from vaandel.delivery.mails import compose_approaches
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.notices import queue_notices
from vaandel.delivery.planning.approached import GOOD_FOR, Approached
from vaandel.delivery.planning.at_hand import PostAtHand, PostsAtHand
from vaandel.delivery.planning.audience import topics_of
from vaandel.delivery.planning.budget import sent_to, silences_of
from vaandel.delivery.planning.candidates import NEW, candidates
from vaandel.delivery.planning.moments import is_digest_moment
from vaandel.delivery.planning.rhythm import Silence, Spent, in_force, what_is_due
from vaandel.delivery.queries import MOST, Proposal
from vaandel.delivery.reachable import MAIL, channels_of
from vaandel.lib.open_hours import OpenHours
from vaandel.mailing.services import queue_composed
from vaandel.organizations.models import Member, Organization
from vaandel.shares.addresses import personal_url
from vaandel.shares.services import personal_links

logger = logging.getLogger("vaandel.delivery")

Kind = Approach.Kind


@dataclass(frozen=True, slots=True)
class Waiting:
    """An ask that is new to somebody, with its post."""

    ask: Ask
    about: PostAtHand
    proposal: Proposal


@dataclass(slots=True)
class Plan:
    """To turn to one person now."""

    enrolment: Enrolment
    kind: str
    waiting: list[Waiting]
    often: str
    windows: list[list[str]]
    channels: list[str]
    approach: Approach = field(init=False)


@dataclass(frozen=True, slots=True)
class Moment:
    """What the hours of one person say about now."""

    digest: bool
    open: bool
    windows: list[list[str]]


def turn_to_people_of(organization: Organization, *, at: datetime) -> int:
    """Make the approaches of one organisation that may be made now; how many."""
    posts = PostsAtHand()
    return sum(
        turn_to(organization, batch, posts, at=at) for batch in candidates(organization, at=at)
    )


def turn_to(
    organization: Organization, batch: list[int], posts: PostsAtHand, *, at: datetime
) -> int:
    """All of a batch but those with whom something is wrong: they hold up nobody else."""
    try:
        return turn_to_batch(organization, batch, posts, at=at)
    except OperationalError:
        raise
    except Exception:
        if len(batch) == 1:
            logger.exception("Somebody cannot be turned to.", extra={"enrolment": batch[0]})
            return 0
    half = len(batch) // 2
    return sum(turn_to(organization, part, posts, at=at) for part in (batch[:half], batch[half:]))


@transaction.atomic
def turn_to_batch(
    organization: Organization, batch: list[int], posts: PostsAtHand, *, at: datetime
) -> int:
    people = locked(organization, batch, at=at)
    plans = plans_for(people, posts, at=at)
    if plans:
        write_approaches(plans, organization, at=at)
        links = personal_links(
            {(plan.enrolment.pk, w.ask.post_id) for plan in plans for w in plan.waiting},
            organization=organization,
            at=at,
        )
        approached = [
            approached_of(
                plan,
                {post: personal_url(links[plan.enrolment.pk, post]) for post in posts_of(plan)},
                at=at,
            )
            for plan in plans
        ]
        put_into_words(approached)
    return len(plans)


def posts_of(plan: Plan) -> list[int]:
    return [waiting.ask.post_id for waiting in plan.waiting]


def put_into_words(approached: list[Approached]) -> None:
    """Queue what goes over each channel."""
    queue_composed(
        compose_approaches([each for each in approached if MAIL in each.approach.channels])
    )
    notices = [*push.notices_for_all(approached), *chat.notices_for_many(approached)]
    if notices:
        queue_notices(notices)


def locked(organization: Organization, batch: list[int], *, at: datetime) -> list[Enrolment]:
    """These people as they are now, if they still take part. Nobody else plans for them.

    All enrolments of a person are locked, because the budget is theirs and not a programme's.
    """
    members = Enrolment.objects.filter(pk__in=batch).values("member")
    rows = Enrolment.objects.filter(member__in=members).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    people = list(
        Enrolment.objects.active(today_of(at, organization.time_zone))
        .filter(pk__in=batch, member__status=Member.Status.ACTIVE)
        .exclude(rhythm=Rhythm.IN_APP)
        .select_related("member__user", "programme")
        .order_by("pk")
    )
    for enrolment in people:
        enrolment.organization = enrolment.member.organization = organization
        enrolment.programme.organization = organization
    return people


def plans_for(people: list[Enrolment], posts: PostsAtHand, *, at: datetime) -> list[Plan]:
    """Whom to turn to with what; twelve queries for any number of people."""
    ids = [enrolment.pk for enrolment in people]
    waiting = new_for(people, posts, at=at)
    moments = moments_of(open_hours_of(ids), at=at)
    sent = sent_to({enrolment.member_id for enrolment in people}, now=at)
    silences = silences_of(ids)
    channels = channels_of(ids)
    plans = []
    for enrolment in people:
        zone = enrolment.member.user.time_zone
        reachable, new = channels.get(enrolment.pk), waiting[enrolment.pk]
        if not reachable or not new:
            continue
        found = plan_for(
            enrolment,
            new,
            moments[enrolment.pk],
            silence=silences[enrolment.pk],
            spent=sent.spent(enrolment.member_id, enrolment.pk, now=at, zone=zone),
            at=at,
        )
        if found is not None:
            found.channels = sorted(reachable)
            plans.append(found)
            # A second programme of the same person has less left.
            sent.note(enrolment.member_id, enrolment.pk, found.kind, at)
    return plans


def moments_of(hours: dict[int, OpenHours], *, at: datetime) -> dict[int, Moment]:
    """Most people have the same hours, which are looked at once."""
    if settings.DEMO:
        return dict.fromkeys(hours, Moment(digest=True, open=True, windows=[]))
    known = {
        each: Moment(
            digest=is_digest_moment(each, at),
            open=each.is_open(at),
            windows=pairs_of(each, at=at, good_for=GOOD_FOR),
        )
        for each in set(hours.values())
    }
    return {pk: known[each] for pk, each in hours.items()}


def new_for(
    people: list[Enrolment], posts: PostsAtHand, *, at: datetime
) -> dict[int, list[Waiting]]:
    """What each of them has not heard of, the best first: urgent, put aside until now, newest."""
    zones = {enrolment.pk: enrolment.member.user.time_zone for enrolment in people}
    today = max((today_of(at, zone) for zone in set(zones.values())), default=at.date())
    rows = Ask.objects.open(now=at, today=today).filter(NEW, enrolment_id__in=zones)
    asks = [
        ask
        for ask in rows.order_by()
        if ask.until is None or ask.until <= today_of(at, zones[ask.enrolment_id])
    ]
    followed = topics_of(zones)
    at_hand = posts.read({ask.post_id for ask in asks})
    found: dict[int, list[Waiting]] = defaultdict(list)
    for ask in sorted(asks, key=lambda ask: goodness(ask, at_hand[ask.post_id]), reverse=True):
        about = at_hand[ask.post_id]
        topic = about.topic_for(followed.get(ask.enrolment_id, ()))
        if topic is not None:
            found[ask.enrolment_id].append(Waiting(ask, about, about.proposal(ask, topic)))
    return found


def goodness(ask: Ask, about: PostAtHand) -> tuple[bool, bool, datetime, datetime, int]:
    post = about.post
    came_back = ask.state == Ask.State.POSTPONED
    return post.urgent, came_back, ask.offered_at, post.published_at or post.created_at, ask.pk


def plan_for(
    enrolment: Enrolment,
    new: list[Waiting],
    moment: Moment,
    *,
    silence: Silence,
    spent: Spent,
    at: datetime,
) -> Plan | None:
    """What this person hears of now, if anything."""
    digest, question, urgent = what_is_due(
        enrolment.rhythm,
        silence,
        spent,
        budget=enrolment.programme.messages_per_week,
        now=at,
        zone=enrolment.member.user.time_zone,
    )
    pressing = [waiting for waiting in new if waiting.about.post.urgent]
    if digest and moment.digest:
        shown = new[:MOST]
        kind = Kind.PROPOSAL if len(shown) == 1 else Kind.DIGEST
    elif question and moment.digest:
        shown, kind = [], Kind.QUESTION
    elif urgent and moment.open and pressing:
        shown, kind = pressing[:1], Kind.URGENT
    else:
        return None
    often, _stance = in_force(enrolment.rhythm, silence)
    return Plan(enrolment, kind, shown, often, moment.windows, [])


def write_approaches(plans: list[Plan], organization: Organization, *, at: datetime) -> None:
    approaches = Approach.objects.bulk_create(
        [
            Approach(
                organization=organization,
                enrolment=plan.enrolment,
                kind=plan.kind,
                at=at,
                channels=plan.channels,
            )
            for plan in plans
        ],
        batch_size=1000,
    )
    for plan, approach in zip(plans, approaches, strict=True):
        plan.approach = approach
    mine = Approach.across_tenants.filter(
        pk__in=[approach.pk for approach in approaches], enrolment_id=OuterRef("enrolment_id")
    )
    shown: Collection[int] = [waiting.ask.pk for plan in plans for waiting in plan.waiting]
    Ask.objects.filter(pk__in=shown).update(mailed_at=at, approach_id=Subquery(mine.values("pk")))


def approached_of(plan: Plan, share_urls: dict[int, str], *, at: datetime) -> Approached:
    return Approached(
        approach=plan.approach,
        enrolment=plan.enrolment,
        proposals=[
            waiting.about.offered(
                waiting.proposal,
                enrolment_id=plan.enrolment.pk,
                languages=plan.enrolment.languages,
                share_url=share_urls[waiting.ask.post_id],
            )
            for waiting in plan.waiting
        ],
        windows=plan.windows,
        at=at,
        often=plan.often,
        good_for=wanted_for(plan.waiting, at=at),
    )


def wanted_for(waiting: Iterable[Waiting], *, at: datetime) -> timedelta:
    """Until the first of these posts is over, or three days."""
    ends = [w.about.post.expires_at - at for w in waiting if w.about.post.expires_at is not None]
    return min([GOOD_FOR, *ends])
