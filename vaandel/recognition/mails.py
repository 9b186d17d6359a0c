"""The mail that brings a thank-you, with the concrete figure in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from vaandel.ambassadors.quiet import pairs_of
from vaandel.ambassadors.tokens import mail_choices_url, one_click_url
from vaandel.channels.registry import CHANNELS
from vaandel.components.figures import day
from vaandel.delivery.pictures import mail_picture
from vaandel.lib.open_hours import OpenHours, zone_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import compose_message
from vaandel.organizations.branding import Look
from vaandel.posts.models import Post, PostPicture
from vaandel.recognition.models import Thanks
from vaandel.recognition.queries import sender_line

# Ways of sharing that are no place: "via Copy text" says nothing.
PLACELESS: Final = frozenset({"copy", "share_sheet", "qr"})


GOOD_FOR: Final = timedelta(days=14)


def compose_thanks(row: Thanks, *, look: Look, hours: OpenHours, at: datetime) -> OutgoingMessage:
    """To one person, in their language; an answer goes to who said thanks. Not saved: for
    ``queue_composed``."""
    user = row.to.member.user
    impact = reverse("impact:mine", args=[row.organization.slug])
    with translation.override(user.language), timezone.override(zone_of(user.time_zone)):
        sender = sender_line(row)
        channel = channel_name(row.share.channel) if row.share else ""
        shared_on = day(row.share.opened_at, year=False) if row.share else ""
    return compose_message(
        key=f"thanks:{row.pk}",
        kind="thanks",
        template="recognition/mails/thanks",
        context={
            "place": row.organization.name,
            "brand": look.brand,
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
        from_name=row.by_name or row.organization.name,
        reply_to=row.by.user.email if row.by and row.by_name else look.reply_to,
        language=user.language,
        time_zone=user.time_zone,
        unsubscribe_url=one_click_url(row.to),
        list_id=f"thanks.{row.organization.slug}",
        tenant=row.organization_id,
        person=user.pk,
        windows=pairs_of(hours, at=at, good_for=GOOD_FOR),
        good_for=GOOD_FOR,
        at=at,
    )


def channel_name(key: str) -> str:
    """The name of the network; "" for a way of sharing that is no place."""
    return str(CHANNELS[key].name) if key in CHANNELS and key not in PLACELESS else ""


def picture_of(post: Post | None) -> str:
    """The whole address of the post's first picture, cut for a mail; "" without one."""
    first = PostPicture.objects.filter(post=post).select_related("asset").order_by("position")[:1]
    found = [mail_picture(str(row.asset.file.name)) for row in first]
    return f"{settings.PUBLIC_URL}{found[0]}" if found and found[0] else ""
