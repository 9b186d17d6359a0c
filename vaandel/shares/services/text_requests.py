"""A text of somebody's own about a post with rules of law: asked for, and decided by another.

An edit is a new request: what was approved may be shared to the letter, and nothing else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.archive.models import Kind
from vaandel.organizations.audit import record
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Angle, Post
from vaandel.posts.regulated import approval_of, rule_of
from vaandel.shares.models import TextRequest
from vaandel.shares.refusals import TextNotApproved
from vaandel.shares.regulated import note_request, text_digest
from vaandel.shares.request_mails import forget_asking, queue_answer
from vaandel.shares.services.opening import check_offered

State = TextRequest.State


FORGET_AFTER: Final = timedelta(days=90)


class OwnText(Exception):
    """Nobody approves a text of their own."""


class DecidedAlready(Exception):
    """Somebody was first, or the person asks for it no more."""


@transaction.atomic
def ask_approval(
    *, enrolment: Enrolment, post: Post, angle: Angle | None, language: str, text: str, at: datetime
) -> TextRequest:
    """Put a text before those who approve. The same text twice is one request.

    One text of a person waits for each post: another one takes its place. Raises ``PostNotLive``,
    or ``TextNotApproved`` for a post that was not approved itself, or has no rules.
    """
    # Two presses at once wait for each other here.
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    check_offered(post)
    if rule_of(post) is None or approval_of(post) is None:
        raise TextNotApproved
    mine = TextRequest.objects.filter(enrolment=enrolment, post=post)
    same = mine.filter(
        text_digest=text_digest(text),
        language=language,
        state__in=[State.WAITING, State.APPROVED],
    ).first()
    if same is not None:
        return same
    for other in mine.filter(state=State.WAITING).select_related("post", "angle"):
        withdraw_request(request=other, at=at)
    request = TextRequest.objects.create(
        organization_id=post.organization_id,
        enrolment=enrolment,
        post=post,
        angle=angle,
        language=language,
        text=text,
        text_digest=text_digest(text),
        created_at=at,
    )
    note_request(request, Kind.TEXT_ASKED, at=at)
    return request


@transaction.atomic
def withdraw_request(*, request: TextRequest, at: datetime) -> bool:
    """The person asks for it no more. False when somebody decided already."""
    if not _decide(request, State.WITHDRAWN, at=at):
        return False
    forget_asking(request)
    note_request(request, Kind.TEXT_WITHDRAWN, at=at)
    return True


@transaction.atomic
def approve_text(*, request: TextRequest, by: Member, at: datetime) -> TextRequest:
    """Let this person share this text.

    Raises ``OwnText``, ``DecidedAlready`` or ``PostNotLive``.
    """
    _check_other(request, by)
    check_offered(request.post)
    if not _decide(request, State.APPROVED, by=by, at=at):
        raise DecidedAlready
    return _decided(request, "text.approved", Kind.TEXT_APPROVED, by=by, at=at)


@transaction.atomic
def refuse_text(*, request: TextRequest, by: Member, note: str, at: datetime) -> TextRequest:
    """Say what should change. Raises ``OwnText`` or ``DecidedAlready``."""
    _check_other(request, by)
    if not _decide(request, State.REFUSED, by=by, note=note.strip()[:500], at=at):
        raise DecidedAlready
    return _decided(request, "text.refused", Kind.TEXT_REFUSED, by=by, at=at)


def forget_old_requests() -> int:
    """Delete requests about posts that ended three months ago; how many. For the clock.

    What the law wants kept of them stands in the archive.
    """
    with every_tenant():
        over = TextRequest.objects.filter(
            post__updated_at__lt=timezone.now() - FORGET_AFTER,
            created_at__lt=timezone.now() - FORGET_AFTER,
        ).exclude(post__state=Post.State.LIVE)
        return over.delete()[0]


def _check_other(request: TextRequest, by: Member) -> None:
    if request.enrolment is None:
        raise DecidedAlready
    if request.enrolment.member_id == by.pk:
        raise OwnText


def _decide(
    request: TextRequest, state: str, *, by: Member | None = None, note: str = "", at: datetime
) -> bool:
    """Of two people at once one gets through."""
    changed = TextRequest.objects.filter(pk=request.pk, state=State.WAITING).update(
        state=state, decided_by=by, decided_at=at, note=note
    )
    request.state, request.note = state, note
    request.decided_by, request.decided_at = by, at
    return bool(changed)


def _decided(
    request: TextRequest, action: str, kind: Kind, *, by: Member, at: datetime
) -> TextRequest:
    # Whose text it was is for the archive: the log does not tell who shares.
    record(
        by=by,
        action=action,
        subject=f"post:{request.post_id}",
        detail={"title": request.post.title},
        at=at,
    )
    forget_asking(request)
    queue_answer(request, by=by, at=at)
    note_request(request, kind, by=by, at=at)
    return request
