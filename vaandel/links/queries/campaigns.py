"""What editors see of links: campaigns, which are all links about one thing together.

Everything is read from the roll-ups per hour, so a campaign with millions of clicks costs
as much as one with a hundred. Days and hours are those of the organisation's time zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from vaandel.lib.suppression import K, too_few, visible_groups
from vaandel.links.kinds import Kind
from vaandel.links.models import Campaign, CampaignHour, Link, LinkDay

# Of pages that visitors came from, and countries: the largest by name, the rest together.
NAMED: Final = 10
# Beyond this the chart has a point per week.
DRAWN_DAYS: Final = 190
BY_CLICKS: Final = "clicks"
ORDERS: Final = {
    "": ("-created_at", "-pk"),
    BY_CLICKS: ("-clicks", "-pk"),
    "title": ("title", "pk"),
}


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A line of the list. ``last_click`` is the beginning of the hour. ``few``: of fewer than five
    sharers, so the figures begin with a week, and no more than the week of it may be shown."""

    campaign: Campaign
    clicks: int
    left_out: int
    last_click: datetime | None
    live: bool
    few: bool

    @property
    def last_week(self) -> date | None:
        """The Monday before the last click, in the reader's time zone."""
        if self.last_click is None:
            return None
        day = timezone.localdate(self.last_click)
        return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Named:
    """A part of the clicks; an empty name is "not said"."""

    name: str
    clicks: int


@dataclass(frozen=True, slots=True)
class Parts:
    """The named parts, largest first, and what is too small to name, together."""

    named: list[Named]
    rest: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or the Monday of a week. ``uniques`` is None when they were not counted."""

    day: date
    clicks: int
    left_out: int
    uniques: int | None = None


@dataclass(frozen=True, slots=True)
class LinkNumbers:
    """Links of a campaign, and of how many people they are."""

    live: int
    ended: int
    people: int
    people_per_channel: dict[str, int]

    @property
    def few(self) -> bool:
        """Whether the details would tell about one of a few people."""
        return self.people < K


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """A period of a campaign. With few sharers the details are absent; ``weekly``: ``days`` are
    weeks, with few sharers and when there would be very many days."""

    clicks: int
    left_out: dict[Kind, int]
    days: list[Day]
    weekly: bool
    numbers: LinkNumbers
    hours: list[list[int]] | None = None
    channels: Parts | None = None
    referrers: Parts | None = None
    countries: Parts | None = None

    @property
    def left_out_total(self) -> int:
        return sum(self.left_out.values())

    @property
    def empty(self) -> bool:
        return not self.clicks and not self.left_out


def campaign_rows(
    *, words: str = "", order: str = "", since: datetime | None = None
) -> QuerySet[Campaign]:
    """Campaigns in one of ``ORDERS``; slice it, then ``as_rows`` with the same ``since``."""
    rows = Campaign.objects.filter(title__icontains=words) if words else Campaign.objects.all()
    if order != BY_CLICKS:
        return rows.order_by(*ORDERS[order])
    clicks = Q(hours__kind=Kind.HUMAN)
    if since is not None:
        clicks &= Q(hours__hour__gte=since)
    return rows.alias(clicks=Sum("hours__count", filter=clicks, default=0)).order_by(*ORDERS[order])


def as_rows(
    found: Sequence[Campaign], *, since: datetime | None = None, now: datetime
) -> list[CampaignRow]:
    """The lines of one page: three queries, however many. ``since`` is midnight somewhere; weeks
    begin there too."""
    ids = [campaign.pk for campaign in found]
    live, many = _live_and_many(ids, now)
    hours = CampaignHour.objects.filter(campaign__in=ids).order_by()
    if since is not None:
        whole_week = Q(hour__gte=since - timedelta(days=since.weekday()))
        hours = hours.filter(Q(hour__gte=since) | (whole_week & ~Q(campaign__in=many)))
    clicks: dict[int, int] = {}
    left_out: dict[int, int] = {}
    for campaign_id, kind, count in hours.values_list("campaign", "kind").annotate(Sum("count")):
        into = clicks if kind == Kind.HUMAN else left_out
        into[campaign_id] = into.get(campaign_id, 0) + count
    last = _last_clicks(ids)
    return [
        CampaignRow(
            campaign=campaign,
            clicks=clicks.get(campaign.pk, 0),
            left_out=left_out.get(campaign.pk, 0),
            last_click=last.get(campaign.pk),
            live=campaign.pk in live,
            few=campaign.pk not in many,
        )
        for campaign in found
    ]


def _live_and_many(ids: Sequence[int], now: datetime) -> tuple[set[int], set[int]]:
    """Which have a live link, and which are shared by enough people for days: one query, that
    looks no further than the last person it needs."""
    people = Link.objects.filter(campaign=OuterRef("pk"), owner__isnull=False).order_by()
    each = people.values("owner").annotate(links=Count("pk"))
    rows = Campaign.objects.filter(pk__in=ids).annotate(
        live=Exists(live_links(now).filter(campaign=OuterRef("pk"))),
        # Grouped, for SQLite takes DISTINCT away from a subquery of which it needs one row.
        fifth=Subquery(each.values("owner")[K - 1 : K]),
    )
    live, many = set(), set()
    for pk, is_live, fifth in rows.values_list("pk", "live", "fifth"):
        if is_live:
            live.add(pk)
        if fifth is not None:
            many.add(pk)
    return live, many


def _last_clicks(ids: Sequence[int]) -> dict[int, datetime]:
    newest = (
        CampaignHour.objects.filter(campaign=OuterRef("pk"), kind=Kind.HUMAN)
        .order_by("-hour")
        .values("hour")[:1]
    )
    rows = Campaign.objects.filter(pk__in=ids).annotate(last_click=newest)
    return {pk: last for pk, last in rows.values_list("pk", "last_click") if last is not None}


def live_links(now: datetime) -> QuerySet[Link]:
    return Link.objects.filter(ended_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=now))


def link_numbers(campaign: Campaign, now: datetime) -> LinkNumbers:
    """How many links there are, and of how many people: one query."""
    links = Link.objects.filter(campaign=campaign).order_by()
    everybody = links.values("campaign").annotate(n=Count("owner", distinct=True)).values("n")
    live = Q(ended_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))
    rows = list(
        links.values("channel").annotate(
            live=Count("pk", filter=live),
            ended=Count("pk", filter=~live),
            here=Count("owner", distinct=True),
            everybody=Subquery(everybody),
        )
    )
    return LinkNumbers(
        live=sum(row["live"] for row in rows),
        ended=sum(row["ended"] for row in rows),
        people=rows[0]["everybody"] if rows else 0,
        people_per_channel={row["channel"]: row["here"] for row in rows},
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What to read of a campaign. ``since`` is the first day, None is from the beginning."""

    zone: ZoneInfo
    now: datetime
    since: date | None = None
    uniques: bool = False
    countries: bool = False


