"""Small reads of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Subquery

from vaandel.accounts.models import User
from vaandel.ambassadors.models import Enrolment
from vaandel.mailing.models import OutgoingMessage

# Until tomorrow is no pause.
SHORTEST_PAUSE: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class PauseSuggestion:
    """A day to which a pause may run, and in how many weeks that is."""

    weeks: int
    until: date


def pause_suggestions(today: date) -> list[PauseSuggestion]:
    """Monday of next week, and of the second and fourth week; on a weekend, of the week after."""
    monday = today + timedelta(days=7 - today.weekday())
    if monday - today < SHORTEST_PAUSE:
        monday += timedelta(weeks=1)
    return [PauseSuggestion(weeks, monday + timedelta(weeks=weeks - 1)) for weeks in (1, 2, 4)]


def moved_people(limit: int) -> list[Enrolment]:
    """Who takes part and has another time zone by now than a mail that waits for them."""
    zone = User.objects.filter(pk=OuterRef("person")).values("time_zone")
    own = Enrolment.objects.filter(
        organization_id=OuterRef("tenant"), member__user_id=OuterRef("person")
    )
    waiting = (
        OutgoingMessage.objects.filter(state=OutgoingMessage.State.QUEUED, essential=False)
        .exclude(windows=[])
        .annotate(zone_now=Subquery(zone))
        .exclude(time_zone=F("zone_now"))
        .filter(Exists(own))
    )
    pairs = set(waiting.values_list("tenant", "person").distinct()[:limit])
    enrolments = Enrolment.objects.filter(
        organization_id__in={tenant for tenant, _person in pairs},
        member__user_id__in={person for _tenant, person in pairs},
    ).select_related("member__user")
    return [row for row in enrolments if (row.organization_id, row.member.user_id) in pairs]
