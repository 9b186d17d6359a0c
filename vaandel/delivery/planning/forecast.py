"""Whom a post will reach, and when: counts for editors, of nobody in particular.

One query counts people by what decides about them. What is shown is rounded down to fives,
and groups of fewer than five are hidden, with another one when they could be found by
subtraction; of a small audience only its size is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from vaandel.ambassadors.models import Enrolment, Leave, Rhythm
from vaandel.delivery.calendar import monday_of, today_of
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.planning.audience import Offer, offer_of, units_and_those_above
from vaandel.delivery.planning.narrowing import points_at_few
from vaandel.delivery.planning.offering import MOST_PER_WEEK
from vaandel.delivery.planning.rhythm import WEEKS
from vaandel.delivery.planning.spreading import (
    DAYS,
    PRIME,
    most_a_day,
    multiplier_of,
    working_days,
)
from vaandel.lib.open_hours import OpenHours
from vaandel.lib.suppression import K, too_few, visible_groups
from vaandel.organizations.models import Member
from vaandel.organizations.open_hours import open_hours_at
from vaandel.posts.models import Post

# Of a smaller audience only its size is told.
LEAST: Final = 4 * K
HELD: Final = ("paused", "full", "in_app", "leave", "budget", "rhythm")
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    # None: fewer than five, or not to be told.
    people: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Numbers in fives; None for what is not told.

    ``held`` by why: "paused", "full" (had as many posts this week as the programme allows),
    "in_app", "leave", "budget" and "rhythm"; the last four see it in the app at once.
    ``now`` can hear of it at their next moment. ``small``: only ``audience`` is told.
    ``narrow``: nothing is, since so few people are chosen or left out.
    """

    audience: int | None
    days: list[Day]
    languages: dict[str, int | None]
    held: dict[str, int | None]
    now: int | None
    small: bool
    spread: bool
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """So many people of whom the same is true."""

    language: str
    slot: int
    held: str
    people: int


def forecast_for(post: Post, *, at: datetime) -> Forecast:
    """Eight queries at most, however many people there are."""
    offer = offer_of(post)
    lines = units_and_those_above() if offer.units else {}
    if offer.units and points_at_few(offer.units, lines):
        return Forecast(None, [], {}, {}, None, small=True, spread=offer.spread, narrow=True)
    inside = [unit for unit, line in lines.items() if not offer.units.isdisjoint(line)]
    groups = groups_of(post, offer, inside, at=at)
    audience = sum(group.people for group in groups)
    small = audience < LEAST
    held = totals(groups, "held")
    days = days_of(post, offer, groups, at=at)
    return Forecast(
        audience=in_fives(audience),
        days=[] if small else days,
        languages={} if small else shown(totals(groups, "language")),
        held={} if small else {why: n for why, n in shown(held).items() if why in HELD},
        now=None if small else in_fives(held.get("", 0)),
        small=small,
        spread=offer.spread,
    )


