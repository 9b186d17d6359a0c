"""Which post is offered to whom.

Somebody is offered a live post when they follow one of its topics, belong to its audience,
and were neither asked for it nor shared it; newest post first, and no more in a week than
the programme allows. People are taken in batches, so memory does not grow with them, and a
batch costs the same few queries however many posts are live.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.calendar import monday_of, today_of
from vaandel.delivery.models import Ask
from vaandel.organizations.models import Member, Organization, Unit
from vaandel.posts.models import Post, PostKind
from vaandel.programmes.models import Programme
from vaandel.shares.models import Share

BATCH: Final = 1000
MOST_PER_WEEK: Final = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """What decides whether a live post suits somebody."""

    post_id: int
    topics: tuple[int, ...]
    units: frozenset[int]
    languages: frozenset[str]
    # The unit of the person to turn to, when it is a vacancy.
    team: int | None


@dataclass(frozen=True, slots=True)
class Person:
    pk: int
    languages: frozenset[str]
    # Their unit and those above it.
    units: frozenset[int]
    team: int | None


def offer_posts_of(organization: Organization, *, at: datetime) -> int:
    """Make the asks of one organisation that are due now; how many."""
    units = units_and_those_above()
    made = 0
    for programme in Programme.objects.order_by("pk"):
        offers = live_offers(programme, at=at)
        limit = min(programme.asks_per_week, MOST_PER_WEEK)
        if not offers or not limit:
            continue
        for people in batches(programme, organization, units, limit=limit, at=at):
            asks = asks_for_batch(organization, offers, people, limit=limit, at=at)
            made += len(Ask.objects.bulk_create(asks, ignore_conflicts=True, batch_size=500))
    return made


def live_offers(programme: Programme, *, at: datetime) -> list[Offer]:
    """The live posts, newest first."""
    posts = (
        Post.objects.filter(programme=programme, state=Post.State.LIVE)
        .filter(Q(expires_at=None) | Q(expires_at__gt=at))
        .order_by(Coalesce("published_at", "created_at").desc(), "-pk")
        .prefetch_related("topics", "audience_units")
        .select_related("contact")
    )
    return [
        Offer(
            post_id=post.pk,
            topics=tuple(
                topic.pk
                for topic in sorted(post.topics.all(), key=lambda t: (t.position, t.pk))
                if topic.archived_at is None
            ),
            units=frozenset(unit.pk for unit in post.audience_units.all()),
            languages=frozenset(post.audience_languages),
            team=post.contact.unit_id if post.kind == PostKind.VACANCY and post.contact else None,
        )
        for post in posts
    ]


def units_and_those_above() -> dict[int, frozenset[int]]:
    """Every unit with itself and all units that it is part of."""
    parents = dict(Unit.objects.values_list("pk", "parent_id"))
    found = {}
    for unit in parents:
        line: list[int] = []
        above: int | None = unit
        while above is not None and above not in line:
            line.append(above)
            above = parents.get(above)
        found[unit] = frozenset(line)
    return found


def batches(
    programme: Programme,
    organization: Organization,
    units: dict[int, frozenset[int]],
    *,
    limit: int,
    at: datetime,
) -> Iterator[dict[int, tuple[Person, int]]]:
    """Everybody who takes part and may be asked for more this week, with how much more."""
    week = monday_of(at, organization.time_zone)
    # Without the organisation, which is that of the enrolment: SQLite would look through all
    # its asks for each of its people.
    asked = (
        Ask.across_tenants.filter(enrolment_id=OuterRef("pk"), offered_at__gte=week)
        .order_by()
        .values("enrolment_id")
        .annotate(count=Count("pk"))
        .values("count")
    )
    people = (
        Enrolment.objects.active(today_of(at, organization.time_zone))
        .filter(programme=programme, member__status=Member.Status.ACTIVE)
        .annotate(asked=Coalesce(Subquery(asked), 0))
        .filter(asked__lt=limit)
        .order_by("pk")
    )
    last = 0
    while True:
        rows = list(
            people.filter(pk__gt=last).values_list("pk", "languages", "member__unit_id", "asked")[
                :BATCH
            ]
        )
        if not rows:
            return
        last = rows[-1][0]
        yield {
            pk: (
                Person(pk, frozenset(languages), units.get(unit, frozenset()), unit),
                limit - asked,
            )
            for pk, languages, unit, asked in rows
        }


def asks_for_batch(
    organization: Organization,
    offers: list[Offer],
    people: dict[int, tuple[Person, int]],
    *,
    limit: int,
    at: datetime,
) -> list[Ask]:
    topics = topics_of(people)
    known = asked_or_shared(people, [offer.post_id for offer in offers])
    asks = []
    for pk, (person, room) in people.items():
        suiting = (
            (offer, topic)
            for offer in offers
            if offer.post_id not in known[pk]
            and (topic := suiting_topic(offer, person, topics[pk])) is not None
        )
        asks += [
            Ask(
                organization=organization,
                post_id=offer.post_id,
                enrolment_id=pk,
                reason=reason_of(offer, person, topic),
                offered_at=at,
            )
            for (offer, topic), _ in zip(suiting, range(min(room, limit)), strict=False)
        ]
    return asks


def topics_of(people: dict[int, tuple[Person, int]]) -> dict[int, set[int]]:
    followed: dict[int, set[int]] = defaultdict(set)
    rows = Enrolment.topics.through.objects.filter(enrolment_id__in=people)
    for enrolment, topic in rows.values_list("enrolment_id", "topic_id"):
        followed[enrolment].add(topic)
    return followed


def asked_or_shared(people: dict[int, tuple[Person, int]], posts: list[int]) -> dict[int, set[int]]:
    known: dict[int, set[int]] = defaultdict(set)
    for rows in (Ask.across_tenants, Share.across_tenants):
        pairs = rows.filter(enrolment_id__in=people, post_id__in=posts)
        for enrolment, post in pairs.values_list("enrolment_id", "post_id"):
            known[enrolment].add(post)
    return known


def suiting_topic(offer: Offer, person: Person, followed: set[int]) -> int | None:
    """The topic because of which this post suits this person; None when it does not."""
    if offer.units and offer.units.isdisjoint(person.units):
        return None
    if offer.languages and offer.languages.isdisjoint(person.languages):
        return None
    return next((topic for topic in offer.topics if topic in followed), None)


def reason_of(offer: Offer, person: Person, topic: int) -> dict[str, object]:
    """What the person is told about why this one; see ``queries.reason_text``."""
    in_team = offer.team is not None and offer.team == person.team
    return {"topic": topic, **({"team": True} if in_team else {})}
