"""Reads across tables: what was shared and not answered yet, what colleagues wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, FilteredRelation, Q, When
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.channels.registry import CHANNELS, DEFAULT
from vaandel.organizations.models import Organization
from vaandel.posts.models import MediaAsset, Post, PostPicture
from vaandel.shares.models import Share

# After this nobody remembers; a question that stays is a nag.
ASK_FOR: Final = timedelta(days=14)
NOT_ASKED: Final = ("qr",)
COMPARED: Final = 100


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
    at = now or timezone.now()
    shares = Share.objects.filter(
        Q(ask_again_at=None) | Q(ask_again_at__lte=at),
        enrolment=enrolment,
        state=Share.State.OPENED,
        opened_at__gt=at - ASK_FOR,
    ).exclude(channel__in=NOT_ASKED)
    if post is not None:
        shares = shares.filter(post=post)
    return [as_unanswered(share) for share in shares.select_related("post").order_by("-pk")[:3]]


def as_unanswered(share: Share) -> Unanswered:
    """``share`` comes with its post."""
    channel = CHANNELS[share.channel]
    return Unanswered(
        share_id=share.pk,
        post_id=share.post_id,
        post_title=share.post.title,
        channel=share.channel,
        channel_name=str(channel.name),
        opened_at=share.opened_at,
        takes_permalink=bool(channel.permalink_hosts),
        permalink_example=f"https://{(*channel.permalink_hosts, '')[0].strip('*')}/…",
        text=share.text,
    )


def texts_of_colleagues(post: Post, enrolment: Enrolment) -> list[str]:
    """What others wrote with this post, newest first. Texts only: whose they are is not read."""
    shares = (
        Share.objects.filter(post=post)
        .exclude(enrolment=enrolment)
        .exclude(state=Share.State.NOT_POSTED)
        .exclude(text="")
    )
    return list(shares.order_by("-pk").values_list("text", flat=True)[:COMPARED])


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


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reminder that was asked for and did not come yet, with the words written so far."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Habits:
    """Which channels somebody uses, the first one first, and what waits for this post."""

    channels: Sequence[str] = ()
    instance: str = ""
    waiting: Waiting | None = None

    @property
    def first(self) -> str:
        return self.channels[0] if self.channels else DEFAULT


def habits(enrolment: Enrolment, post: Post) -> Habits:
    """From the settings, in one query with the reminder. Unknown channels are left out."""
    rows = list(
        Enrolment.objects.filter(pk=enrolment.pk)
        .annotate(
            waiting=FilteredRelation(
                "reminders", condition=Q(reminders__post=post, reminders__sent_at=None)
            )
        )
        .order_by("channels__pk")
        .values_list("channels__channel", "channels__instance", "waiting__at", "waiting__text")
    )
    uses = [(key, instance) for key, instance, _at, _text in rows if key in CHANNELS]
    at, text = rows[0][2:] if rows else (None, "")
    return Habits(
        channels=[key for key, _instance in uses],
        instance=next((instance for key, instance in uses if key == "mastodon"), ""),
        waiting=Waiting(at, text) if at else None,
    )