def campaign_figures(campaign: Campaign, wish: Wish) -> CampaignFigures:
    """The link page. At most five queries."""
    numbers = link_numbers(campaign, wish.now)
    if numbers.few:
        wish = _whole_weeks(wish)
    hours = _hours(campaign, wish)
    per_kind: dict[Kind, int] = {}
    for row in hours:
        per_kind[row.kind] = per_kind.get(row.kind, 0) + row.count
    details = (
        {}
        if numbers.few or not per_kind.get(Kind.HUMAN)
        else _details(campaign, wish, hours, numbers)
    )
    weekly = numbers.few or _long(hours)
    return CampaignFigures(
        clicks=per_kind.pop(Kind.HUMAN, 0),
        left_out={kind: per_kind[kind] for kind in Kind if kind in per_kind},
        days=campaign_days(campaign, wish, hours, weekly=weekly),
        weekly=weekly,
        numbers=numbers,
        **details,
    )


@dataclass(frozen=True, slots=True)
class _Hour:
    at: datetime
    kind: Kind
    count: int


def _long(hours: Sequence[_Hour]) -> bool:
    """Whether a point for each day would be too many to draw."""
    days = [row.at.date() for row in hours]
    return bool(days) and (max(days) - min(days)).days > DRAWN_DAYS


def _hours(campaign: Campaign, wish: Wish) -> list[_Hour]:
    rows = _of(campaign, wish).values_list("hour", "kind").annotate(total=Sum("count"))
    return [_Hour(at.astimezone(wish.zone), Kind(kind), count) for at, kind, count in rows]


def _of(campaign: Campaign, wish: Wish) -> QuerySet[CampaignHour]:
    rows = CampaignHour.objects.filter(campaign=campaign).order_by()
    begin = begin_of(wish)
    return rows if begin is None else rows.filter(hour__gte=begin)


