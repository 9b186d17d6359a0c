"""A correction is written once, then told to everybody in small batches.

Each batch notes how far it came in the transaction that queues its mails: a worker that dies
loses nothing and tells nobody twice.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.quiet import open_hours_of
from vaandel.delivery.corrections.mails import compose_correction, shares_told
from vaandel.delivery.corrections.queries import sharers_of
from vaandel.delivery.models import Correction, CorrectionRead
from vaandel.mailing.services import queue_composed
from vaandel.organizations.audit import record
from vaandel.organizations.branding import look_of
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant, tenant_scope
from vaandel.posts.models import Post

logger = logging.getLogger("vaandel.delivery")

# A transaction holds SQLite's only pen: it must be short.
BATCH: Final = 25
AT_HAND: Final = 20


@transaction.atomic
def correct_post(*, post: Post, text: str, by: Member, at: datetime) -> Correction:
    """Tell everybody who shared this post what changed. The same words twice are one correction.

    Presses wait for each other.
    """
    Post.objects.select_for_update().get(pk=post.pk)
    words = text.strip()[:1000]
    known = Correction.objects.filter(post=post, text=words).first()
    if known is not None:
        return known
    row = Correction.objects.create(
        organization_id=post.organization_id,
        post=post,
        text=words,
        by=by,
        by_name=by.user.display_name[:120],
        at=at,
    )
    record(
        by=by,
        action="post.corrected",
        subject=f"post:{post.pk}",
        detail={"title": post.title},
        at=at,
    )
    return row


@transaction.atomic
def put_correction_away(*, correction: Correction, enrolment: Enrolment, at: datetime) -> None:
    """Show its notice to this person no more on *Today*. A second press changes nothing."""
    CorrectionRead.objects.bulk_create(
        [
            CorrectionRead(
                organization_id=correction.organization_id,
                correction=correction,
                enrolment=enrolment,
                at=at,
            )
        ],
        ignore_conflicts=True,
    )


def tell_corrections() -> int:
    """Queue the next mails of the oldest correction that not everybody knows yet; how many
    people were handled. For the worker, which calls again while there are any.

    A correction that fails keeps back no other one.
    """
    with every_tenant():
        waiting = list(
            Correction.objects.filter(done_at=None)
            .order_by("pk")
            .values_list("pk", "organization_id")[:AT_HAND]
        )
    for pk, organization_id in waiting:
        try:
            with tenant_scope(organization_id):
                return tell_next(pk, at=timezone.now())
        except OperationalError:
            raise
        except Exception:
            logger.exception("A correction could not be told.", extra={"correction": pk})
    return 0


@transaction.atomic
def tell_next(correction_id: int, *, at: datetime) -> int:
    """One batch. Of two workers the one that notes its progress first tells these people."""
    row = Correction.objects.select_related("post", "organization").get(pk=correction_id)
    people = list(
        sharers_of(row.post)
        .filter(pk__gt=row.last_enrolment)
        .select_related("member__user")
        .order_by("pk")[:BATCH]
    )
    done = len(people) < BATCH
    ours = Correction.objects.filter(
        pk=row.pk, last_enrolment=row.last_enrolment, done_at=None
    ).update(
        last_enrolment=people[-1].pk if people else row.last_enrolment,
        told=F("told") + len(people),
        done_at=at if done else None,
    )
    if ours:
        _mail(row, people, at=at)
    return len(people)


def _mail(row: Correction, people: list[Enrolment], *, at: datetime) -> None:
    hours = open_hours_of([person.pk for person in people])
    shares = shares_told(row.post, people)
    look = look_of(row.organization)
    messages = []
    for person in people:
        try:
            messages.append(
                compose_correction(
                    row,
                    person,
                    shares=shares[person.pk],
                    hours=hours[person.pk],
                    look=look,
                    at=at,
                )
            )
        except Exception:
            # One person's mail must not keep the others from knowing; the app tells them all.
            logger.exception("A correction could not be written.", extra={"enrolment": person.pk})
    queue_composed(messages)
