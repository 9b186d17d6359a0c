"""The programme's figures: totals, weeks, channels, topics, units and posts, never a person.

Every breakdown passes through ``suppression`` here, so that pages and exports cannot forget it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from vaandel.impact.models import (
    ChannelWeek,
    PostTotal,
    PostWeek,
    TopicWeek,
    UnitWeek,
    WeekSnapshot,
)
from vaandel.impact.weeks import week_of
from vaandel.lib.suppression import K, too_few, visible_groups, visible_parts
from vaandel.posts.models import Post
from vaandel.programmes.models import Topic

OTHER = "other"
NAMED_CHANNELS = 4
Z = 1.959964  # two-sided 95 %
POST_ORDERS = {
    "": ("-clicks", "post_id"),
    "newest": ("-post__published_at", "-post_id"),
}


@dataclass(frozen=True, slots=True)
class Week:
    """One week. ``active`` is None when too few people were active to say how many."""

    week: date
    employees: int
    invited: int
    ambassadors: int | None
    active: int | None
    asks: int
    shares: int | None
    frozen: bool

    @property
    def participation(self) -> tuple[float, float, float] | None:
        """Active people as a part of all employees: share, and its 95 % margin (Wilson)."""
        if self.active is None or not self.employees:
            return None
        return wilson(self.active, self.employees)


@dataclass(frozen=True, slots=True)
class ChannelSeries:
    """Human clicks of one channel, a figure for each of the weeks."""

    channel: str
    clicks: list[int]


@dataclass(frozen=True, slots=True)
class Totals:
    """Measured and reported figures of the period; None is "nobody told", never nought."""

    clicks: int
    shares: int
    confirmed: int
    views: int | None
    with_views: int


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post in a list. People are None under five; ``own_words`` is a part between 0 and 1."""

    post_id: int
    title: str
    topic: Topic | None
    sharers: int | None
    clicks: int
    own_words: float | None
    total: PostTotal


@dataclass(frozen=True, slots=True)
class TopicRow:
    topic: Topic
    followers: int | None
    posts: int
    shares: int | None
    clicks: int


@dataclass(frozen=True, slots=True)
class UnitRow:
    """People of a unit; None where it would tell who takes part or who does not."""

    name: str
    employees: int
    ambassadors: int | None


def wilson(inside: int, whole: int) -> tuple[float, float, float]:
    """A proportion with its 95 % Wilson interval: (proportion, low, high)."""
    part = inside / whole
    centre = part + Z * Z / (2 * whole)
    spread = Z * math.sqrt(part * (1 - part) / whole + Z * Z / (4 * whole * whole))
    scale = 1 + Z * Z / whole
    return part, max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def weeks(since: date | None) -> list[Week]:
    """The weeks of the programme, oldest first."""
    rows = WeekSnapshot.objects.order_by("week")
    if since is not None:
        rows = rows.filter(week__gte=since)
    return [
        Week(
            week=row.week,
            employees=row.employees,
            invited=row.invited,
            ambassadors=_people(row.ambassadors),
            active=_people(row.active),
            asks=row.asks,
            shares=None if too_few(row.active) else row.shares,
            frozen=row.frozen_at is not None,
        )
        for row in rows
    ]


def _people(number: int) -> int | None:
    return None if too_few(number) else number


def channel_rows(since: date | None) -> list[ChannelWeek]:
    rows = ChannelWeek.objects.order_by("week")
    return list(rows if since is None else rows.filter(week__gte=since))


def totals(rows: Sequence[ChannelWeek]) -> Totals:
    with_views = sum(row.with_views for row in rows)
    return Totals(
        clicks=sum(row.clicks for row in rows),
        shares=sum(row.shares for row in rows),
        confirmed=sum(row.confirmed for row in rows),
        views=sum(row.views for row in rows) if with_views else None,
        with_views=with_views,
    )


def channel_series(rows: Sequence[ChannelWeek], week_list: Sequence[date]) -> list[ChannelSeries]:
    """Clicks per channel and week: the largest channels by name, the rest together.

    A channel on which never five people shared in one week is part of the rest.
    """
    most_people: dict[str, int] = {}
    clicks: dict[str, dict[date, int]] = {}
    for row in rows:
        most_people[row.channel] = max(most_people.get(row.channel, 0), row.sharers)
        clicks.setdefault(row.channel, {})[row.week] = row.clicks
    large = [name for name, people in most_people.items() if people >= K]
    large.sort(key=lambda name: (-sum(clicks[name].values()), name))
    named = large[:NAMED_CHANNELS]
    series = [ChannelSeries(name, [clicks[name].get(w, 0) for w in week_list]) for name in named]
    rest = [
        sum(by_week.get(w, 0) for name, by_week in clicks.items() if name not in named)
        for w in week_list
    ]
    return [*series, ChannelSeries(OTHER, rest)] if any(rest) else series


