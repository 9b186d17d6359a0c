"""Whom a correction concerns, as a number; and what somebody reads about what they shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Correction
from vaandel.lib.suppression import too_few
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.shares.models import Share


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom it would reach. ``people`` is None under five."""

    anybody: bool
    people: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """A correction as the studio shows it. ``people`` is None under five, and until all know."""

    text: str
    by_name: str
    at: datetime
    done: bool
    people: int | None


def shares_of(post: Post) -> QuerySet[Share]:
    """What may have been posted: whoever said that it was not is left out."""
    return Share.objects.filter(post=post, enrolment__isnull=False).exclude(
        state=Share.State.NOT_POSTED
    )


def sharers_of(post: Post) -> QuerySet[Enrolment]:
    """Who is told: everybody who shared it and has not left, also who has paused."""
    return Enrolment.objects.filter(
        pk__in=shares_of(post).values("enrolment"),
        member__status=Member.Status.ACTIVE,
        member__user__is_active=True,
    ).exclude(state=Enrolment.State.LEFT)


def audience_of(post: Post) -> Audience:
    people = sharers_of(post).count()
    return Audience(anybody=people > 0, people=None if too_few(people) else people)


def told_about(post: Post) -> list[Told]:
    """Newest first."""
    return [
        Told(
            text=row.text,
            by_name=name_of(row.by_name),
            at=row.at,
            done=row.done_at is not None,
            people=row.told if row.done_at and not too_few(row.told) else None,
        )
        for row in Correction.objects.filter(post=post).order_by("-pk")
    ]


def name_of(by_name: str) -> str:
    """Who wrote it, also when the account has been deleted since."""
    return by_name or _("A colleague")
