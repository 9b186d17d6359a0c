"""Whom live posts suit: by topic, unit and language, all posts at once.

A set of posts is one number with a bit for each, so that one person is compared with
hundreds of posts in a few operations.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.db.models.functions import Coalesce

from vaandel.ambassadors.models import Enrolment, EnrolmentQuerySet
from vaandel.delivery.calendar import today_of
from vaandel.organizations.models import Member, Organization, Unit
from vaandel.posts.models import Pace, Post, PostKind
from vaandel.posts.regulated import may_go_out
from vaandel.programmes.models import Programme

READ: Final = 2000


@dataclass(frozen=True, slots=True)
class Offer:
    """What decides whether a live post suits somebody, and when it is offered."""

    post_id: int
    topics: tuple[int, ...]
    units: frozenset[int]
    languages: frozenset[str]
    # The unit of the person to turn to, when it is a vacancy.
    team: int | None
    live_at: datetime
    spread: bool


@dataclass(frozen=True, slots=True)
class Person:
    pk: int
    languages: frozenset[str]
    # Their unit and those above it.
    units: frozenset[int]
    team: int | None
    topics: frozenset[int]


class Suiting:
    """Which of some offers suit somebody. Bit ``n`` of a set stands for ``offers[n]``."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        self.offers = offers
        self._topics: defaultdict[int, int] = defaultdict(int)
        self._units: defaultdict[int, int] = defaultdict(int)
        self._languages: defaultdict[str, int] = defaultdict(int)
        self._any_unit = self._any_language = 0
        self.bits = {offer.post_id: 1 << n for n, offer in enumerate(offers)}
        for offer in offers:
            bit = self.bits[offer.post_id]
            for topic in offer.topics:
                self._topics[topic] |= bit
            for unit in offer.units:
                self._units[unit] |= bit
            for language in offer.languages:
                self._languages[language] |= bit
            self._any_unit |= 0 if offer.units else bit
            self._any_language |= 0 if offer.languages else bit

    def of(self, person: Person) -> int:
        """All offers that suit this person, as a set of bits."""
        topics = languages = units = 0
        for topic in person.topics:
            topics |= self._topics.get(topic, 0)
        for language in person.languages:
            languages |= self._languages.get(language, 0)
        for unit in person.units:
            units |= self._units.get(unit, 0)
        return topics & (languages | self._any_language) & (units | self._any_unit)

    def without(self, posts: Iterable[int]) -> int:
        """All offers but these, as a set of bits."""
        known = 0
        for post in posts:
            known |= self.bits.get(post, 0)
        return ~known

    def among(self, bits: int) -> Iterator[Offer]:
        """The offers of a set, first ones first."""
        while bits:
            lowest = bits & -bits
            yield self.offers[lowest.bit_length() - 1]
            bits ^= lowest


def live_offers(programme: Programme, *, at: datetime) -> list[Offer]:
    """The live posts, newest first, without events that have begun and what may not be shared."""
    posts = (
        Post.objects.filter(programme=programme, state=Post.State.LIVE)
        .filter(Q(expires_at=None) | Q(expires_at__gt=at))
        .filter(~Q(kind=PostKind.EVENT) | Q(event_at=None) | Q(event_at__gt=at))
        .order_by(Coalesce("published_at", "created_at").desc(), "-pk")
        .prefetch_related("topics", "audience_units")
        .select_related("contact", "organization")
    )
    return [offer_of(post) for post in posts if may_go_out(post)]


def offer_of(post: Post) -> Offer:
    topics = sorted(post.topics.all(), key=lambda topic: (topic.position, topic.pk))
    is_vacancy = post.kind == PostKind.VACANCY and post.contact is not None
    return Offer(
        post_id=post.pk,
        topics=tuple(topic.pk for topic in topics if topic.archived_at is None),
        units=frozenset(unit.pk for unit in post.audience_units.all()),
        languages=frozenset(post.audience_languages),
        team=post.contact.unit_id if is_vacancy and post.contact else None,
        live_at=post.published_at or post.created_at,
        spread=post.pace == Pace.SPREAD and not post.urgent,
    )


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


def taking_part(programme: Programme, on: date) -> EnrolmentQuerySet:
    return Enrolment.objects.active(on).filter(
        programme=programme, member__status=Member.Status.ACTIVE
    )


def people_of(
    programme: Programme,
    organization: Organization,
    units: dict[int, frozenset[int]],
    *,
    at: datetime,
) -> Iterator[list[Person]]:
    """Everybody who takes part, in batches: two queries each."""
    people = taking_part(programme, today_of(at, organization.time_zone)).order_by("pk")
    last = 0
    while True:
        rows = list(
            people.filter(pk__gt=last).values_list("pk", "languages", "member__unit_id")[:READ]
        )
        if not rows:
            return
        last = rows[-1][0]
        topics = topics_of([pk for pk, *_ in rows])
        yield [
            Person(
                pk,
                frozenset(languages),
                units.get(unit, frozenset()),
                unit,
                frozenset(topics.get(pk, ())),
            )
            for pk, languages, unit in rows
        ]


def topics_of(people: Collection[int]) -> dict[int, list[int]]:
    followed: dict[int, list[int]] = defaultdict(list)
    rows = Enrolment.topics.through.objects.filter(enrolment_id__in=people)
    for enrolment, topic in rows.values_list("enrolment_id", "topic_id"):
        followed[enrolment].append(topic)
    return followed


def audience_sizes(offers: Sequence[Offer], batches: Iterable[list[Person]]) -> dict[int, int]:
    """How many people each offer suits, whatever they were asked before."""
    suiting = Suiting(offers)
    # Far fewer different sets than people.
    sets = Counter(suiting.of(person) for people in batches for person in people)
    sizes = dict.fromkeys((offer.post_id for offer in offers), 0)
    for bits, people_with_it in sets.items():
        for offer in suiting.among(bits):
            sizes[offer.post_id] += people_with_it
    return sizes