def post_rows(sort: str = "") -> QuerySet[PostTotal]:
    """Every post with results, in one of ``POST_ORDERS``; slice it, then ``as_post_rows``."""
    first_topic = Topic.objects.filter(posts=OuterRef("post_id")).order_by("position", "pk")
    return (
        PostTotal.objects.select_related("post")
        .annotate(
            topic_name=Subquery(first_topic.values("name")[:1]),
            topic_colour=Subquery(first_topic.values("colour")[:1]),
            topic_pattern=Subquery(first_topic.values("pattern")[:1]),
        )
        .order_by(*POST_ORDERS[sort])
    )


def as_post_rows(found: Sequence[PostTotal]) -> list[PostRow]:
    return [_post_row(total) for total in found]


def _post_row(total: PostTotal) -> PostRow:
    name = getattr(total, "topic_name", None)
    topic = None
    if name:
        topic = Topic(
            name=name,
            colour=getattr(total, "topic_colour", ""),
            pattern=getattr(total, "topic_pattern", ""),
        )
    few = too_few(total.sharers)
    own = total.own_words / total.with_text if total.with_text and not few else None
    return PostRow(
        post_id=total.post_id,
        title=total.post.title,
        topic=topic,
        sharers=None if few else total.sharers,
        clicks=total.clicks,
        own_words=own,
        total=total,
    )


def topic_rows(since: date | None) -> list[TopicRow]:
    """Topics with their followers now and what happened in the period, most followed first."""
    rows = TopicWeek.objects.filter(topic__archived_at=None)
    if since is not None:
        rows = rows.filter(week__gte=since)
    found = (
        rows.values("topic_id", "topic__name", "topic__colour", "topic__pattern")
        .annotate(
            posts_sum=Sum("posts"),
            shares_sum=Sum("shares"),
            clicks_sum=Sum("clicks"),
            now=Subquery(
                TopicWeek.objects.filter(topic=OuterRef("topic_id"))
                .order_by("-week")
                .values("followers")[:1]
            ),
        )
        .order_by("-now", "topic__name")
    )
    shown = visible_groups({row["topic_id"]: row["now"] for row in found})
    return [
        TopicRow(
            topic=Topic(
                name=row["topic__name"],
                colour=row["topic__colour"],
                pattern=row["topic__pattern"],
            ),
            followers=row["now"] if row["topic_id"] in shown else None,
            posts=row["posts_sum"],
            shares=row["shares_sum"] if row["topic_id"] in shown else None,
            clicks=row["clicks_sum"],
        )
        for row in found
    ]


def unit_rows(today: date) -> list[UnitRow]:
    """The units in the newest week that is over, largest first; hidden ones last.

    Never the running week: who looks before and after moving one person would see whether that
    person takes part.
    """
    over = UnitWeek.objects.filter(week__lt=week_of(today))
    newest = over.order_by("-week").values("week")[:1]
    found = list(UnitWeek.objects.filter(week=Subquery(newest)).select_related("unit"))
    shown = visible_parts({row.pk: (row.ambassadors, row.employees) for row in found})
    rows = [
        UnitRow(
            name=row.unit.name if row.unit else "",
            employees=row.employees,
            ambassadors=row.ambassadors if row.pk in shown else None,
        )
        for row in found
    ]
    return sorted(rows, key=lambda row: (row.ambassadors is None, -row.employees, row.name))


def most_shared() -> PostTotal | None:
    """The post that most people shared, of those whose reach could be estimated."""
    return PostTotal.objects.filter(reach_high__isnull=False).order_by("-sharers").first()


def own_words(since: date | None) -> float | None:
    """The part of the texts that people made their own, between 0 and 1; None is unknown.

    Over posts that at least five people shared, so that it says no more than the list of posts
    does. ``since``: those that were published in the period.
    """
    totals = PostTotal.objects.filter(sharers__gte=K)
    if since is not None:
        totals = totals.filter(post__published_at__date__gte=since)
    found = totals.aggregate(own=Sum("own_words", default=0), texts=Sum("with_text", default=0))
    return found["own"] / found["texts"] if found["texts"] else None


@dataclass(frozen=True, slots=True)
class PostResults:
    """One post: its row, and its clicks a week and channel."""

    row: PostRow
    weeks: list[date]
    series: list[ChannelSeries]


def post_results(post: Post) -> PostResults:
    total = post_rows().filter(post=post).first() or PostTotal(post=post)
    row = _post_row(total)
    found = list(PostWeek.objects.filter(post=post).order_by("week"))
    if not found:
        return PostResults(row, [], [])
    week_list = [found[0].week]
    while week_list[-1] < found[-1].week:
        week_list.append(week_list[-1] + timedelta(days=7))
    by_week = {week: sum(r.clicks for r in found if r.week == week) for week in week_list}
    if row.sharers is None:
        return PostResults(row, week_list, [ChannelSeries(OTHER, list(by_week.values()))])
    # People share a post once on a channel, so the shares of a week stand for its sharers here.
    as_channels = [
        ChannelWeek(channel=r.channel, week=r.week, sharers=r.shares, clicks=r.clicks)
        for r in found
    ]
    return PostResults(row, week_list, channel_series(as_channels, week_list))