def begin_of(wish: Wish) -> datetime | None:
    """The first moment of the period."""
    if wish.since is None:
        return None
    return datetime(wish.since.year, wish.since.month, wish.since.day, tzinfo=wish.zone)


def campaign_days(
    campaign: Campaign, wish: Wish, hours: Iterable[_Hour] | None = None, *, weekly: bool
) -> list[Day]:
    """Every day (or week) of the period up to today, oldest first; none without a visit."""
    if weekly:
        wish = _whole_weeks(wish)
    clicks: dict[date, int] = {}
    left_out: dict[date, int] = {}
    for row in _hours(campaign, wish) if hours is None else hours:
        into = clicks if row.kind is Kind.HUMAN else left_out
        day = _bucket(row.at.date(), weekly=weekly)
        into[day] = into.get(day, 0) + row.count
    seen = sorted({*clicks, *left_out})
    if not seen:
        return []
    uniques = {} if weekly or not wish.uniques else _uniques(campaign, wish)
    today = _bucket(wish.now.astimezone(wish.zone).date(), weekly=weekly)
    first = _bucket(wish.since, weekly=weekly) if wish.since else seen[0]
    days, step = [], timedelta(days=7 if weekly else 1)
    while first <= max(today, seen[-1]):
        days.append(Day(first, clicks.get(first, 0), left_out.get(first, 0), uniques.get(first)))
        first += step
    return days


def _whole_weeks(wish: Wish) -> Wish:
    return wish if wish.since is None else replace(wish, since=_bucket(wish.since, weekly=True))


def _bucket(day: date, *, weekly: bool) -> date:
    return day - timedelta(days=day.weekday()) if weekly else day


def _uniques(campaign: Campaign, wish: Wish) -> dict[date, int]:
    """Different visitors per link and day, of all links of the campaign; only for days on
    which they were counted. The key of a day ends at midnight UTC, so these days are in UTC."""
    rows = LinkDay.objects.filter(
        link__campaign=campaign, kind=Kind.HUMAN, uniques__isnull=False
    ).order_by()
    if wish.since is not None:
        rows = rows.filter(day__gte=wish.since)
    return dict(rows.values_list("day").annotate(total=Sum("uniques")))


def _details(
    campaign: Campaign, wish: Wish, hours: Iterable[_Hour], numbers: LinkNumbers
) -> dict[str, Any]:
    grid = [[0] * 24 for _ in range(7)]
    for row in hours:
        if row.kind is Kind.HUMAN:
            grid[row.at.weekday()][row.at.hour] += row.count
    rows = _of(campaign, wish).filter(kind=Kind.HUMAN).values_list(*_PLACES)
    counted = list(rows.annotate(total=Sum("count")))
    channels = _summed((channel, count) for channel, _host, _country, count in counted)
    shown = shown_channels(channels, numbers.people_per_channel)
    # A website gives its network away, so what came over a hidden channel is not named here.
    hosts = _summed((host, count) for channel, host, _, count in counted if channel in shown)
    countries = _summed((country, count) for _, _, country, count in counted)
    return {
        "hours": grid,
        "channels": _sorted(channels, shown),
        "referrers": _parts(hosts, unnamed=sum(channels.values()) - sum(hosts.values())),
        "countries": _parts(countries) if wish.countries else None,
    }


_PLACES: Final = ("channel", "referrer_host", "country")


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, count in pairs:
        found[name] = found.get(name, 0) + count
    return found


def shown_channels(clicks: Iterable[str], people: Mapping[str, int]) -> frozenset[str]:
    """A channel on which fewer than five people shared is part of the rest, and so is the next
    smallest when the rest could be found by subtraction."""
    # Nobody left of a channel is fewer than five as well.
    return visible_groups({name: people.get(name, 0) or 1 for name in clicks})


def _parts(clicks: Mapping[str, int], *, unnamed: int = 0) -> Parts:
    """The largest parts; fewer than five clicks are never named, for they may be one visitor."""
    largest = sorted(clicks, key=lambda name: (-clicks[name], name))[:NAMED]
    return _sorted(clicks, {name for name in largest if not too_few(clicks[name])}, unnamed=unnamed)


def _sorted(clicks: Mapping[str, int], shown: Iterable[str], *, unnamed: int = 0) -> Parts:
    names = sorted(shown, key=lambda name: (-clicks[name], name))
    rest = unnamed + sum(clicks.values()) - sum(clicks[name] for name in names)
    return Parts([Named(name, clicks[name]) for name in names], rest)
