"""The mail "your share brought …": the figure, the post, one's own words, and a named person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator

from vaandel.ambassadors.quiet import pairs_of
from vaandel.ambassadors.tokens import mail_choices_url, one_click_url
from vaandel.components.figures import day
from vaandel.lib.open_hours import OpenHours, zone_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import compose_message
from vaandel.organizations.branding import Look
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.recognition.mails import channel_name, picture_of
from vaandel.recognition.models import Result

GOOD_FOR: Final = timedelta(days=7)
QUOTED: Final = 160


@dataclass(frozen=True, slots=True)
class Told:
    """One share in the mail."""

    title: str
    clicks: int
    shared_on: str
    channel: str
    words: str


def compose_result(
    results: Sequence[Result], *, look: Look, hours: OpenHours, at: datetime
) -> OutgoingMessage:
    """To one person, about at most three shares, the best first. Not saved."""
    first = results[0]
    user, organization = first.enrolment.member.user, first.organization
    person = person_of(first.share.post, other_than=first.enrolment.member)
    impact = reverse("impact:mine", args=[organization.slug])
    with translation.override(user.language), timezone.override(zone_of(user.time_zone)):
        told = [told_of(row) for row in results]
    return compose_message(
        key=f"result:{first.pk}",
        kind="result",
        template="recognition/mails/result",
        context={
            "place": organization.name,
            "brand": look.brand,
            "first_name": user.first_name,
            "best": told[0],
            "others": told[1:],
            "picture": picture_of(first.share.post),
            "person": person.user.display_name if person else "",
            "function": person.job_title if person else "",
            "impact_url": f"{settings.PUBLIC_URL}{impact}?period=all",
            "choices_url": mail_choices_url(first.enrolment),
        },
        to_address=user.email,
        to_name=user.name,
        from_name=organization.name,
        reply_to=person.user.email if person else look.reply_to,
        language=user.language,
        time_zone=user.time_zone,
        unsubscribe_url=one_click_url(first.enrolment),
        list_id=f"results.{organization.slug}",
        tenant=organization.pk,
        person=user.pk,
        windows=pairs_of(hours, at=at, good_for=GOOD_FOR),
        good_for=GOOD_FOR,
        at=at,
    )


def told_of(row: Result) -> Told:
    """In the language and time zone in use."""
    share = row.share
    return Told(
        title=share.post.title,
        clicks=row.clicks,
        shared_on=day(share.opened_at, year=False),
        channel=channel_name(share.channel),
        words=Truncator(share.text).chars(QUOTED),
    )


def person_of(post: Post, *, other_than: Member) -> Member | None:
    """Whom an answer reaches: the contact of the post, else who approved it, else the owner of
    the programme; never the one who gets the mail."""
    for person in (post.contact, post.reviewed_by, post.programme.owner):
        if (
            person is not None
            and person.pk != other_than.pk
            and person.status == Member.Status.ACTIVE
            and person.user.is_active
        ):
            return person
    return None
