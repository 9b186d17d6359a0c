"""Messages to browsers and chats on their way out: claim, look once more, hand over, note.

Like mails they are rows, claimed with a lease and tried again later and later. What the
person decided since, a pause, stopping, another rhythm, "not this one", is looked at right
before handing over, so nothing has to be withdrawn when it is decided.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.quiet import open_hours_of
from vaandel.delivery import chat, push
from vaandel.delivery.calendar import today_of
from vaandel.delivery.models import Approach, Ask, ChatConnection, Notice, PushSubscription
from vaandel.delivery.outlets import Gone, RefusedForGood, RefusedForNow
from vaandel.delivery.reachable import PUSH, channels_of
from vaandel.lib.processes import asked_to_stop
from vaandel.mailing import queue
from vaandel.mailing.holds import EVERYBODY, held_tenants
from vaandel.mailing.transport import reason
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Post

logger = logging.getLogger("vaandel.delivery")

State = Notice.State
# A service that says nothing holds up each for ten seconds, and their lease is minutes.
BATCH: Final = 10
BATCHES: Final = 20
# Spread over about nine hours; what is not taken by then is in the app.
MOST_ATTEMPTS: Final = 12
KEEP_PAYLOAD: Final = timedelta(days=7)
KEEP_ROW: Final = timedelta(days=100)
NOT_WANTED: Final = "It was not wanted any more."


def queue_notices(notices: Iterable[Notice]) -> None:
    """Put them in the queue; those whose key is there already are left out."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=100)


def send_due_notices() -> int:
    """Hand over what may go now; how many notices got a final answer."""
    handled = 0
    with every_tenant():
        for _ in range(BATCHES):
            claimed = claim_notices(at=timezone.now())
            if not claimed:
                break
            handled += sum(handle(notice) for notice in claimed)
    return handled


def claim_notices(*, at: datetime) -> list[Notice]:
    held = held_tenants()
    if EVERYBODY in held:
        return []
    tenants = [tenant for tenant in held if tenant is not None]
    notices: QuerySet[Notice] = Notice.objects.exclude(organization_id__in=tenants)
    return queue.claim(notices, at=at, size=BATCH)


def handle(notice: Notice) -> bool:
    """Hand over one claimed notice, whatever happens to it; whether it got a final answer."""
    now = timezone.now()
    try:
        # A stop that was pressed since it was claimed counts too.
        held = held_tenants()
        if asked_to_stop() or EVERYBODY in held or notice.organization_id in held:
            queue.give_back(notice)
            return False
        if not queue.start(notice, at=now):
            return False
        return hand_over(notice, at=now)
    except Exception as error:
        # One bad row must not hold up all others.
        logger.exception("A notice could not be sent.", extra={"notice": notice.pk})
        return try_later(notice, reason(error), at=now)


def hand_over(notice: Notice, *, at: datetime) -> bool:
    if notice.attempts >= MOST_ATTEMPTS:
        # Whoever handed it over was not heard of again, each time.
        return queue.fail(notice, error=notice.last_error or queue.TOO_LATE)
    moment = queue.next_moment(notice, at)
    if moment is None:
        late = queue.TOO_LATE if notice.expires_at <= at else queue.NO_OPEN_HOUR
        return queue.fail(notice, error=notice.last_error or late)
    if moment == at:
        moment = open_moment(notice, at=at)
    if moment is None:
        return queue.fail(notice, error=queue.NO_OPEN_HOUR)
    if moment > at:
        queue.give_back(notice, next_try_at=moment)
        return False
    if not is_wanted(notice, at=at):
        return queue.fail(notice, error=NOT_WANTED)
    try:
        medium_of(notice)(notice)
    except RefusedForNow as refused:
        return try_later(notice, str(refused), at=at, asked=refused.retry_after)
    except (RefusedForGood, Gone) as refused:
        queue.fail(notice, error=str(refused), attempted=True)
        return True
    return queue.sent(notice, at=at)


def medium_of(notice: Notice) -> Callable[[Notice], None]:
    return push.send if notice.subscription_id is not None else chat.send


def try_later(notice: Notice, error: str, *, at: datetime, asked: timedelta | None = None) -> bool:
    """Whether that was the last try."""
    attempts = notice.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        return queue.fail(notice, error=error, attempted=True)
    # Not before the service asked for, and not all at the same moment.
    pause = max(queue.pause(attempts), queue.jittered(asked) if asked else timedelta())
    if asked:
        pause = max(pause, asked)
    queue.finish(
        notice,
        state=State.QUEUED,
        last_error=error,
        next_try_at=at + pause,
        attempts=attempts,
    )
    return False


# --- what was decided since -----------------------------------------------------------


def is_wanted(notice: Notice, *, at: datetime) -> bool:
    """Whether the person still takes part, wants this channel, and can still answer."""
    enrolment = enrolment_of(notice)
    if enrolment is None:
        return may_be_told(notice, at=at)
    user = enrolment.member.user
    today = today_of(at, user.time_zone)
    if enrolment.member.status != Member.Status.ACTIVE or not user.is_active:
        return False
    if not enrolment.takes_part(today) or not is_chosen(notice, enrolment):
        return False
    approach = notice.approach
    if approach is None or approach.kind == Approach.Kind.QUESTION:
        return True
    return Ask.objects.open(now=at, today=today).filter(approach=approach).exists()


def is_chosen(notice: Notice, enrolment: Enrolment) -> bool:
    """Whether they still want to be asked over this channel, and not in the app only."""
    chat_of = notice.connection
    channel = PUSH if chat_of is None else chat_of.network
    return channel in channels_of([enrolment.pk])[enrolment.pk]


def open_moment(notice: Notice, *, at: datetime) -> datetime | None:
    """When the hours that the person chose since it was queued allow it; None: not in time."""
    pk = place_of(notice).enrolment_id
    if pk is None or not notice.windows:
        return at
    hours = open_hours_of([pk])[pk]
    if hours.is_open(at):
        return at
    opens = hours.next_open(at)
    return opens if opens is not None and opens < notice.expires_at else None


def may_be_told(notice: Notice, *, at: datetime) -> bool:
    """To a channel of many: only of a post that is live."""
    if notice.post_id is None:
        return True
    live = Post.objects.filter(pk=notice.post_id, state=Post.State.LIVE)
    return live.filter(Q(expires_at=None) | Q(expires_at__gt=at)).exists()


def enrolment_of(notice: Notice) -> Enrolment | None:
    """As it is now; None for a channel of many."""
    place = place_of(notice)
    return (
        Enrolment.objects.filter(pk=place.enrolment_id).select_related("member__user").first()
        if place.enrolment_id
        else None
    )


def place_of(notice: Notice) -> PushSubscription | ChatConnection:
    place = notice.subscription or notice.connection
    assert place is not None  # noqa: S101 - for the type checker
    return place


def prune_notices(*, at: datetime) -> int:
    """Forget what finished notices said after a week, and that they were there in the end.

    The row stays that long because its key keeps the same notice from going out again.
    """
    with every_tenant():
        over = Notice.objects.filter(state__in=[State.SENT, State.FAILED, State.SUPPRESSED])
        emptied = over.filter(created_at__lt=at - KEEP_PAYLOAD).exclude(payload={})
        return (
            emptied.update(payload={}, windows=[])
            + over.filter(created_at__lt=at - KEEP_ROW).delete()[0]
        )
