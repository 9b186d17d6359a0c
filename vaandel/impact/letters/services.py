"""Writing the letters: on the first working day of the month, from nine, once to each owner."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from vaandel.impact.letters.figures import Figures, Month, figures_of
from vaandel.impact.letters.mails import compose_letter, letter_key
from vaandel.impact.models import LetterStopped
from vaandel.lib.open_hours import as_pairs, zone_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import queue_composed, withdraw_kind
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.open_hours import open_hours_at
from vaandel.organizations.rounds import in_each, running

FROM: Final = time(9)
# Where the clock was away on that day, the letter comes some days later; then no more.
LATE: Final = timedelta(days=7)


def send_letters() -> int:
    """Queue the letters that are due, in all organisations that have not stopped; how many."""
    now = timezone.now()
    return in_each(running(), lambda organization: send_letters_of(organization, at=now))


def send_letters_of(organization: Organization, *, at: datetime) -> int:
    month = Month.before(at.astimezone(zone_of(organization.time_zone)).date())
    if organization.created_at >= month.end:
        return 0
    owners = [owner for owner in owners_to_write(month) if is_time(owner, at)]
    if not owners:
        return 0
    figures = figures_of(month)
    if figures.is_empty:
        return 0
    with transaction.atomic():
        queue_composed([letter(owner, figures, month, at=at) for owner in owners])
    return len(owners)


def owners_to_write(month: Month) -> list[Member]:
    """Who wants the letter of this month and did not get it yet; two queries."""
    owners = (
        Member.objects.filter(is_owner=True, status=Member.Status.ACTIVE, user__is_active=True)
        .exclude(pk__in=LetterStopped.objects.values("member"))
        .select_related("user", "organization")
        .order_by("pk")
    )
    by_key = {letter_key(owner, month): owner for owner in owners}
    known = set(OutgoingMessage.objects.filter(key__in=by_key).values_list("key", flat=True))
    return [owner for key, owner in by_key.items() if key not in known]


def is_time(owner: Member, at: datetime) -> bool:
    """From nine on the first working day of the month where the owner is."""
    due = due_from(owner, at)
    return due is not None and due <= at < due + LATE


def due_from(owner: Member, at: datetime) -> datetime | None:
    zone = zone_of(owner.user.time_zone)
    first = at.astimezone(zone).date().replace(day=1)
    start = datetime.combine(first, time(), zone)
    windows = open_hours_at(owner.organization, owner.user.time_zone).windows(
        start, start + timedelta(days=14)
    )
    if not windows:
        return None
    nine = datetime.combine(windows[0][0].astimezone(zone).date(), FROM, zone)
    return max(windows[0][0], nine)


def letter(owner: Member, figures: Figures, month: Month, *, at: datetime) -> OutgoingMessage:
    hours = open_hours_at(owner.organization, owner.user.time_zone)
    end = at + LATE
    windows = as_pairs(hours.windows(at, end) or [(end, end)])
    return compose_letter(owner, figures, month, windows=windows, good_for=LATE, at=at)


@transaction.atomic
def stop_letters(*, member: Member, at: datetime) -> None:
    """No more letters to this owner, also not the one that waits. Twice is once."""
    LetterStopped.objects.get_or_create(
        organization_id=member.organization_id, member=member, defaults={"at": at}
    )
    withdraw_kind(tenant=member.organization_id, kind="letter", person=member.user_id)


@transaction.atomic
def resume_letters(*, member: Member) -> None:
    LetterStopped.objects.filter(member=member).delete()


def wants_letters(member: Member) -> bool:
    return not LetterStopped.objects.filter(member=member).exists()
