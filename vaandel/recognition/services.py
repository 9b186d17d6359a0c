"""Saying thanks to the people who shared a post, each with their own figure.

The one who thanks never learns who they are: a message goes to everybody whose share was clicked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from vaandel.links.models import Kind
from vaandel.organizations.audit import record
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.recognition.models import Thanks
from vaandel.shares.models import Share

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Result:
    """A share with measured clicks, of somebody who can be thanked."""

    share_id: int
    enrolment_id: int
    clicks: int


def clicked_shares(post: Post) -> list[Result]:
    """The most clicked share of each person, of those with at least one measured click."""
    rows = (
        Share.objects.filter(post=post, enrolment__isnull=False)
        .exclude(state=Share.State.NOT_POSTED)
        .annotate(
            clicks=Coalesce(Sum("link__days__count", filter=Q(link__days__kind=Kind.HUMAN)), 0)
        )
        .filter(clicks__gt=0)
        .order_by("enrolment_id", "-clicks", "pk")
        .values_list("pk", "enrolment_id", "clicks")
    )
    best: dict[int, Result] = {}
    for share_id, enrolment_id, clicks in rows:
        if enrolment_id is not None:
            best.setdefault(enrolment_id, Result(share_id, enrolment_id, clicks))
    return list(best.values())


@transaction.atomic
def thank(*, post: Post, by: Member, text: str, at: datetime) -> int:
    """Thank everybody whose share of this post was clicked; how many thanks are new.

    A person is thanked once by the same colleague for the same share, however often it is pressed.
    """
    fresh = [
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
        )
        for result in clicked_shares(post)
    ]
    before = Thanks.objects.filter(by=by, post=post).count()
    Thanks.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=BATCH)
    new = Thanks.objects.filter(by=by, post=post).count() - before
    if new:
        record(by=by, action="thanks.given", subject=f"post:{post.pk}", at=at)
    return new


def mark_seen(*, enrolment_id: int, at: datetime) -> int:
    return Thanks.objects.filter(to_id=enrolment_id, seen_at=None).update(seen_at=at)
