"""Whom to look at: who has something new to hear of and may perhaps be turned to now.

Only a sieve, so that a planner that runs every minute does not look at everybody. Who is
let through is looked at exactly in ``approaching``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q

from vaandel.ambassadors.models import Enrolment, EnrolmentQuerySet, Leave, Rhythm
from vaandel.delivery.calendar import monday_of, today_of
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.planning.moments import is_digest_moment
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.open_hours import open_hours_at
from vaandel.posts.models import Post

LOOKED_AT: Final = 5000
# A transaction holds SQLite's only pen: it must be short.
BATCH: Final = 500
SHORT_BATCH: Final = 25
# In every time zone the week of this moment has begun.
MONDAY_EVERYWHERE: Final = timedelta(hours=14)
A_WEEK: Final = timedelta(days=8)

NEW: Final = Q(mailed_at=None) | Q(state=Ask.State.POSTPONED, mailed_at__lt=F("answered_at"))


def candidates(organization: Organization, *, at: datetime) -> Iterator[list[int]]:
    """The ids of enrolments to look at, in small batches, in order."""
    size = BATCH if connection.features.has_select_for_update else SHORT_BATCH
    people = _people(organization, at=at).order_by("pk").values_list("pk", flat=True)
    last = 0
    while True:
        found = list(people.filter(pk__gt=last)[:LOOKED_AT])
        for start in range(0, len(found), size):
            yield found[start : start + size]
        if len(found) < LOOKED_AT:
            return
        last = found[-1]


def _people(organization: Organization, *, at: datetime) -> EnrolmentQuerySet:
    today = today_of(at, organization.time_zone)
    # Tomorrow, so that what rests until "today" somewhere east is seen.
    waiting = Ask.objects.open(now=at, today=today + timedelta(days=1)).filter(
        NEW, enrolment_id=OuterRef("pk")
    )
    this_week = monday_of(at, "UTC") + MONDAY_EVERYWHERE
    had_one = Approach.across_tenants.filter(
        enrolment_id=OuterRef("pk"), at__gte=this_week
    ).exclude(kind=Approach.Kind.URGENT)
    now = ~Q(Exists(had_one)) & _moment(organization, at=at)
    if Post.objects.filter(state=Post.State.LIVE, urgent=True).exists():
        now |= Q(Exists(waiting.filter(post__urgent=True)))
    return (
        Enrolment.objects.active(today)
        .exclude(rhythm=Rhythm.IN_APP)
        .filter(member__status=Member.Status.ACTIVE, member__user__is_active=True)
        .filter(now, Exists(waiting))
    )


def _moment(organization: Organization, *, at: datetime) -> Q:
    """Whose moment it is, or may be because they have hours of their own or are on leave."""
    if settings.DEMO:
        return Q(pk__gt=0)
    zones = Member.objects.filter(enrolments__isnull=False).values_list(
        "user__time_zone", flat=True
    )
    open_now = [
        zone
        for zone in set(zones.order_by().distinct())
        if is_digest_moment(open_hours_at(organization, zone), at)
    ]
    leave = Leave.across_tenants.filter(
        enrolment_id=OuterRef("pk"),
        last_day__gte=(at - A_WEEK).date(),
        first_day__lte=(at + A_WEEK).date(),
    )
    return Q(member__user__time_zone__in=open_now) | Q(quiet_hours__isnull=False) | Q(Exists(leave))
