"""What the pages of impact show, as plain values. A handful of queries each, at any size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, Q, Subquery, Sum, Value
from django.utils import timezone

from vaandel.ambassadors.models import ChannelUse, Enrolment
from vaandel.delivery.corrections.queries import name_of
from vaandel.delivery.models import Correction
from vaandel.impact.assumptions import as_inputs, assumed_with, shown
from vaandel.impact.models import Assumption
from vaandel.impact.reach import Network, of_one_person
from vaandel.impact.tallies import bracket_bounds
from vaandel.links.models import Kind, LinkDay
from vaandel.posts.models import PostPicture
from vaandel.programmes.models import Topic
from vaandel.shares.models import NetworkFigures, Share

SHARES_PER_PAGE = 10


class Period(StrEnum):
    MONTH = "month"
    YEAR = "year"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """This month, for *Today*: measured clicks, and posts the person says they placed."""

    clicks: int
    posted: int


@dataclass(frozen=True, slots=True)
class OwnTotals:
    """One person's period. ``views`` and ``reactions`` are None when nothing was typed in, and
    ``network_views`` and ``network_reactions`` when no network told."""

    clicks: int
    left_out: int
    shares: int
    confirmed: int
    views: int | None
    reactions: int | None
    typed_in: int
    network_views: int | None
    network_reactions: int | None
    told_by_networks: int


@dataclass(frozen=True, slots=True)
class Corrected:
    """What changed last in a post that somebody shared."""

    text: str
    from_line: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnShare:
    """A share on the timeline, with its clicks a day since it was opened."""

    share: Share
    topic: Topic | None
    picture: str
    clicks: int
    days: list[tuple[date, int]]
    correction: Corrected | None
    told: NetworkFigures | None


@dataclass(frozen=True, slots=True)
class Timeline:
    shares: list[OwnShare]
    has_older: bool


def begin_of(period: Period, now: datetime) -> datetime | None:
    """The first moment of the period in the person's time zone; None is: from the very first."""
    local = timezone.localtime(now)
    midnight = time.min
    if period is Period.MONTH:
        return datetime.combine(local.date().replace(day=1), midnight, tzinfo=local.tzinfo)
    if period is Period.YEAR:
        return datetime.combine(local.date().replace(month=1, day=1), midnight, local.tzinfo)
    return None


def month_of(enrolment: Enrolment, now: datetime) -> MonthFigures:
    totals = own_totals(enrolment, Period.MONTH, now)
    return MonthFigures(clicks=totals.clicks, posted=totals.confirmed)


def own_totals(enrolment: Enrolment, period: Period, now: datetime) -> OwnTotals:
    """One person's shares are few, so they are read whole and their links named one by one.

    A join over the link days of the whole organisation costs the more the larger it is.
    """
    begin = begin_of(period, now)
    shares = list(
        Share.objects.filter(enrolment=enrolment)
        .select_related("network_figures")
        .only(
            "link_id",
            "state",
            "opened_at",
            "views",
            "reactions",
            "numbers_typed_at",
            "network_figures__views",
            "network_figures__reactions",
            "network_figures__fetched_at",
        )
    )
    # The links are the person's own. A condition on the organisation or the day as well would
    # tempt the database to go through the days of everybody.
    in_period = Q() if begin is None else Q(day__gte=begin.date())
    visits = LinkDay.across_tenants.filter(
        link_id__in=[share.link_id for share in shares]
    ).aggregate(
        human=Sum("count", filter=in_period & Q(kind=Kind.HUMAN), default=0),
        other=Sum("count", filter=in_period & ~Q(kind=Kind.HUMAN), default=0),
    )
    made = [
        share
        for share in shares
        if share.state != Share.State.NOT_POSTED and (begin is None or share.opened_at >= begin)
    ]
    told = [figures for share in made if (figures := told_figures(share)) is not None]
    return OwnTotals(
        clicks=visits["human"],
        left_out=visits["other"],
        shares=len(made),
        confirmed=sum(share.state == Share.State.CONFIRMED for share in made),
        views=_sum_of_known(share.views for share in made),
        reactions=_sum_of_known(share.reactions for share in made),
        typed_in=sum(share.numbers_typed_at is not None for share in made),
        network_views=_sum_of_known(figures.views for figures in told),
        network_reactions=_sum_of_known(figures.reactions for figures in told),
        told_by_networks=len(told),
    )


def told_figures(share: Share) -> NetworkFigures | None:
    """What the network said of it, once it has said anything. ``share`` comes with its figures."""
    figures: NetworkFigures | None = getattr(share, "network_figures", None)
    return figures if figures is not None and figures.fetched_at is not None else None


