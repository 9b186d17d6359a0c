"""Thanks as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaandel.ambassadors.models import Enrolment
from vaandel.components.figures import figure
from vaandel.links.models import Kind
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.recognition.models import Thanks
from vaandel.shares.models import Share

MOST: Final = 20
PER_PAGE: Final = 10
FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Received:
    """A thank-you with its concrete figure. ``clicks`` is what was measured when it was given."""

    pk: int
    text: str
    from_line: str
    initials: str
    post_title: str
    clicks: int
    given_at: datetime


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    received: list[Received]
    has_older: bool


def received_page(enrolment: Enrolment, *, page: int) -> ReceivedPage:
    """Newest first, ``PER_PAGE`` on a page."""
    found = thanks_for(enrolment, limit=PER_PAGE + 1, skip=(page - 1) * PER_PAGE)
    return ReceivedPage(found[:PER_PAGE], has_older=len(found) > PER_PAGE)


def thanks_for(enrolment: Enrolment, *, limit: int = MOST, skip: int = 0) -> list[Received]:
    """Newest first."""
    rows = (
        Thanks.objects.filter(to=enrolment)
        .select_related("post")
        .order_by("-given_at", "-pk")[skip : skip + limit]
    )
    return [_received(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Thankable:
    """Whom a thank-you for a post would reach. ``people`` and ``clicks`` are None under five.

    ``again``: this colleague has thanked others for it before.
    """

    anybody: bool
    again: bool
    people: int | None
    clicks: int | None


def thankable_shares(post: Post, *, by: Member) -> QuerySet[Share]:
    """Shares that may have been clicked, of people whom ``by`` did not thank for this post yet.

    Nobody thanks themselves.
    """
    thanked = Thanks.objects.filter(by=by, post=post).values("to")
    return (
        Share.objects.filter(post=post, enrolment__isnull=False)
        .exclude(state=Share.State.NOT_POSTED)
        .exclude(enrolment__member=by)
        .exclude(enrolment__in=thanked)
    )


def thankable(post: Post, *, by: Member) -> Thankable:
    """How many people it would be; under five neither that nor their clicks are told."""
    rows = (
        thankable_shares(post, by=by)
        .filter(link__days__kind=Kind.HUMAN, link__days__count__gt=0)
        .aggregate(
            people=Count("enrolment", distinct=True), clicks=Sum("link__days__count", default=0)
        )
    )
    people = rows["people"]
    enough = people >= FEWEST
    return Thankable(
        anybody=people > 0,
        again=Thanks.objects.filter(by=by, post=post).exists(),
        people=people if enough else None,
        clicks=rows["clicks"] if enough else None,
    )


def figures_of(posts: Iterable[int], *, by: Member) -> dict[int, Thankable]:
    """The same for several posts that this colleague did not thank for yet; one query."""
    rows = (
        Share.objects.filter(post__in=list(posts), enrolment__isnull=False)
        .exclude(state=Share.State.NOT_POSTED)
        .exclude(enrolment__member=by)
        .filter(link__days__kind=Kind.HUMAN, link__days__count__gt=0)
        .order_by()
        .values_list("post_id")
        .annotate(Count("enrolment", distinct=True), Sum("link__days__count"))
    )
    return {
        post: Thankable(
            anybody=True,
            again=False,
            people=people if people >= FEWEST else None,
            clicks=clicks if people >= FEWEST else None,
        )
        for post, people, clicks in rows
    }


def figure_line(clicks: int) -> str:
    """The concrete figure in the middle of a sentence, in the present language."""
    return ngettext(
        "your post was clicked %(n)s time", "your post was clicked %(n)s times", clicks
    ) % {"n": figure(clicks)}


def sender_line(row: Thanks) -> str:
    """Who it is from: name and function, or somebody who has deleted the account."""
    return sender_of(row.by_name, row.by_function)


def sender_of(name: str, function: str) -> str:
    return ", ".join(part for part in (name or _("A colleague"), function) if part)


def received(
    *, pk: int, text: str, name: str, function: str, title: str | None, clicks: int, at: datetime
) -> Received:
    """In the present language. ``name`` "" is somebody who has deleted the account."""
    sender = sender_of(name, function)
    return Received(
        pk=pk,
        text=text,
        from_line=f"{sender} · {figure_line(clicks)}" if clicks else sender,
        initials=_initials(name),
        post_title=title or "",
        clicks=clicks,
        given_at=at,
    )


def _received(row: Thanks) -> Received:
    return received(
        pk=row.pk,
        text=row.text,
        name=row.by_name,
        function=row.by_function,
        title=row.post.title if row.post else "",
        clicks=row.clicks,
        at=row.given_at,
    )


def _initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))
