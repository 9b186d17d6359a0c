"""Asking those who approve to look, all that waits in one mail and at most one an hour.

Looked at by the clock, so that posts sent in one after another arrive together. A mail that
has not left when something in it is decided, or something new is sent in, is made anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import queue_composed, withdraw_kind
from vaandel.organizations.models import Member
from vaandel.organizations.rounds import in_each
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Post
from vaandel.posts.review_mails import REQUEST, compose_request

BETWEEN: Final = timedelta(hours=1)


def mail_reviews() -> int:
    """Queue a mail for every approver for whom something new waits; how many. For the clock."""
    now = timezone.now()
    waiting: defaultdict[int, list[Post]] = defaultdict(list)
    with every_tenant():
        posts = Post.objects.filter(state=Post.State.REVIEW, organization__stopped_at=None)
        for post in posts.select_related("organization", "created_by__user").order_by(
            "updated_at", "pk"
        ):
            waiting[post.organization_id].append(post)
    organizations = {
        post.organization_id: post.organization for of in waiting.values() for post in of
    }
    return in_each(
        organizations.values(),
        lambda organization: mail_reviews_of(organization.pk, waiting[organization.pk], at=now),
    )


@transaction.atomic
def mail_reviews_of(organization_id: int, waiting: list[Post], *, at: datetime) -> int:
    approvers = Member.objects.filter(
        Q(is_owner=True) | Q(is_approver=True),
        status=Member.Status.ACTIVE,
        user__is_active=True,
    ).select_related("user", "organization")
    told = told_lately(organization_id, at=at)
    messages = []
    for approver in approvers:
        posts = [post for post in waiting if post.created_by_id != approver.pk]
        if posts and may_be_told(posts, told[approver.user_id], at=at):
            withdraw_kind(tenant=organization_id, kind=REQUEST, person=approver.user_id)
            # The newest names the mail: nobody is told of it twice.
            newest = posts[-1]
            key = f"review:{approver.pk}:{newest.pk}.{newest.version}"
            messages.append(compose_request(approver, posts, key=key, at=at))
    queue_composed(messages)
    return len(messages)


def may_be_told(posts: list[Post], told: list[OutgoingMessage], *, at: datetime) -> bool:
    """Whether something is new since the last mail, and that left more than an hour ago.

    A mail that still waits for open hours may be made anew at any time.
    """
    last = max((mail.created_at for mail in told), default=None)
    left = [mail.created_at for mail in told if mail.state != OutgoingMessage.State.QUEUED]
    if any(moment > at - BETWEEN for moment in left):
        return False
    return last is None or any(post.updated_at > last for post in posts)


def told_lately(organization_id: int, *, at: datetime) -> defaultdict[int, list[OutgoingMessage]]:
    """The mails of this kind by person: one query for all approvers."""
    found: defaultdict[int, list[OutgoingMessage]] = defaultdict(list)
    rows = OutgoingMessage.objects.filter(
        tenant=organization_id, kind=REQUEST, created_at__gt=at - timedelta(days=60)
    )
    for mail in rows.only("key", "person", "state", "created_at"):
        if mail.person is not None:
            found[mail.person].append(mail)
    return found


def forget_requests(posts: Iterable[Post]) -> None:
    """Something was decided: what has not left yet would ask for it still."""
    for organization_id in {post.organization_id for post in posts}:
        withdraw_kind(tenant=organization_id, kind=REQUEST)
