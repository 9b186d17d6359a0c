"""The mail that brings a thank-you, with the concrete figure in it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from vaandel.ambassadors.tokens import mail_choices_url, one_click_url
from vaandel.channels.registry import CHANNELS
from vaandel.components.figures import day
from vaandel.delivery.pictures import mail_picture
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import compose_message
from vaandel.posts.models import Post, PostPicture
from vaandel.recognition.models import Thanks
from vaandel.recognition.queries import sender_line

# Ways of sharing that are no place: "via Copy text" says nothing.
PLACELESS: Final = frozenset({"copy", "share_sheet", "qr"})


def compose_thanks(row: Thanks, *, at: datetime) -> OutgoingMessage:
    """To one person, in their language. Not saved: for ``queue_composed``."""
    user = row.to.member.user
    impact = reverse("impact:mine", args=[row.organization.slug])
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
        sender = sender_line(row)
        channel = channel_of(row)
        shared_on = day(row.share.opened_at, year=False) if row.share else ""
    return compose_message(
        key=f"thanks:{row.pk}",
        kind="thanks",
        template="recognition/mails/thanks",
        context={
            "place": row.organization.name,
            "first_name": user.first_name,
            "title": row.post.title if row.post else "",
            "shared_on": shared_on,
            "channel": channel,
            "picture": picture_of(row.post),
            "clicks": row.clicks,
            "text": row.text,
            "sender": sender,
            "impact_url": f"{settings.PUBLIC_URL}{impact}",
            "choices_url": mail_choices_url(row.to),
        },
        to_address=user.email,
        to_name=user.name,
        from_name=row.organization.name,
        language=user.language,
        time_zone=user.time_zone,
        unsubscribe_url=one_click_url(row.to),
        tenant=row.organization_id,
        person=user.pk,
        at=at,
    )


def channel_of(row: Thanks) -> str:
    """The name of the network; "" for a share without one."""
    key = row.share.channel if row.share else ""
    return str(CHANNELS[key].name) if key in CHANNELS and key not in PLACELESS else ""


def picture_of(post: Post | None) -> str:
    """The whole address of the post's first picture, cut for a mail; "" without one."""
    first = PostPicture.objects.filter(post=post).select_related("asset").order_by("position")[:1]
    found = [mail_picture(str(row.asset.file.name)) for row in first]
    return f"{settings.PUBLIC_URL}{found[0]}" if found and found[0] else ""
