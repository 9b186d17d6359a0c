"""The figures of one calendar month (UTC) of one organisation, as plain values.

Measured, reported and estimated stay apart. People are counted from five on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.db.models import Count, Q, Sum

from vaandel.ambassadors.models import Enrolment
from vaandel.impact.models import PostTotal
from vaandel.lib.suppression import K, too_few
from vaandel.links.models import Kind, LinkDay
from vaandel.posts.models import Post, Submission
from vaandel.recognition.models import Thanks
from vaandel.shares.models import Share

TOP_POSTS: Final = 3
DAYS_A_BAR: Final = 7
MOST_BARS: Final = 5
# Of the texts, fewer than this part changed much: the starts are copied as they are.
FEW_OWN_WORDS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Month:
    first: date

    @property
    def last(self) -> date:
        return (self.first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), UTC)

    @classmethod
    def before(cls, day: date) -> Month:
        return cls((day.replace(day=1) - timedelta(days=1)).replace(day=1))


@dataclass(frozen=True, slots=True)
class Bar:
    """Clicks of some days; ``percent`` of the highest bar."""

    first: date
    last: date
    clicks: int
    percent: int


@dataclass(frozen=True, slots=True)
class TopPost:
    post_id: int
    title: str
    clicks: int


@dataclass(frozen=True, slots=True)
class Reach:
    title: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Figures:
    """None is: too few to say, or nobody told; never nought."""

    clicks: int
    bars: list[Bar]
    shares: int | None
    active: int | None
    confirmed: int | None
    views: int | None
    with_views: int
    reach: Reach | None
    top: list[TopPost]
    published: int
    joined: int | None
    suggestion: str

    @property
    def is_empty(self) -> bool:
        return not (self.clicks or self.published or self.top or self.active is None)


def figures_of(month: Month) -> Figures:
    """Of the organisation in scope; eight queries."""
    by_day = clicks_by_day(month)
    shares = shares_of(month)
    few = too_few(shares["people"])
    top = top_posts(month)
    published = Post.objects.filter(
        published_at__gte=month.start, published_at__lt=month.end
    ).count()
    joined = Enrolment.objects.filter(joined_at__gte=month.start, joined_at__lt=month.end).count()
    return Figures(
        clicks=sum(by_day.values()),
        bars=bars_of(month, by_day),
        shares=None if few else shares["made"],
        active=None if few else shares["people"],
        confirmed=None if few else shares["confirmed"],
        views=shares["seen"] if shares["with_views"] and not few else None,
        with_views=0 if few else shares["with_views"],
        reach=reach_of([post.post_id for post in top]),
        top=top,
        published=published,
        joined=joined if joined >= K else None,
        suggestion=suggestion(month, published=published),
    )


def clicks_by_day(month: Month) -> dict[date, int]:
    """Clicks by people on links that somebody shared."""
    rows = LinkDay.objects.filter(
        day__gte=month.first, day__lte=month.last, kind=Kind.HUMAN, link__share__isnull=False
    )
    return dict(rows.order_by().values_list("day").annotate(Sum("count")))


def bars_of(month: Month, by_day: dict[date, int]) -> list[Bar]:
    """Four or five stretches of a week; the last one holds the days that are left."""
    found = []
    first = month.first
    while first <= month.last:
        last = min(first + timedelta(days=DAYS_A_BAR - 1), month.last)
        clicks = sum(number for day, number in by_day.items() if first <= day <= last)
        found.append((first, last, clicks))
        first = last + timedelta(days=1)
    most = max(clicks for _first, _last, clicks in found)
    return [
        Bar(first, last, clicks, round(100 * clicks / most) if most else 0)
        for first, last, clicks in found
    ]


def shares_of(month: Month) -> dict[str, int]:
    rows = Share.objects.filter(opened_at__gte=month.start, opened_at__lt=month.end).exclude(
        state=Share.State.NOT_POSTED
    )
    return rows.aggregate(
        made=Count("pk"),
        people=Count("enrolment", distinct=True),
        confirmed=Count("pk", filter=Q(state=Share.State.CONFIRMED)),
        with_views=Count("views"),
        seen=Sum("views", default=0),
    )


def top_posts(month: Month) -> list[TopPost]:
    """By clicks in the month."""
    rows = (
        LinkDay.objects.filter(
            day__gte=month.first, day__lte=month.last, kind=Kind.HUMAN, link__share__isnull=False
        )
        .order_by()
        .values_list("link__share__post", "link__share__post__title")
        .annotate(clicks=Sum("count"))
        .order_by("-clicks", "link__share__post")[:TOP_POSTS]
    )
    return [TopPost(post, title, clicks) for post, title, clicks in rows if clicks]


def reach_of(posts: list[int]) -> Reach | None:
    """The estimate for the first of these posts that at least five people shared: of one post,
    since estimates of several overlap and cannot be added."""
    rows = PostTotal.objects.filter(
        post__in=posts, reach_high__isnull=False, sharers__gte=K
    ).select_related("post")
    best = min(rows, key=lambda row: posts.index(row.post_id), default=None)
    if best is None or best.reach_high is None:
        return None
    return Reach(best.post.title, best.reach_low or 0, best.reach_high)


def suggestion(month: Month, *, published: int) -> str:
    """One thing that would help most now, as a code; the letter has the words."""
    if not published:
        return "publish"
    if Submission.objects.filter(state=Submission.State.NEW).exists():
        return "stories"
    if not Thanks.objects.filter(given_at__gte=month.start, given_at__lt=month.end).exists():
        return "thank"
    words = PostTotal.objects.filter(
        post__published_at__gte=month.start, post__published_at__lt=month.end
    ).aggregate(own=Sum("own_words", default=0), texts=Sum("with_text", default=0))
    if words["texts"] >= K and words["own"] / words["texts"] < FEW_OWN_WORDS:
        return "starts"
    return "ask"
