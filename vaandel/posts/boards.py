"""The studio's week and month: which post stands on which day."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from vaandel.posts.models import Post, Submission
from vaandel.programmes.models import Topic

EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2100, 12, 31)
MOST_LOOSE: Final = 8
SATURDAY: Final = 5

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Card:
    """A post on the board. ``moment`` is when it went or goes out."""

    id: int
    title: str
    language: str
    state: str
    topic: Topic | None
    author: str
    moment: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Idea:
    """What a colleague sent in on this day and nobody has handled."""

    title: str
    author: str


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    cards: Sequence[Card]
    ideas: Sequence[Idea]
    is_today: bool
    is_quiet: bool
    is_outside: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.cards and not self.ideas


@dataclass(frozen=True, slots=True)
class Board:
    """Whole weeks, from Monday to Sunday."""

    weeks: Sequence[Sequence[Day]]
    loose: Sequence[Card]
    first: date
    last: date

    @property
    def shown(self) -> list[Day]:
        """The days of a week board: a weekend day only today, or when something stands on it."""
        return [day for day in self.weeks[0] if day.is_today or not (day.is_quiet and day.is_empty)]

    @property
    def quiet_days(self) -> list[Day]:
        return [day for day in self.weeks[0] if day.is_quiet]


def within_reach(day: date) -> date:
    """A day whose month and neighbours exist, whatever somebody wrote in an address."""
    return min(max(day, EARLIEST), LATEST)


def week_board(day: date, *, today: date) -> Board:
    monday = within_reach(day) - timedelta(days=within_reach(day).weekday())
    return _board([[monday + timedelta(days=number) for number in range(7)]], today=today)


def month_board(day: date, *, today: date) -> Board:
    day = within_reach(day)
    weeks = calendar.Calendar().monthdatescalendar(day.year, day.month)
    return _board(weeks, today=today, month=day.month)


def _board(weeks: list[list[date]], *, today: date, month: int | None = None) -> Board:
    first, last = weeks[0][0], weeks[-1][-1]
    cards = _by_day((card.moment, card) for card in _cards_between(first, last))
    ideas = _by_day(_ideas_between(first, last))
    days = [
        [
            Day(
                on=on,
                cards=cards.get(on, []),
                ideas=ideas.get(on, []),
                is_today=on == today,
                is_quiet=on.weekday() >= SATURDAY,
                is_outside=month is not None and on.month != month,
            )
            for on in week
        ]
        for week in weeks
    ]
    return Board(weeks=days, loose=_loose_cards(), first=first, last=last)


def _by_day(dated: Iterable[tuple[datetime | None, T]]) -> dict[date, list[T]]:
    days: dict[date, list[T]] = {}
    for moment, thing in dated:
        if moment is not None:
            days.setdefault(timezone.localtime(moment).date(), []).append(thing)
    return days


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first midnight to the one after the last day, where the reader lives."""
    zone = timezone.get_current_timezone()
    start = datetime.combine(first, time(), tzinfo=zone)
    return start, datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)


def _cards_between(first: date, last: date) -> list[Card]:
    start, end = _span(first, last)
    out = Q(published_at__gte=start, published_at__lt=end)
    to_come = Q(published_at=None, publish_at__gte=start, publish_at__lt=end)
    cards = _cards(Post.objects.filter(out | to_come))
    return sorted(cards, key=lambda card: (card.moment or start, card.id))


def _loose_cards() -> list[Card]:
    """What is being written without a day, last changed first."""
    writing = (Post.State.DRAFT, Post.State.REVIEW)
    rows = Post.objects.filter(state__in=writing, publish_at=None, published_at=None)
    return _cards(rows.order_by("-updated_at", "-pk")[:MOST_LOOSE])


def _cards(posts: QuerySet[Post]) -> list[Card]:
    rows = posts.select_related("created_by__user").prefetch_related("topics")
    return [card_of(post) for post in rows]


def card_of(post: Post) -> Card:
    """Costs no query when author and topics were read along."""
    topics = sorted(post.topics.all(), key=lambda topic: (topic.position, topic.pk))
    return Card(
        id=post.pk,
        title=post.title,
        language=post.language,
        state=post.state,
        topic=topics[0] if topics else None,
        author=post.created_by.user.display_name if post.created_by else "",
        moment=post.published_at or post.publish_at,
        expires_at=post.expires_at,
    )


def _ideas_between(first: date, last: date) -> list[tuple[datetime, Idea]]:
    start, end = _span(first, last)
    rows = Submission.objects.filter(
        state=Submission.State.NEW, created_at__gte=start, created_at__lt=end
    ).select_related("member__user")
    return [
        (row.created_at, Idea(row.title, row.member.user.first_name if row.member else ""))
        for row in rows.order_by("created_at", "pk")
    ]
