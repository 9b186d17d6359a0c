"""What pages say about texts of one's own that a second person looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404

from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.posts.regulated import Approval, RegulatedRule, approval_of, rule_of
from vaandel.shares.models import TextRequest

PER_PAGE: Final = 25
SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Regulated:
    """The rules on the share page. ``approval`` is None for a post that nobody approved."""

    rule: RegulatedRule
    approval: Approval | None
    approved: Sequence[TextRequest] = ()
    waiting: bool = False

    @property
    def may_share(self) -> bool:
        return self.approval is not None


def regulated_of(post: Post, enrolment: Enrolment | None) -> Regulated | None:
    """None for a post without rules. Two queries more for one with."""
    rule = rule_of(post)
    if rule is None:
        return None
    approval = approval_of(post)
    own = requests_of(post, enrolment) if enrolment and approval else []
    return Regulated(
        rule=rule,
        approval=approval,
        approved=[
            row
            for row in own
            if row.state == TextRequest.State.APPROVED and _is_since(row, approval)
        ],
        waiting=any(row.state == TextRequest.State.WAITING for row in own),
    )


def _is_since(row: TextRequest, approval: Approval | None) -> bool:
    return approval is not None and row.decided_at is not None and row.decided_at >= approval.at


def requests_of(post: Post, enrolment: Enrolment) -> list[TextRequest]:
    """Somebody's own about this post, the newest first."""
    rows = TextRequest.objects.filter(post=post, enrolment=enrolment)
    return list(rows.select_related("angle", "decided_by__user").order_by("-pk")[:SHOWN])


def own_request_for(post: Post, enrolment: Enrolment, request_id: int) -> TextRequest:
    """404 for anybody else's."""
    found = (
        TextRequest.objects.filter(pk=request_id, post=post, enrolment=enrolment)
        .select_related("post__organization", "angle", "enrolment__member__user")
        .first()
    )
    if found is None:
        raise Http404("No such request.")
    return found


def request_for(member: Member, request_id: int) -> TextRequest:
    """For who approves; 403 for another role in the organisation."""
    if not member.can_approve:
        raise PermissionDenied
    found = (
        TextRequest.objects.filter(pk=request_id)
        .select_related("post__organization", "angle", "enrolment__member__user")
        .first()
    )
    if found is None:
        raise Http404("No such request.")
    return found


def waiting_pages() -> Paginator[TextRequest]:
    """What waits for those who approve, the oldest first."""
    rows = TextRequest.objects.filter(
        state=TextRequest.State.WAITING, post__state=Post.State.LIVE
    ).exclude(Q(enrolment=None) | Q(enrolment__state=Enrolment.State.LEFT))
    return Paginator(
        rows.select_related("post", "angle", "enrolment__member__user").order_by(
            "created_at", "pk"
        ),
        PER_PAGE,
    )
