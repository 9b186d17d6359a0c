"""The mail that tells somebody what changed in a post they shared."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.quiet import pairs_of
from vaandel.channels.registry import CHANNELS
from vaandel.components.figures import day
from vaandel.delivery.corrections.queries import name_of, shares_of
from vaandel.delivery.models import Correction
from vaandel.lib.open_hours import OpenHours, zone_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import compose_message
from vaandel.organizations.branding import Look
from vaandel.posts.models import Post
from vaandel.shares.models import Share

# Who is away for long still wants to know.
GOOD_FOR: Final = timedelta(days=30)
MOST_SHARES: Final = 5


@dataclass(frozen=True, slots=True)
class OwnPost:
    """Where somebody shared it. ``permalink`` is "" when they did not tell."""

    channel: str
    day: str
    permalink: str


def shares_told(post: Post, people: list[Enrolment]) -> dict[int, list[Share]]:
    """The newest shares of each of these people, in one query."""
    found: defaultdict[int, list[Share]] = defaultdict(list)
    rows = shares_of(post).filter(enrolment__in=people).order_by("-pk")
    for share in rows:
        if share.enrolment_id and len(found[share.enrolment_id]) < MOST_SHARES:
            found[share.enrolment_id].append(share)
    return found


def compose_correction(
    row: Correction,
    person: Enrolment,
    *,
    shares: list[Share],
    hours: OpenHours,
    look: Look,
    at: datetime,
) -> OutgoingMessage:
    """In the person's language around the editor's words. Not saved: for ``queue_composed``.

    It goes out while sharing is stopped too: that is when it is needed most.
    """
    user, organization = person.member.user, row.organization
    with translation.override(user.language), timezone.override(zone_of(user.time_zone)):
        own = [own_post(share) for share in shares]
        by_name = name_of(row.by_name)
    return compose_message(
        key=f"correction:{row.pk}:{person.pk}",
        kind="correction",
        template="delivery/mails/correction",
        context={
            "place": organization.name,
            "brand": look.brand,
            "first_name": user.first_name,
            "title": row.post.title,
            "text": row.text,
            "by_name": by_name,
            "withdrawn": row.post.state == Post.State.WITHDRAWN,
            "own": own,
            "impact_url": f"{settings.PUBLIC_URL}{reverse('impact:mine', args=[organization.slug])}"
            "?period=all",
        },
        to_address=user.email,
        to_name=user.name,
        from_name=organization.name,
        reply_to=look.reply_to,
        language=user.language,
        time_zone=user.time_zone,
        tenant=row.organization_id,
        person=user.pk,
        windows=pairs_of(hours, at=at, good_for=GOOD_FOR),
        during_stop=True,
        good_for=GOOD_FOR,
        at=at,
    )


def own_post(share: Share) -> OwnPost:
    """In the language and time zone in use."""
    name = str(CHANNELS[share.channel].name) if share.channel in CHANNELS else share.channel
    return OwnPost(channel=name, day=day(share.opened_at, year=False), permalink=share.permalink)
