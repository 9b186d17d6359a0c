"""Telling channels of the organisation what can be shared.

A channel hears of live posts on its topics that are meant for everybody, published since it
was connected: urgent ones first, then the newest, at most one a day and so many a week, in
the organisation's open hours. A notice's key names the channel and the day, so that of two
clocks at work one is too late.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from vaandel.delivery.calendar import today_of
from vaandel.delivery.chat.card import Button, Card, Message, as_data
from vaandel.delivery.everybody import OpenPost, join_address, open_posts, reads_as
from vaandel.delivery.models import ChatConnection, Notice
from vaandel.delivery.notices import queue_notices
from vaandel.delivery.pictures import chat_picture
from vaandel.lib.open_hours import OpenHours, as_pairs, zone_of
from vaandel.organizations.models import Organization
from vaandel.organizations.open_hours import open_hours_at
from vaandel.organizations.rounds import in_each
from vaandel.organizations.tenancy import every_tenant

KIND: Final = "channel"
WEEK: Final = timedelta(days=7)
GOOD_FOR: Final = timedelta(days=2)
# What was published longer ago is no news in a channel.
FRESH: Final = timedelta(days=14)


def announce_posts() -> int:
    """Tell the channels that may hear of something now, in all organisations; how many."""
    now = timezone.now()
    with every_tenant():
        connected = ChatConnection.objects.filter(enrolment=None, gone=False)
        organizations = list(
            Organization.objects.filter(
                pk__in=connected.values("organization"), stopped_at=None
            ).order_by("pk")
        )
    return in_each(organizations, lambda organization: announce_posts_of(organization, at=now))


def announce_posts_of(organization: Organization, *, at: datetime) -> int:
    hours = open_hours_at(organization)
    if not hours.is_open(at):
        return 0
    channels = ChatConnection.objects.filter(enrolment=None, gone=False).prefetch_related("topics")
    notices = [
        notice
        for channel in channels.order_by("pk")
        if (notice := _next_for(channel, organization, hours, at=at)) is not None
    ]
    with transaction.atomic():
        queue_notices(notices)
    return len(notices)


def _next_for(
    channel: ChatConnection, organization: Organization, hours: OpenHours, *, at: datetime
) -> Notice | None:
    lately = Notice.objects.filter(connection=channel, created_at__gt=at - FRESH)
    known = list(lately.values_list("post_id", "created_at"))
    today = today_of(at, organization.time_zone)
    of_this_week = [moment for _post, moment in known if moment > at - WEEK]
    of_today = [m for m in of_this_week if today_of(m, organization.time_zone) == today]
    if of_today or len(of_this_week) >= channel.per_week:
        return None
    since = max(channel.created_at, at - FRESH)
    told = {post for post, _moment in known}
    posts = open_posts(
        organization,
        at=at,
        topics=[topic.pk for topic in channel.topics.all()],
        language=channel.language,
    )
    post = best_of(post for post in posts if post.published_at >= since and post.pk not in told)
    if post is None:
        return None
    return Notice(
        organization=organization,
        connection=channel,
        post_id=post.pk,
        key=f"channel:{channel.pk}:{today}",
        kind=KIND,
        payload=as_data(announcement(post, organization, language=channel.language)),
        windows=as_pairs(hours.windows(at, at + GOOD_FOR)),
        next_try_at=at,
        created_at=at,
        expires_at=at + GOOD_FOR,
    )


def best_of(posts: Iterable[OpenPost]) -> OpenPost | None:
    """Urgent before other ones, then the newest."""
    return max(posts, key=lambda post: (post.urgent, post.published_at, post.pk), default=None)


def announcement(post: OpenPost, organization: Organization, *, language: str) -> Message:
    """The same for every reader: it cannot know who takes part, and does not tell."""
    zone = zone_of(organization.time_zone)
    with translation.override(reads_as(organization, language)), timezone.override(zone):
        return Message(
            heading=post.title,
            cards=(
                Card(
                    text=post.summary,
                    picture=chat_picture(post.picture),
                    alt=post.alt or post.title,
                    buttons=(Button(_("Look and share"), post.share_url),),
                ),
            ),
            footer=_("Share it in your own words, or not: both are fine."),
            more=Button(_("Take part"), join_address(organization)),
        )