def totals(groups: list[Group], name: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for group in groups:
        found[getattr(group, name)] += group.people
    return found


def in_fives(people: int) -> int | None:
    return None if too_few(people) else people - people % K


def shown(sizes: Mapping[str, int]) -> dict[str, int | None]:
    visible = visible_groups(sizes)
    return {key: in_fives(size) if key in visible else None for key, size in sizes.items()}


def days_of(post: Post, offer: Offer, groups: list[Group], *, at: datetime) -> list[Day]:
    """To how many it is offered on each day that is left, from the one on which it is live."""
    start = post.published_at or max(post.publish_at or at, at)
    zone = post.organization.time_zone
    first = today_of(start, zone)
    later = {"paused", "full"}
    if not offer.spread:
        at_once = sum(group.people for group in groups if group.held not in later)
        return [Day(max(first, today_of(at, zone)), in_fives(at_once))]
    passed, days = days_left(open_hours_at(post.organization), first, today_of(at, zone))
    waiting = Counter[int]()
    for group in groups:
        if group.held not in later:
            waiting[group.slot] += group.people
    most = most_a_day(
        sum(group.people for group in groups if group.held != "paused"),
        post.programme.offer_percent,
    )
    offered: dict[date, int] = {}
    behind = sum(waiting[turn] for turn in range(passed))
    for turn, day in enumerate(days, start=passed):
        behind += waiting[turn]
        if turn >= DAYS and offered and not behind:
            break
        offered[day] = min(behind, most)
        behind -= offered[day]
    visible = visible_groups(offered)
    return [Day(day, in_fives(n) if day in visible else None) for day, n in offered.items()]


def days_left(hours: OpenHours, first: date, today: date) -> tuple[int, list[date]]:
    """How many of the five days have passed, and the next working days.

    Whoever was not offered it on a day that passed is offered it on the next ones.
    """
    days = working_days(hours, first)
    return sum(day < today for day in days), working_days(hours, max(first, today))


def groups_of(post: Post, offer: Offer, inside: list[int], *, at: datetime) -> list[Group]:
    """``inside``: units that count, when the post is for some only."""
    rows = counted(post, offer, inside, at=at)
    languages = set(offer.languages)
    found = []
    for row in rows:
        if languages and languages.isdisjoint(row["languages"]):
            continue
        found.append(
            Group(
                language=language_of(row["languages"], post),
                slot=row["slot"],
                held=held_back(row),
                people=row["people"],
            )
        )
    return found


def language_of(languages: list[str], post: Post) -> str:
    """In which language somebody reads about it: the post's own when they can."""
    if post.language in languages:
        return post.language
    return languages[0] if languages else OTHER


def held_back(row: dict[str, Any]) -> str:
    """Why somebody is not turned to yet; "" when they can be."""
    for why in HELD:
        if row[f"by_{why}"]:
            return why
    return ""


def counted(
    post: Post, offer: Offer, inside: list[int], *, at: datetime
) -> QuerySet[Enrolment, dict[str, Any]]:
    """People whom it suits and who were not asked for it yet, by what decides about them."""
    zone = post.organization.time_zone
    today, week = today_of(at, zone), monday_of(at, zone)
    mine = {"enrolment_id": OuterRef("pk")}
    follows = Enrolment.topics.through.objects.filter(**mine, topic_id__in=offer.topics)
    people = Enrolment.objects.filter(
        Exists(follows),
        ~Exists(Ask.across_tenants.filter(**mine, post_id=post.pk)),
        programme=post.programme_id,
        state__in=[Enrolment.State.JOINED, Enrolment.State.PAUSED],
        member__status=Member.Status.ACTIVE,
    )
    if offer.units:
        people = people.filter(member__unit__in=inside)
    approaches = Approach.across_tenants.filter(**mine)
    had = {
        rhythm: Exists(
            approaches.filter(at__gte=monday_of(at, zone, weeks_back=weeks - 1)).exclude(
                kind=Approach.Kind.URGENT
            )
        )
        for rhythm, weeks in WEEKS.items()
    }
    asked = Ask.across_tenants.filter(**mine, offered_at__gte=week)
    limit = min(post.programme.asks_per_week, MOST_PER_WEEK)
    budget = post.programme.messages_per_week
    slot = F("pk") * Value(multiplier_of(post.pk)) % Value(PRIME) * Value(DAYS) / Value(PRIME)
    facts = {
        "by_paused": Q(state=Enrolment.State.PAUSED) & ~Q(paused_until__lte=today),
        "by_full": number_of(asked, at_least=limit),
        "by_in_app": Q(rhythm=Rhythm.IN_APP),
        "by_leave": Q(
            Exists(Leave.across_tenants.filter(**mine, first_day__lte=today, last_day__gte=today))
        ),
        "by_budget": number_of(approaches.filter(at__gte=week), at_least=budget),
        "by_rhythm": Q(*(Q(had[rhythm], rhythm=rhythm) for rhythm in WEEKS), _connector=Q.OR),
    }
    rows: QuerySet[Enrolment, dict[str, Any]] = (
        people.annotate(
            slot=slot,
            **{
                name: Case(
                    When(fact, then=Value(value=True)),
                    default=Value(value=False),
                    output_field=BooleanField(),
                )
                for name, fact in facts.items()
            },
        )
        .order_by()
        .values("languages", "slot", *facts)
        .annotate(people=Count("pk"))
    )
    return rows


def number_of(rows: QuerySet[Any], *, at_least: int) -> Q:
    """Whether somebody has so many of these rows."""
    counts = rows.order_by().values("enrolment_id").annotate(n=Count("pk")).values("n")
    return Q(Exists(counts.filter(n__gte=at_least))) if at_least else Q(pk__gt=0)
