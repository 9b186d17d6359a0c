"""Rather later: one mail at the moment somebody chose, never in quiet hours."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.mailing.services import queue_message
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Post
from vaandel.shares.addresses import personal_url
from vaandel.shares.models import Reminder
from vaandel.shares.services.personal import personal_link

DAY_STARTS: Final = time(8, 0)
DAY_ENDS: Final = time(18, 0)
FURTHEST: Final = timedelta(days=90)
AT_A_TIME: Final = 200
_SATURDAY: Final = 5


class NotThen(ValueError):
    """A reminder cannot come at that moment. ``instead``: the first moment at which it can."""

    def __init__(self, instead: datetime) -> None:
        super().__init__("Not at that moment.")
        self.instead = instead


def next_open_moment(moment: datetime, time_zone: str) -> datetime:
    """The moment itself in working hours, else eight o'clock on the next working day."""
    local = moment.astimezone(ZoneInfo(time_zone))
    if local.weekday() < _SATURDAY and DAY_STARTS <= local.time() < DAY_ENDS:
        return moment
    day = local.date()
    if local.time() >= DAY_STARTS or local.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, DAY_STARTS, ZoneInfo(time_zone))


def suggested_moment(time_zone: str) -> datetime:
    """A quiet moment to propose: a quarter past twelve on the next working day."""
    tomorrow = timezone.now().astimezone(ZoneInfo(time_zone)) + timedelta(days=1)
    noon = tomorrow.replace(hour=12, minute=15, second=0, microsecond=0)
    while noon.weekday() >= _SATURDAY:
        noon += timedelta(days=1)
    return noon


@transaction.atomic
def remind_later(
    *, enrolment: Enrolment, post: Post, moment: datetime, text: str, at: datetime
) -> Reminder:
    """Promise a mail about this post, with the words written so far. A new moment replaces the old.

    Raises ``NotThen`` for a moment that is past, too far, or in quiet hours.
    """
    zone = enrolment.member.user.time_zone
    wanted = min(max(moment, at), at + FURTHEST)
    possible = next_open_moment(wanted, zone)
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
        return sum(_send(reminder_id, now) for reminder_id in ids)


@transaction.atomic
def _send(reminder_id: int, now: datetime) -> bool:
    if not Reminder.objects.filter(pk=reminder_id, sent_at=None).update(sent_at=now):
        return False
    reminder = Reminder.objects.select_related(
        "post", "enrolment__member__user", "organization"
    ).get(pk=reminder_id)
    if not _still_wanted(reminder):
        return False
    user = reminder.enrolment.member.user
    link = personal_link(enrolment=reminder.enrolment, post=reminder.post, at=now)
    message = queue_message(
        key=f"share-reminder:{reminder.pk}",
        kind="share-reminder",
        template="shares/mails/reminder",
        context={
            "place": reminder.organization.name,
            "first_name": user.first_name,
            "title": reminder.post.title,
            "url": personal_url(link),
        },
        to_address=user.email,
        to_name=user.display_name,
        language=user.language,
        time_zone=user.time_zone,
        tenant=reminder.organization_id,
        person=user.pk,
        at=now,
    )
    return message is not None


def _still_wanted(reminder: Reminder) -> bool:
    enrolment = reminder.enrolment
    if enrolment.state in {Enrolment.State.LEFT, Enrolment.State.INVITED}:
        return False
    return reminder.post.is_live and enrolment.member.status == Member.Status.ACTIVE