def _sum_of_known(numbers: Iterable[int | None]) -> int | None:
    """None when nothing is known, which is not nought."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def own_timeline(enrolment: Enrolment, *, page: int, now: datetime) -> Timeline:
    """Newest first; what was not posted is left out."""
    first_topic = Topic.objects.filter(posts=OuterRef("post_id")).order_by("position", "pk")
    picture = PostPicture.objects.filter(post=OuterRef("post_id")).order_by("position", "pk")
    corrected = Correction.objects.filter(post=OuterRef("post_id")).order_by("-pk")
    start = (page - 1) * SHARES_PER_PAGE
    found = list(
        Share.objects.filter(enrolment=enrolment)
        .exclude(state=Share.State.NOT_POSTED)
        .select_related("post", "post__total", "network_figures")
        .annotate(
            topic_name=Subquery(first_topic.values("name")[:1]),
            topic_colour=Subquery(first_topic.values("colour")[:1]),
            topic_pattern=Subquery(first_topic.values("pattern")[:1]),
            picture_file=Subquery(picture.values("asset__file")[:1]),
            corrected_text=Subquery(corrected.values("text")[:1]),
            corrected_by=Subquery(corrected.values("by_name")[:1]),
            corrected_at=Subquery(corrected.values("at")[:1]),
        )
        .order_by("-opened_at", "-pk")[start : start + SHARES_PER_PAGE + 1]
    )
    has_older = len(found) > SHARES_PER_PAGE
    found = found[:SHARES_PER_PAGE]
    per_day = _clicks_per_day([share.link_id for share in found])
    return Timeline([_own_share(share, per_day, now) for share in found], has_older)


def _own_share(share: Any, per_day: dict[int, dict[date, int]], now: datetime) -> OwnShare:
    clicks = per_day.get(share.link_id, {})
    topic = None
    if share.topic_name:
        topic = Topic(name=share.topic_name, colour=share.topic_colour, pattern=share.topic_pattern)
    correction = None
    if share.corrected_text:
        correction = Corrected(
            share.corrected_text, name_of(share.corrected_by), share.corrected_at
        )
    return OwnShare(
        share=share,
        topic=topic,
        picture=share.picture_file or "",
        clicks=sum(clicks.values()),
        days=_fortnight(clicks, share.opened_at, now),
        correction=correction,
        told=told_figures(share),
    )


def _clicks_per_day(link_ids: Sequence[int]) -> dict[int, dict[date, int]]:
    per_link: dict[int, dict[date, int]] = {}
    for link_id, day, clicks in LinkDay.across_tenants.filter(
        link_id__in=link_ids, kind=Kind.HUMAN
    ).values_list("link_id", "day", "count"):
        per_link.setdefault(link_id, {})[day] = clicks
    return per_link


def _fortnight(
    clicks: dict[date, int], opened_at: datetime, now: datetime
) -> list[tuple[date, int]]:
    """The first fourteen days of a share, and every later day on which something happened."""
    first = opened_at.astimezone(UTC).date()
    today = now.astimezone(UTC).date()
    until = min(first + timedelta(days=13), today)
    days = {first + timedelta(days=n): 0 for n in range((until - first).days + 1)}
    return sorted({**days, **clicks}.items())


def clicks_of_shares(link_ids: Sequence[int]) -> dict[int, int]:
    """Human clicks per link."""
    found = (
        LinkDay.objects.filter(link_id__in=link_ids, kind=Kind.HUMAN)
        .values_list("link_id")
        .annotate(Sum("count"))
    )
    return dict(found)


def widest_estimate(timeline: Timeline) -> OwnShare | None:
    """The share on this page whose post, shared with colleagues, was probably seen most."""
    estimated = [own for own in timeline.shares if _reach_high(own) is not None]
    return max(estimated, key=lambda own: _reach_high(own) or 0, default=None)


def _reach_high(own: OwnShare) -> int | None:
    total = getattr(own.share.post, "total", None)
    return None if total is None else total.reach_high


@dataclass(frozen=True, slots=True)
class OwnReach:
    """People who may see one post on a person's largest network, and what that assumes."""

    low: int
    high: int
    assumed: dict[str, str]


def own_reach_per_post(enrolment: Enrolment) -> OwnReach | None:
    """None when the person told no size. One query for the sizes and the assumptions."""
    told = ChannelUse.objects.filter(enrolment=enrolment).exclude(bracket="")
    rows = list(
        told.values_list("channel", "bracket", Value(0), Value(0)).union(
            Assumption.objects.values_list("name", Value(""), "low", "high"), all=True
        )
    )
    assumed = assumed_with((name, low, high) for name, bracket, low, high in rows if not bracket)
    found = [
        of_one_person(Network(*bracket_bounds(bracket), channel=channel), assumed)
        for channel, bracket, _low, _high in rows
        if bracket
    ]
    if not found:
        return None
    low, high = max(found, key=lambda bounds: bounds[1])
    return OwnReach(low, high, shown(as_inputs(assumed)))
