"""Reads across tables: what was shared and not answered yet, what colleagues wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.channels.registry import CHANNELS
from vaandel.organizations.models import Organization
from vaandel.posts.models import MediaAsset, Post, PostPicture
from vaandel.shares.models import Share

# After this nobody remembers; a question that stays is a nag.
ASK_FOR: Final = timedelta(days=14)
NOT_ASKED: Final = ("qr",)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A share of which we do not know whether it was posted."""

    share_id: int
    post_id: int
    post_title: str
    channel: str
    channel_name: str
    opened_at: datetime
    takes_permalink: bool
    permalink_example: str
    text: str


def unanswered(
    enrolment: Enrolment, *, now: datetime | None = None, post: Post | None = None
) -> list[Unanswered]:
    """Shares to ask about, newest first; at most three. Nothing that was put off until later."""
    shares = unanswered_shares(enrolment, at=now or timezone.now(), post=post)
    return [as_unanswered(share) for share in shares.select_related("post").order_by("-pk")[:3]]


def unanswered_shares(
    enrolment: Enrolment, *, at: datetime, post: Post | None = None
) -> QuerySet[Share]:
    """Those to ask about, all of them, or only of one post."""
    shares = Share.objects.filter(
        Q(ask_again_at=None) | Q(ask_again_at__lte=at),
        enrolment=enrolment,
        state=Share.State.OPENED,
        opened_at__gt=at - ASK_FOR,
    ).exclude(channel__in=NOT_ASKED)
    return shares if post is None else shares.filter(post=post)


def as_unanswered(share: Share) -> Unanswered:
    """``share`` comes with its post."""
    return unanswered_line(
        share_id=share.pk,
        post_id=share.post_id,
        post_title=share.post.title,
        channel=share.channel,
        opened_at=share.opened_at,
        text=share.text,
    )


def unanswered_line(
    *, share_id: int, post_id: int, post_title: str, channel: str, opened_at: datetime, text: str
) -> Unanswered:
    network = CHANNELS[channel]
    return Unanswered(
        share_id=share_id,
        post_id=post_id,
        post_title=post_title,
        channel=channel,
        channel_name=str(network.name),
        opened_at=opened_at,
        takes_permalink=bool(network.permalink_hosts),
        permalink_example=f"https://{(*network.permalink_hosts, '')[0].strip('*')}/…",
        text=text,
    )


def first_picture(post: Post) -> MediaAsset | None:
    row = (
        PostPicture.objects.filter(post=post)
        .select_related("asset")
        .order_by("position", "pk")
        .first()
    )
    return row.asset if row else None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Something else to read for somebody outside."""

    title: str
    summary: str
    target_url: str


def other_posts(organization: Organization, language: str) -> list[Elsewhere]:
    """At most three live posts that are for everybody, in the reader's language first.

    Their addresses are those of the articles themselves: nobody shared them here, so there
    is nothing to count.
    """
    posts = Post.objects.filter(
        organization=organization, state=Post.State.LIVE, audience_units=None
    ).exclude(target_url="")
    newest = posts.order_by(
        Case(When(language=language.partition("-")[0], then=0), default=1), "-published_at", "-pk"
    )
    rows = newest.values_list("title", "summary", "target_url")[:3]
    return [Elsewhere(title, summary, target) for title, summary, target in rows]
