"""Thanks as a person reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import ngettext

from vaandel.ambassadors.models import Enrolment
from vaandel.components.figures import figure
from vaandel.links.models import Kind
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.recognition.models import Thanks
from vaandel.shares.models import Share

MOST: Final = 20
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
    is_new: bool


def thanks_for(enrolment: Enrolment, *, limit: int = MOST) -> list[Received]:
    """Newest first."""
    rows = (
        Thanks.objects.filter(to=enrolment)
        .select_related("post")
        .order_by("-given_at", "-pk")[:limit]
    )
    return [_received(row) for row in rows]


def latest_thanks(enrolment: Enrolment) -> Received | None:
    return next(iter(thanks_for(enrolment, limit=1)), None)


@dataclass(frozen=True, slots=True)
class Thankable:
    """Whom a thank-you for a post would reach. ``people`` is None under five."""

    anybody: bool
    people: int | None
    clicks: int


def thankable(post: Post, *, by: Member) -> Thankable:
    """People whose share of this post was clicked and whom ``by`` did not thank for it yet."""
    rows = (
        Share.objects.filter(post=post, enrolment__isnull=False)
        .exclude(state=Share.State.NOT_POSTED)
        .exclude(thanks__by=by)
        .filter(link__days__kind=Kind.HUMAN, link__days__count__gt=0)
        .aggregate(
            people=Count("enrolment", distinct=True), clicks=Sum("link__days__count", default=0)
        )
    )
    people = rows["people"]
    shown = people if people >= FEWEST else None
    return Thankable(anybody=people > 0, people=shown, clicks=rows["clicks"])


def _received(row: Thanks) -> Received:
    return Received(
        pk=row.pk,
        text=row.text,
        from_line=_from_line(row),
        initials=_initials(row.by_name),
        post_title=row.post.title if row.post else "",
        clicks=row.clicks,
        given_at=row.given_at,
        is_new=row.seen_at is None and row.given_at <= timezone.now(),
    )


def _from_line(row: Thanks) -> str:
    """Who it is from, and the concrete figure."""
    person = ", ".join(part for part in (row.by_name, row.by_function) if part)
    clicks = ngettext(
        "your post was clicked %(n)s time", "your post was clicked %(n)s times", row.clicks
    ) % {"n": figure(row.clicks)}
    return f"{person} · {clicks}" if row.clicks else person


def _initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))
