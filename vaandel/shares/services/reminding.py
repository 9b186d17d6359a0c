"""Rather later: one mail at the moment somebody chose, never in quiet hours."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import OperationalError, transaction
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.quiet import open_hours_for, pairs_of
from vaandel.lib.open_hours import OpenHours, zone_of
from vaandel.mailing.services import GOOD_FOR, queue_composed
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Post
from vaandel.shares.addresses import personal_url
from vaandel.shares.mails import compose_reminder
from vaandel.shares.models import Reminder
from vaandel.shares.services.personal import personal_link

logger = logging.getLogger("vaandel.shares")

FURTHEST: Final = timedelta(days=90)
AT_A_TIME: Final = 200
NOON: Final = time(12, 15)
_DAY: Final = timedelta(days=1)


class NotThen(ValueError):
    """A reminder cannot come at that moment. ``instead``: the first at which it can, if any."""

    def __init__(self, instead: datetime | None) -> None:
        super().__init__("Not at that moment.")
        self.instead = instead


def suggested_moment(hours: OpenHours, *, at: datetime) -> datetime:
    """A moment to propose: a quarter past twelve on the next working day, or when that begins."""
    zone = zone_of(hours.zone)
    tomorrow = at.astimezone(zone).date() + _DAY
    day = next((day for day in _year_from(tomorrow) if hours.works_on(day)), tomorrow)
    noon = datetime.combine(day, NOON, zone)
    if hours.is_open(noon):
        return noon
    return hours.next_open(datetime.combine(day, time(), zone)) or noon


def _year_from(day: date) -> Iterator[date]:
    return (day + timedelta(days=ahead) for ahead in range(366))


@transaction.atomic
def remind_later(
    *, enrolment: Enrolment, post: Post, moment: datetime, text: str, at: datetime
) -> Reminder:
    """Promise a mail about this post, with the words written so far. A new moment replaces the old.

    Raises ``NotThen`` for a moment that is past, too far, or in the person's quiet hours.
    """
    wanted = min(max(moment, at), at + FURTHEST)
    possible = open_hours_for(enrolment).next_open(wanted)
    if possible != moment:
        raise NotThen(possible)
    reminder, _ = Reminder.objects.update_or_create(
        enrolment=enrolment,
        post=post,
        sent_at=None,
        defaults={
            "organization_id": enrolment.organization_id,
            "at": moment,
            "text": text,
            "created_at": at,
        },
    )
    return reminder


def send_due_reminders() -> int:
    """Queue the mails whose moment has come; for the clock. Returns how many were queued.

    They wait while an organisation has stopped sharing.

    A reminder is marked in the transaction that queues its mail, and the mail's key is the
    reminder's, so a second run finds nothing to do.
    """
    now = timezone.now()
    with every_tenant():
        due = Reminder.objects.filter(
            sent_at=None, at__lte=now, organization__stopped_at=None
        ).order_by("at")
        ids = list(due.values_list("pk", flat=True)[:AT_A_TIME])
        return sum(_send_if_possible(reminder_id, now) for reminder_id in ids)


def _send_if_possible(reminder_id: int, now: datetime) -> bool:
    """What is wrong with one, which is always the oldest, must not keep back all others."""
    try:
        return _send(reminder_id, now)
    except OperationalError:
        raise
    except Exception:
        logger.exception("A reminder could not be sent.", extra={"reminder": reminder_id})
        return False


@transaction.atomic
def _send(reminder_id: int, now: datetime) -> bool:
    if not Reminder.objects.filter(pk=reminder_id, sent_at=None).update(sent_at=now):
        return False
    reminder = Reminder.objects.select_related(
        "post", "enrolment__member__user", "organization"
    ).get(pk=reminder_id)
    if not _still_wanted(reminder):
        return False
    hours = open_hours_for(reminder.enrolment)
    opens = hours.next_open(now)
    if opens != now:
        # Their hours have changed since they chose this moment: it comes when they open.
        Reminder.objects.filter(pk=reminder_id).update(
            sent_at=None if opens else now, at=opens or now
        )
        return False
    link = personal_link(enrolment=reminder.enrolment, post=reminder.post, at=now)
    message = compose_reminder(reminder, url=personal_url(link), at=now)
    message.windows = pairs_of(hours, at=now, good_for=GOOD_FOR)
    queue_composed([message])
    return True


def _still_wanted(reminder: Reminder) -> bool:
    enrolment = reminder.enrolment
    if enrolment.state in {Enrolment.State.LEFT, Enrolment.State.INVITED}:
        return False
    return reminder.post.is_live and enrolment.member.status == Member.Status.ACTIVE
