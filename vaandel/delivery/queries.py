"""What somebody is offered now, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.core.files.storage import default_storage
from django.db.models import Case, OuterRef, Subquery, Value, When
from django.utils.translation import gettext

from vaandel.ambassadors.models import Enrolment, Leave
from vaandel.ambassadors.quiet import after_leave
from vaandel.components import figures
from vaandel.delivery.calendar import today_of
from vaandel.delivery.models import Ask, AskQuerySet
from vaandel.organizations.open_hours import open_hours_at
from vaandel.posts.models import Post, PostKind, PostPicture
from vaandel.programmes.models import Topic

MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """One post that is offered to one person. Its texts are in the language in use."""

    ask_id: int
    post_id: int
    title: str
    summary: str
    language: str
    topic: Topic
    # The name of the file itself, for mails, and of its small version, for cards.
    picture: str
    thumbnail: str
    kind: str
    site_name: str
    event_at: datetime | None
    expires_at: datetime | None
    in_team: bool
    # What the picture shows, for who does not see it; "" when nobody described it.
    picture_alt: str = ""

    @property
    def picture_url(self) -> str:
        name = self.thumbnail or self.picture
        return default_storage.url(name) if name else ""

    @property
    def reason(self) -> str:
        """Why this person is offered this post."""
        if self.in_team:
            text = gettext("You follow %(topic)s, and the vacancy is in your team.")
        else:
            text = gettext("You follow the topic %(topic)s.")
        return text % {"topic": self.topic.name}

    @property
    def about(self) -> str:
        """What else helps to choose: until when, on which day, or from which website."""
        if self.kind == PostKind.EVENT and self.event_at:
            return gettext("Event on %(day)s.") % {"day": day_of(self.event_at)}
        if self.kind == PostKind.VACANCY and self.expires_at:
            return gettext("Open until %(day)s.") % {"day": day_of(self.expires_at)}
        if self.expires_at:
            return gettext("Can be shared until %(day)s.") % {"day": day_of(self.expires_at)}
        return f"{self.site_name}." if self.site_name else ""


def day_of(moment: datetime) -> str:
    return figures.day(moment, year=False)


def proposals(enrolment: Enrolment, now: datetime) -> list[Proposal]:
    """At most three, in two queries: what was put aside until today first, then the newest."""
    today = today_of(now, enrolment.member.user.time_zone)
    return proposals_of(open_asks(now=now, today=today).filter(enrolment=enrolment)[:MOST])


def proposal_for(ask: Ask, now: datetime) -> Proposal | None:
    """The proposal of one ask, if it waits for an answer."""
    today = today_of(now, ask.enrolment.member.user.time_zone)
    return next(iter(proposals_of(open_asks(now=now, today=today).filter(pk=ask.pk))), None)


def answered_ask(enrolment: Enrolment, ask_id: int) -> Ask | None:
    """An ask that this person put aside or declined."""
    asks = Ask.objects.filter(pk=ask_id, enrolment=enrolment).exclude(state=Ask.State.OFFERED)
    return asks.select_related("post").first()


def open_asks(*, now: datetime, today: date) -> AskQuerySet:
    """Asks that wait for an answer, best first, with what ``proposals_of`` shows.

    Only of posts on a topic that the person still follows: ``because`` is that topic's id.
    """
    because = (
        Topic.objects.filter(posts=OuterRef("post_id"), followers=OuterRef("enrolment_id"))
        .order_by("position", "pk")
        .values("pk")[:1]
    )
    first = PostPicture.objects.filter(post=OuterRef("post_id")).order_by("position", "pk")
    returned = Case(
        When(state=Ask.State.POSTPONED, then=Value(value=True)), default=Value(value=False)
    )
    return (
        Ask.objects.open(now=now, today=today)
        .annotate(
            because=Subquery(because),
            picture=Subquery(first.values("asset__file")[:1]),
            thumbnail=Subquery(first.values("asset__thumbnail")[:1]),
            picture_alt=Subquery(first.values("asset__alt")[:1]),
            returned=returned,
        )
        .filter(because__isnull=False)
        .order_by("-returned", "-offered_at", "-post__published_at", "-pk")
        .select_related("post")
    )


def proposals_of(asks: Iterable[Ask]) -> list[Proposal]:
    """``asks`` come from ``open_asks``."""
    # The annotations are in the instance's dictionary, unknown to the class.
    found = [(ask, vars(ask)) for ask in asks]
    topics = Topic.objects.in_bulk({known["because"] for _, known in found})
    return [proposal_of(ask, topics[known["because"]], known) for ask, known in found]


def back_of(enrolment: Enrolment, today: date) -> date | None:
    """The first working day after the leave that is known, if any; one query."""
    leave = Leave.objects.filter(enrolment=enrolment, last_day__gte=today).order_by("first_day")
    away = tuple(leave.values_list("first_day", "last_day"))
    organization = enrolment.member.organization
    hours = open_hours_at(organization, enrolment.member.user.time_zone)
    return after_leave(replace(hours, leave=away), today)


def pictures_of(posts: Collection[int]) -> dict[int, dict[str, str | None]]:
    """What ``proposal_of`` shows of the first picture of each of these posts; {} without one."""
    first = PostPicture.objects.filter(post=OuterRef("pk")).order_by("position", "pk")
    rows = Post.objects.filter(pk__in=posts).values_list(
        "pk",
        Subquery(first.values("asset__file")[:1]),
        Subquery(first.values("asset__thumbnail")[:1]),
        Subquery(first.values("asset__alt")[:1]),
    )
    names = ("picture", "thumbnail", "picture_alt")
    return {pk: dict(zip(names, found, strict=True)) for pk, *found in rows}


def proposal_of(ask: Ask, topic: Topic, known: Mapping[str, str | None]) -> Proposal:
    post = ask.post
    return Proposal(
        ask_id=ask.pk,
        post_id=post.pk,
        title=post.title,
        summary=post.summary,
        language=post.language,
        topic=topic,
        picture=known["picture"] or "",
        thumbnail=known["thumbnail"] or "",
        kind=post.kind,
        site_name=post.site_name,
        event_at=post.event_at,
        expires_at=post.expires_at,
        in_team=bool(ask.reason.get("team")),
        picture_alt=known.get("picture_alt") or "",
    )
