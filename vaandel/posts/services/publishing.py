"""The life of a post: draft, review, planned, live, finished or withdrawn.

Every step is a conditional UPDATE, so that of two people pressing at once one gets through and
the other is told. What ambassadors are offered is looked up by ``delivery``; nothing is sent here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from vaandel.organizations.audit import record
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Post
from vaandel.posts.regulated import keep_approval, keep_end, may_go_out, needs_second_person
from vaandel.posts.review_mails import queue_answer
from vaandel.posts.services.conditions import WrongState, check_ready
from vaandel.posts.services.reviewing import forget_requests

State = Post.State


class OwnWork(Exception):
    """With four eyes somebody else approves a post than the person who wrote it."""


def _move(
    post: Post, states: Iterable[str], *, by: Member | None, action: str, at: datetime, **to: Any
) -> Post:
    moved = Post.objects.filter(pk=post.pk, state__in=list(states)).update(
        **to, version=F("version") + 1, updated_at=at
    )
    if not moved:
        raise WrongState(f"Post {post.pk} cannot do {action} any more.")
    record(
        by=by,
        action=action,
        subject=f"post:{post.pk}",
        detail={"title": post.title},
        organization_id=post.organization_id,
        at=at,
    )
    post.refresh_from_db()
    return post


def _may_go_out_from(post: Post) -> tuple[str, ...]:
    """From which states an editor may publish without a second person."""
    if not needs_second_person(post):
        return (State.DRAFT, State.PLANNED)
    return (State.PLANNED,) if may_go_out(post) else ()


@transaction.atomic
def submit_for_review(*, post: Post, by: Member, at: datetime) -> Post:
    check_ready(post, goes_out_at=at)
    return _move(
        post,
        (State.DRAFT,),
        by=by,
        action="post.submitted",
        at=at,
        state=State.REVIEW,
        review_note="",
    )


@transaction.atomic
def approve_post(*, post: Post, by: Member, at: datetime) -> Post:
    """A second person lets it through; it goes out at its own time, or at once.

    Raises ``OwnWork``, ``NotReady`` or ``WrongState``.
    """
    if post.created_by_id == by.pk:
        raise OwnWork
    check_ready(post, goes_out_at=at)
    later = post.publish_at is not None and post.publish_at > at
    to: dict[str, Any] = {"state": State.PLANNED} if later else _live(post, at)
    post = _move(post, (State.REVIEW,), by=by, action="post.approved", at=at, reviewed_by=by, **to)
    forget_requests([post])
    queue_answer(post, by=by, approved=True, note="", at=at)
    keep_approval(post, by=by, at=at)
    return post


@transaction.atomic
def send_back(*, post: Post, by: Member, note: str, at: datetime) -> Post:
    post = _move(
        post,
        (State.REVIEW,),
        by=by,
        action="post.sent_back",
        at=at,
        state=State.DRAFT,
        reviewed_by=by,
        review_note=note.strip()[:500],
    )
    forget_requests([post])
    queue_answer(post, by=by, approved=False, note=post.review_note, at=at)
    return post


def _live(post: Post, at: datetime) -> dict[str, Any]:
    return {"state": State.LIVE, "published_at": at, "publish_at": post.publish_at or at}


@transaction.atomic
def publish_post(*, post: Post, by: Member, at: datetime) -> Post:
    """Offer it to ambassadors from now on."""
    check_ready(post, goes_out_at=at)
    return _move(
        post, _may_go_out_from(post), by=by, action="post.published", at=at, **_live(post, at)
    )


@transaction.atomic
def plan_post(*, post: Post, by: Member, publish_at: datetime, at: datetime) -> Post:
    """Let it go live by itself at ``publish_at``, which lies in the future."""
    if publish_at <= at:
        raise ValueError("A plan lies in the future.")
    check_ready(post, goes_out_at=publish_at)
    return _move(
        post,
        _may_go_out_from(post),
        by=by,
        action="post.planned",
        at=at,
        state=State.PLANNED,
        publish_at=publish_at,
    )


@transaction.atomic
def back_to_draft(*, post: Post, by: Member, at: datetime) -> Post:
    """Take a planned post, or one in review, back to the desk."""
    post = _move(
        post,
        (State.PLANNED, State.REVIEW),
        by=by,
        action="post.taken_back",
        at=at,
        state=State.DRAFT,
    )
    forget_requests([post])
    return post


@transaction.atomic
def withdraw_post(*, post: Post, by: Member, reason: str, at: datetime) -> Post:
    """Stop offering and sharing it. Its short links lead to the friendly page from now on."""
    post = _move(
        post,
        (State.LIVE, State.PLANNED, State.EXPIRED),
        by=by,
        action="post.withdrawn",
        at=at,
        state=State.WITHDRAWN,
        withdrawn_at=at,
        withdrawn_reason=reason.strip()[:300],
    )
    keep_end(post, by=by, at=at)
    return post


def publish_due_posts() -> int:
    """Publish what was planned for now or earlier; how many. Two clocks publish each post once.

    In an organisation that has stopped sharing it waits until it goes on, and one that came
    under rules of law since it was planned waits until somebody approves it.
    """
    now = timezone.now()
    with every_tenant():
        due = list(
            Post.objects.filter(
                state=State.PLANNED, publish_at__lte=now, organization__stopped_at=None
            ).order_by("pk")
        )
        return sum(
            _by_itself(post, "post.published", at=now, to=_live(post, now))
            for post in due
            if may_go_out(post)
        )


def expire_due_posts() -> int:
    """Finish what has passed its end; how many."""
    now = timezone.now()
    with every_tenant():
        due = list(Post.objects.filter(state=State.LIVE, expires_at__lte=now).order_by("pk"))
        finished = {"state": State.EXPIRED}
        return sum(_by_itself(post, "post.expired", at=now, to=finished) for post in due)


@transaction.atomic
def _by_itself(post: Post, action: str, *, at: datetime, to: dict[str, Any]) -> bool:
    try:
        _move(post, (post.state,), by=None, action=action, at=at, **to)
    except WrongState:
        return False
    if post.state == State.EXPIRED:
        keep_end(post, by=None, at=at)
    return True
