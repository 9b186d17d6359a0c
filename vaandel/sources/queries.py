"""What the inbox and the list of sources show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet

from vaandel.ambassadors.models import Enrolment
from vaandel.posts.models import Submission
from vaandel.programmes.models import Topic
from vaandel.sources.models import Item, Source
from vaandel.sources.problems import explained

PER_PAGE = 25
# A group of fewer people is not counted aloud.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of a feed. `followers` of its topic is 0 when they are too few to be told."""

    id: int
    title: str
    url: str
    summary: str
    source: str
    topic: Topic | None
    followers: int
    moment: datetime
    state: str


@dataclass(frozen=True, slots=True)
class StoryRow:
    """What a colleague sent in."""

    id: int
    title: str
    person: str
    unit: str
    occasion: str
    words: int
    has_picture: bool
    reads_along: bool
    moment: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Inbox:
    items: list[ItemRow]
    items_page: Page[Item]
    stories: list[StoryRow]
    stories_page: Page[Submission]
    sources: int


def inbox(*, state: str, search: str, page: str, stories_page: str, on: date) -> Inbox:
    """One page of each column. ``state`` is that of both: NEW or DISMISSED."""
    items = Paginator(_items(state, search), PER_PAGE).get_page(page)
    stories = Paginator(_stories(state, search), PER_PAGE).get_page(stories_page)
    rows = list(items)
    followers = followers_per_topic({item.source.topic_id for item in rows} - {None}, on)
    return Inbox(
        items=[item_row(item, followers) for item in rows],
        items_page=items,
        stories=[story_row(story) for story in stories],
        stories_page=stories,
        sources=Source.objects.filter(removed_at=None).count(),
    )


def _items(state: str, search: str) -> QuerySet[Item]:
    items = Item.objects.filter(state=state, source__removed_at=None)
    if search:
        items = items.filter(Q(title__icontains=search) | Q(summary_text__icontains=search))
    return items.select_related("source__topic").order_by(
        "-created_at", F("published_at").desc(nulls_last=True), "pk"
    )


def _stories(state: str, search: str) -> QuerySet[Submission]:
    stories = Submission.objects.filter(state=state)
    if search:
        stories = stories.filter(
            Q(title__icontains=search) | Q(member__user__name__icontains=search)
        )
    return stories.select_related("member__user", "member__unit").order_by("-created_at", "-pk")


def followers_per_topic(topic_ids: set[int | None], on: date) -> dict[int, int]:
    """How many colleagues who take part chose each of these topics."""
    if not topic_ids:
        return {}
    active = Enrolment.objects.active(on).filter(topics__in=topic_ids)
    rows = active.values_list("topics").annotate(people=Count("pk")).order_by()
    return {topic: people for topic, people in rows if topic in topic_ids}


def item_row(item: Item, followers: dict[int, int]) -> ItemRow:
    people = followers.get(item.source.topic_id or 0, 0)
    return ItemRow(
        id=item.pk,
        title=item.title,
        url=item.url,
        summary="" if item.summary_text == item.title else item.summary_text,
        source=item.source.name,
        topic=item.source.topic,
        # In fives, so that one person who joins or pauses does not show.
        followers=people - people % FEWEST,
        moment=item.published_at or item.created_at,
        state=item.state,
    )


def story_row(story: Submission) -> StoryRow:
    member = story.member
    return StoryRow(
        id=story.pk,
        title=story.title,
        person=member.user.display_name if member else "",
        unit=member.unit.name if member and member.unit else "",
        occasion=story.get_occasion_display(),
        words=sum(len(str(answer).split()) for answer in story.answers),
        has_picture=story.picture_id is not None,
        reads_along=story.wants_to_read_along,
        moment=story.created_at,
        state=story.state,
    )


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source and how it is. `health` is "good", "waiting", "failing" or "paused"."""

    id: int
    name: str
    url: str
    topic: Topic | None
    health: str
    problem: str
    status: str
    new_items: int
    last_fetched_at: datetime | None
    next_fetch_at: datetime | None
    is_fetched: bool


def sources_page(page: str) -> tuple[Page[Any], list[SourceRow]]:
    """The sources in order of their names, with what waits in the inbox from each."""
    waiting = Count("items", filter=Q(items__state=Item.State.NEW))
    rows = (
        Source.objects.filter(removed_at=None)
        .select_related("topic")
        .annotate(waiting=waiting)
        .order_by("title", "url")
    )
    found: Page[Any] = Paginator(rows, PER_PAGE).get_page(page)
    return found, [_source_row(source, source.waiting) for source in found]


def _source_row(source: Source, waiting: int) -> SourceRow:
    return SourceRow(
        id=source.pk,
        name=source.name,
        url=source.url,
        topic=source.topic,
        health=_health(source),
        problem=explained(source.last_error),
        status=source.last_error_detail,
        new_items=waiting,
        last_fetched_at=source.last_fetched_at,
        next_fetch_at=None if source.paused_at else source.next_fetch_at,
        is_fetched=source.is_fetched,
    )


def _health(source: Source) -> str:
    if source.paused_at:
        return "paused"
    if source.failures:
        return "failing"
    return "good" if source.last_fetched_at else "waiting"
