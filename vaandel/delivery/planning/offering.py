"""Which post is offered to whom.

Somebody is offered a live post when they follow one of its topics, belong to its audience,
and were neither asked for it nor shared it; newest post first, and no more in a week than
the programme allows. A post that is spread comes to a fifth of its audience a day, for each
person on a day of their own, and on no day to more than the programme allows.

People are taken in batches, so memory does not grow with them, and a batch costs the same
few queries however many posts are live. A batch is one short transaction that locks its
people and the day's counts, so that planners that run at once offer no more than one does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Count

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.calendar import monday_of, today_of
from vaandel.delivery.models import Ask, OfferedDay
from vaandel.delivery.planning.audience import (
    Offer,
    Person,
    Suiting,
    audience_sizes,
    live_offers,
    people_of,
    units_and_those_above,
)
from vaandel.delivery.planning.spreading import most_a_day, slot_of, turn_of
from vaandel.lib.bulk import insert_new
from vaandel.organizations.models import Organization
from vaandel.organizations.open_hours import open_hours_at
from vaandel.programmes.models import Programme
from vaandel.shares.models import Share

MOST_PER_WEEK: Final = 3
# People in one transaction. On SQLite it holds the only pen: it must be short.
BATCH: Final = 2000
SHORT_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Round:
    """What is the same for everybody in one programme, now."""

    organization: Organization
    suiting: Suiting
    # At most so many asks in a week for one person.
    limit: int
    at: datetime
    today: date
    week: datetime
    # Whose turn it is with the posts that are spread, and how many people a day at most.
    turns: dict[int, int] = field(default_factory=dict)
    most: dict[int, int] = field(default_factory=dict)


def offer_posts_of(organization: Organization, *, at: datetime) -> int:
    """Make the asks of one organisation that are due now; how many."""
    units = units_and_those_above()
    made = 0
    for programme in Programme.objects.order_by("pk"):
        offers = live_offers(programme, at=at)
        if not offers or not programme.asks_per_week:
            continue
        now = round_of(programme, organization, offers, units, at=at)
        for people in people_of(programme, organization, units, at=at):
            for batch in pieces(people):
                made += offer_to(batch, now)
    return made


def round_of(
    programme: Programme,
    organization: Organization,
    offers: list[Offer],
    units: dict[int, frozenset[int]],
    *,
    at: datetime,
) -> Round:
    """Without the posts whose day it is not."""
    today = today_of(at, organization.time_zone)
    hours = open_hours_at(organization)
    turns = {}
    for offer in offers:
        live_on = today_of(offer.live_at, organization.time_zone)
        turn = turn_of(hours, live_on, today) if offer.spread else None
        if turn is not None:
            turns[offer.post_id] = turn
    spread = [offer for offer in offers if offer.post_id in turns]
    sizes = (
        audience_sizes(spread, people_of(programme, organization, units, at=at)) if spread else {}
    )
    return Round(
        organization=organization,
        suiting=Suiting([o for o in offers if not o.spread or o.post_id in turns]),
        limit=min(programme.asks_per_week, MOST_PER_WEEK),
        at=at,
        today=today,
        week=monday_of(at, organization.time_zone),
        turns=turns,
        most={post: most_a_day(size, programme.offer_percent) for post, size in sizes.items()},
    )


def pieces(people: list[Person]) -> Iterator[list[Person]]:
    size = BATCH if connection.features.has_select_for_update else SHORT_BATCH
    for start in range(0, len(people), size):
        yield people[start : start + size]


def offer_to(people: list[Person], now: Round) -> int:
    """Offer these people what suits them; how many asks were made.

    Looked at twice: once to see whether there is anything to offer, which holds up nobody,
    and then again for those it concerns, while nobody else can offer them anything.
    """
    lucky = {enrolment for enrolment, _offer in chosen_for(people, now, today=left_today(now))}
    people = [person for person in people if person.pk in lucky]
    if not people:
        return 0
    with transaction.atomic():
        ids = [person.pk for person in people]
        lock = Enrolment.objects.filter(pk__in=ids).order_by("pk")
        still_there = set(lock.select_for_update(no_key=True).values_list("pk", flat=True))
        people = [person for person in people if person.pk in still_there]
        left = left_today(now, lock=True)
        before = dict(left)
        by_pk = {person.pk: person for person in people}
        asks = [
            Ask(
                organization=now.organization,
                post_id=offer.post_id,
                enrolment_id=pk,
                reason=reason_of(offer, by_pk[pk]),
                offered_at=now.at,
            )
            for pk, offer in chosen_for(people, now, today=left)
        ]
        made = insert_new(Ask, asks)
        count_offered(now, {post: before[post] - left[post] for post in left})
    return made


def left_today(now: Round, *, lock: bool = False) -> dict[int, int]:
    """To how many more people each post that is spread may be offered today.

    With a lock nobody else offers them until the end of the transaction.
    """
    if not now.most:
        return {}
    rows = OfferedDay.objects.filter(day=now.today, post_id__in=now.most)
    if lock:
        OfferedDay.objects.bulk_create(
            [
                OfferedDay(organization=now.organization, post_id=post, day=now.today)
                for post in sorted(now.most)
            ],
            ignore_conflicts=True,
        )
        rows = rows.order_by("post_id").select_for_update(no_key=True)
    counts = dict(rows.values_list("post_id", "count"))
    return {post: max(most - counts.get(post, 0), 0) for post, most in now.most.items()}


def count_offered(now: Round, offered: dict[int, int]) -> None:
    changed = {post: count for post, count in offered.items() if count}
    rows = list(OfferedDay.objects.filter(day=now.today, post_id__in=changed))
    for row in rows:
        row.count += changed[row.post_id]
    OfferedDay.objects.bulk_update(rows, ["count"])


def chosen_for(
    people: list[Person], now: Round, *, today: dict[int, int]
) -> list[tuple[int, Offer]]:
    """Person and offer, for all that may be offered now; ``today`` becomes what is left of it."""
    suiting = now.suiting
    ids = [person.pk for person in people]
    known = asked_or_shared(ids, [offer.post_id for offer in suiting.offers])
    asked = asked_this_week(ids, now.week)
    chosen: list[tuple[int, Offer]] = []
    for person in people:
        room = now.limit - asked.get(person.pk, 0)
        if room <= 0:
            continue
        bits = suiting.of(person) & suiting.without(known.get(person.pk, ()))
        for offer in suiting.among(bits):
            if offer.spread and not (
                today[offer.post_id]
                and slot_of(offer.post_id, person.pk) <= now.turns[offer.post_id]
            ):
                continue
            if offer.spread:
                today[offer.post_id] -= 1
            chosen.append((person.pk, offer))
            room -= 1
            if not room:
                break
    return chosen


def asked_this_week(people: Collection[int], week: datetime) -> dict[int, int]:
    # Without the organisation, which is that of the enrolment: SQLite would look through all
    # its asks for each of its people.
    rows = Ask.across_tenants.filter(enrolment_id__in=people, offered_at__gte=week)
    return dict(rows.order_by().values_list("enrolment_id").annotate(Count("pk")))


def asked_or_shared(people: Collection[int], posts: Sequence[int]) -> dict[int, list[int]]:
    known: dict[int, list[int]] = defaultdict(list)
    for rows in (Ask.across_tenants, Share.across_tenants):
        pairs = rows.filter(enrolment_id__in=people, post_id__in=posts)
        for enrolment, post in pairs.values_list("enrolment_id", "post_id"):
            known[enrolment].append(post)
    return known


def reason_of(offer: Offer, person: Person) -> dict[str, object]:
    """What the person is told about why this one; see ``queries.Proposal.reason``."""
    topic = next(topic for topic in offer.topics if topic in person.topics)
    in_team = offer.team is not None and offer.team == person.team
    return {"topic": topic, **({"team": True} if in_team else {})}
