"""What came of clicks, per goal. A last click and an earlier one are two figures that are never
added up: one conversion can have both. What was withdrawn is not counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from vaandel.lib.suppression import visible_groups
from vaandel.links.models import (
    Campaign,
    Conversion,
    ConversionAssist,
    ConversionCorrection,
    ConversionEndpoint,
    ConversionImport,
    Goal,
    Link,
)


@dataclass(frozen=True, slots=True)
class Money:
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class GoalCount:
    """Of one goal: with a known last click, with a known earlier click, and without last click.

    ``values``: of the conversions with a known last click, per currency.
    """

    goal: Goal
    last_click: int
    assisted: int
    not_attributed: int
    values: list[Money]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which conversions; None and empty: all of them. ``since`` and ``until`` are moments."""

    goal: str = ""
    since: datetime | None = None
    until: datetime | None = None
    attributed: bool | None = None


def conversions(wanted: Filter) -> QuerySet[Conversion]:
    """The newest first, with what is shown of their links; never who shared them."""
    rows = Conversion.objects.select_related("link__campaign").order_by("-happened_at", "-pk")
    return _filtered(rows, wanted)


def _filtered(rows: QuerySet[Conversion], wanted: Filter) -> QuerySet[Conversion]:
    if wanted.goal:
        rows = rows.filter(goal=wanted.goal)
    if wanted.since is not None:
        rows = rows.filter(happened_at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(happened_at__lt=wanted.until)
    if wanted.attributed is not None:
        rows = rows.filter(link__isnull=not wanted.attributed)
    return rows


def conversions_per_goal(wanted: Filter) -> list[GoalCount]:
    """Of every goal that occurs, in the order of the goals."""
    helped = ConversionAssist.objects.filter(conversion=OuterRef("pk"), link__isnull=False)
    counted = _filtered(Conversion.objects.filter(withdrawn_at=None), wanted)
    rows = (
        counted.annotate(helped=Exists(helped))
        .order_by()
        .values("goal")
        .annotate(
            last_click=Count("pk", filter=Q(link__isnull=False)),
            assisted=Count("pk", filter=Q(helped=True)),
            not_attributed=Count("pk", filter=Q(link=None)),
        )
    )
    return _per_goal(
        {row["goal"]: (row["last_click"], row["assisted"], row["not_attributed"]) for row in rows},
        _values(counted.filter(link__isnull=False)),
    )


def conversions_of_campaign(campaign: Campaign) -> list[GoalCount]:
    """What links of a campaign led to, whoever shared them; ``not_attributed`` is 0.

    ``assisted``: a click on this campaign came earlier, and one on another came last.
    """
    counted = Conversion.objects.filter(withdrawn_at=None).order_by()
    last = counted.filter(link__campaign=campaign)
    helped = ConversionAssist.objects.filter(conversion=OuterRef("pk"), link__campaign=campaign)
    assisted = counted.filter(Exists(helped)).exclude(pk__in=last.values("pk"))
    last_clicks: dict[str, int] = {}
    values: dict[str, list[Money]] = {}
    sums = last.order_by("currency").values_list("goal", "currency")
    for goal, currency, number, total in sums.annotate(Count("pk"), Sum("value")):
        last_clicks[goal] = last_clicks.get(goal, 0) + number
        if total is not None:
            values.setdefault(goal, []).append(Money(currency, total))
    assists = dict(assisted.values_list("goal").annotate(Count("pk")))
    return _per_goal(
        {
            goal: (last_clicks.get(goal, 0), assists.get(goal, 0), 0)
            for goal in {*last_clicks, *assists}
        },
        values,
    )


def _values(valued: QuerySet[Conversion]) -> dict[str, list[Money]]:
    sums = (
        valued.filter(value__isnull=False)
        .order_by("currency")
        .values_list("goal", "currency")
        .annotate(total=Sum("value"))
    )
    values: dict[str, list[Money]] = {}
    for goal, currency, amount in sums:
        values.setdefault(goal, []).append(Money(currency, amount))
    return values


def _per_goal(
    counts: dict[str, tuple[int, int, int]], values: dict[str, list[Money]]
) -> list[GoalCount]:
    return [
        GoalCount(goal, *counts[goal.value], values=values.get(goal.value, []))
        for goal in Goal
        if goal.value in counts
    ]


def trace_of(conversion: Conversion) -> list[ConversionCorrection]:
    """What was put right, the oldest first."""
    rows = ConversionCorrection.objects.filter(conversion=conversion)
    return list(rows.select_related("by__user").order_by("at", "pk"))


def assists_of(conversion: Conversion) -> list[ConversionAssist]:
    """Earlier clicks that are known, in their order."""
    rows = ConversionAssist.objects.filter(conversion=conversion, link__isnull=False)
    return list(rows.select_related("link__campaign").order_by("at", "pk"))


def links_by_id(link_ids: Iterable[int]) -> dict[int, Link]:
    return Link.objects.select_related("campaign").in_bulk(list(link_ids))


def shown_channels(links: Iterable[Link | None]) -> set[tuple[int, str]]:
    """Campaign and channel where enough people shared, so that naming it is about nobody."""
    campaigns = {link.campaign_id for link in links if link is not None}
    people: dict[int, dict[str, int]] = {}
    rows = (
        Link.objects.filter(campaign__in=[pk for pk in campaigns if pk is not None])
        .order_by()
        .values_list("campaign", "channel")
        .annotate(Count("owner", distinct=True))
    )
    for campaign_id, channel, number in rows:
        # Nobody left of a channel is fewer than five as well.
        people.setdefault(campaign_id, {})[channel] = number or 1
    return {
        (campaign_id, channel)
        for campaign_id, sizes in people.items()
        for channel in visible_groups(sizes)
    }


@dataclass(frozen=True, slots=True)
class Credit:
    """Where a click was: the campaign's title, and its channel where that is about nobody."""

    title: str
    channel: str


def credits_of(links: Iterable[Link | None]) -> dict[int, Credit]:
    """By the number of the link. An empty title: the link belongs to nothing any more."""
    known = [link for link in links if link is not None]
    shown = shown_channels(known)
    return {
        link.pk: Credit(
            title=(link.campaign.title or link.campaign.key) if link.campaign else "",
            channel=link.channel if (link.campaign_id, link.channel) in shown else "",
        )
        for link in known
    }


def recent_lists() -> list[ConversionImport]:
    return list(ConversionImport.objects.order_by("-pk")[:10])


def endpoints() -> list[ConversionEndpoint]:
    """Those in use first, then by name."""
    rows = ConversionEndpoint.objects.order_by(F("revoked_at").asc(nulls_first=True), "name")
    return list(rows)
