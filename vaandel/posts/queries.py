"""Reading posts across tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.posts.models import Angle, Post, Submission
from vaandel.programmes.models import Topic


def angles_for(post: Post, languages: Sequence[str], enrolment_id: int) -> list[Angle]:
    """The starts in the first of these languages that has any, else in the post's own language.

    Different people get a different one first; the same person always the same order.
    """
    found: dict[str, list[Angle]] = {}
    for angle in Angle.objects.filter(post=post).order_by("position"):
        found.setdefault(angle.language, []).append(angle)
    own = [language for language in (post.language, *languages) if language in languages]
    chosen = next((found[language] for language in own if language in found), None)
    angles = chosen or found.get(post.language) or next(iter(found.values()), [])
    first = (enrolment_id + post.pk) % len(angles) if angles else 0
    return angles[first:] + angles[:first]


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post in a list or on a day, with its first topic."""

    post: Post
    topic: Topic | None
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for in the list; empty is everything."""

    q: str = ""
    state: str = ""
    topic: Topic | None = None
    kind: str = ""
    language: str = ""
    sort: str = ""


def found_posts(wanted: Wanted) -> QuerySet[Post]:
    """The posts of the list."""
    posts = Post.objects.all()
    if wanted.q:
        words = (
            Q(title__icontains=wanted.q)
            | Q(summary__icontains=wanted.q)
            | Q(target_url__icontains=wanted.q)
        )
        posts = posts.filter(words)
    exact = {"state": wanted.state, "kind": wanted.kind, "language": wanted.language}
    posts = posts.filter(**{name: value for name, value in exact.items() if value})
    if wanted.topic is not None:
        posts = posts.filter(topics=wanted.topic)
    order = {"published": F("published_at").desc(nulls_last=True), "title": Lower("title")}
    return with_first_topic(posts).order_by(order.get(wanted.sort, F("updated_at").desc()), "-pk")


def with_first_topic(posts: QuerySet[Post]) -> QuerySet[Post]:
    first = Topic.objects.filter(posts=OuterRef("pk")).order_by("position", "pk")
    return posts.annotate(
        topic_name=Subquery(first.values("name")[:1]),
        topic_colour=Subquery(first.values("colour")[:1]),
        topic_pattern=Subquery(first.values("pattern")[:1]),
    )


def rows_of(posts: Iterable[Any]) -> list[PostRow]:
    """Rows of posts that carry their first topic; the day is that of the person who looks."""
    return [_row(post) for post in posts]


def _row(post: Any) -> PostRow:
    topic = None
    if post.topic_name:
        topic = Topic(name=post.topic_name, colour=post.topic_colour, pattern=post.topic_pattern)
    moment = post.published_at or post.publish_at
    return PostRow(post, topic, timezone.localdate(moment) if moment else None)


def posts_between(first: date, last: date) -> dict[date, list[PostRow]]:
    """Posts by the day on which they went out or will go out, both days included."""
    begin = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    published = Q(published_at__gte=begin, published_at__lt=end)
    planned = Q(published_at=None, publish_at__gte=begin, publish_at__lt=end)
    posts = with_first_topic(Post.objects.filter(published | planned))
    days: dict[date, list[PostRow]] = {}
    for row in rows_of(posts.order_by(Coalesce("published_at", "publish_at"), "pk")):
        if row.day is not None:
            days.setdefault(row.day, []).append(row)
    return days


def audience_size(post: Post) -> int:
    """How many people who take part follow one of the post's topics and belong to its audience."""
    topics = list(post.topics.values_list("pk", flat=True))
    units = list(post.audience_units.values_list("pk", flat=True))
    people = Enrolment.objects.active(timezone.localdate()).filter(
        programme_id=post.programme_id, topics__in=topics
    )
    if units:
        people = people.filter(member__unit__in=units)
    return people.distinct().count()


def new_submissions() -> list[Submission]:
    """What colleagues sent in and nobody has handled, newest first."""
    return list(
        Submission.objects.filter(state=Submission.State.NEW)
        .select_related("member__user", "member__unit", "picture")
        .order_by("-created_at", "-pk")
    )


def submissions_of(member_id: int) -> list[Submission]:
    """What somebody sent in, newest first, with what became of it."""
    return list(
        Submission.objects.filter(member_id=member_id)
        .select_related("post")
        .order_by("-created_at", "-pk")[:20]
    )
