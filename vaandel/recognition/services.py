"""Saying thanks to the people who shared a post, each with their own figure.

The one who thanks never learns who they are: a message goes to everybody whose share was clicked.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from vaandel.ambassadors.models import Consent, Enrolment, Purpose
from vaandel.ambassadors.quiet import open_hours_of
from vaandel.links.models import Kind
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import queue_composed
from vaandel.organizations.audit import record
from vaandel.organizations.branding import look_of
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Post
from vaandel.recognition.mails import compose_thanks
from vaandel.recognition.models import Result, Thanks
from vaandel.recognition.queries import thankable_shares

logger = logging.getLogger("vaandel.recognition")

BATCH: Final = 500
# A transaction holds SQLite's only pen: it must be short.
MAIL_BATCH: Final = 25


@dataclass(frozen=True, slots=True)
class Clicked:
    """A share with measured clicks, of somebody who can be thanked."""

    share_id: int
    enrolment_id: int
    clicks: int


def clicked_shares(post: Post, *, by: Member) -> list[Clicked]:
    """The most clicked share of each person, of those with at least one measured click."""
    rows = (
        thankable_shares(post, by=by)
        .annotate(
            clicks=Coalesce(Sum("link__days__count", filter=Q(link__days__kind=Kind.HUMAN)), 0)
        )
        .filter(clicks__gt=0)
        .order_by("enrolment_id", "-clicks", "pk")
        .values_list("pk", "enrolment_id", "clicks")
    )
    best: dict[int, Clicked] = {}
    for share_id, enrolment_id, clicks in rows:
        if enrolment_id is not None:
            best.setdefault(enrolment_id, Clicked(share_id, enrolment_id, clicks))
    return list(best.values())


@transaction.atomic
def thank(*, post: Post, by: Member, text: str, at: datetime) -> int:
    """Thank everybody whose share of this post was clicked; how many thanks are new.

    A person is thanked once by the same colleague for the same post, however often it is
    pressed: presses wait for each other. Mails follow, to those who asked for them.
    """
    Post.objects.select_for_update().get(pk=post.pk)
    results = clicked_shares(post, by=by)
    wants_mail = set(
        Consent.objects.filter(
            purpose=Purpose.RESULT_MAILS, revoked_at=None, organization=post.organization_id
        ).values_list("enrolment", flat=True)
    )
    Thanks.objects.bulk_create(
        [
            Thanks(
                organization_id=post.organization_id,
                by=by,
                by_name=by.user.display_name,
                by_function=by.job_title,
                to_id=result.enrolment_id,
                post=post,
                share_id=result.share_id,
                text=text.strip()[:500],
                clicks=result.clicks,
                given_at=at,
                mail_pending=result.enrolment_id in wants_mail,
            )
            for result in results
        ],
        batch_size=BATCH,
    )
    if results:
        record(
            by=by,
            action="thanks.given",
            subject=f"post:{post.pk}",
            detail={"title": post.title},
            at=at,
        )
    return len(results)


def put_thanks_away(*, thanks: Thanks, at: datetime) -> None:
    """Off *Today*; it stays on *My impact*."""
    Thanks.objects.filter(pk=thanks.pk, put_away_at=None).update(put_away_at=at)


def put_result_away(*, result: Result, at: datetime) -> None:
    """Also what the same share had brought before: the newer says more."""
    Result.objects.filter(share=result.share_id, seen_at=None).update(seen_at=at)


def send_pending_thanks() -> int:
    """Queue the mails of thanks that were given; how many thanks were handled.

    Asked again here: an opt-in may have been taken back since, and who pauses reads it in the
    app. A mail's key keeps it from being queued twice.
    """
    now = timezone.now()
    with every_tenant(), transaction.atomic():
        rows = list(
            Thanks.objects.select_for_update(of=("self",))
            .filter(mail_pending=True, organization__stopped_at=None)
            .select_related("organization", "post", "share", "by__user", "to__member__user")
            .order_by("pk")[:MAIL_BATCH]
        )
        still = set(
            Consent.objects.filter(
                purpose=Purpose.RESULT_MAILS,
                revoked_at=None,
                enrolment__in=Enrolment.objects.active(now.date()).filter(
                    pk__in={row.to_id for row in rows}
                ),
                enrolment__member__status=Member.Status.ACTIVE,
                enrolment__member__user__is_active=True,
            ).values_list("enrolment", flat=True)
        )
        queue_composed(_mails_of([row for row in rows if row.to_id in still], at=now))
        Thanks.objects.filter(pk__in=[row.pk for row in rows]).update(mail_pending=False)
    return len(rows)


def _mails_of(rows: list[Thanks], *, at: datetime) -> list[OutgoingMessage]:
    """One that cannot be written keeps back no other: the thanks stand in the app all the same."""
    hours = open_hours_of({row.to_id for row in rows})
    organizations = {row.organization_id: row.organization for row in rows}
    looks = {pk: look_of(organization) for pk, organization in organizations.items()}
    messages = []
    for row in rows:
        try:
            messages.append(
                compose_thanks(row, look=looks[row.organization_id], hours=hours[row.to_id], at=at)
            )
        except Exception:
            logger.exception("A mail of thanks could not be written.", extra={"thanks": row.pk})
    return messages
