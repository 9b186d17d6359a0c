"""Mails around texts of one's own: what waits for who approves, and the answer for who asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.quiet import open_hours_for, pairs_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview
from vaandel.mailing.services import (
    Mail,
    compose_message,
    queue_composed,
    queue_message,
    withdraw_kind,
)
from vaandel.organizations.branding import answers_go_to, mail_brand
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.open_hours import windows_at
from vaandel.organizations.rounds import in_each
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Post
from vaandel.shares.models import TextRequest

BETWEEN: Final = timedelta(hours=1)
GOOD_FOR: Final = timedelta(days=7)
ASKING: Final = "text-review"
ANSWER: Final = "text-reviewed"


def mail_text_requests() -> int:
    """Ask those who approve to look, with all that waits in one mail; how many. For the clock.

    At most one an hour, and only when something is new since the last.
    """
    now = timezone.now()
    with every_tenant():
        waiting = _waiting().values("organization").distinct()
        return in_each(
            list(Organization.objects.filter(pk__in=waiting, stopped_at=None).order_by("pk")),
            lambda organization: _mail_in(organization, at=now),
        )


def _waiting() -> QuerySet[TextRequest]:
    """What somebody can decide about, in organisations of the present scope."""
    return TextRequest.objects.filter(
        state=TextRequest.State.WAITING, post__state=Post.State.LIVE
    ).exclude(Q(enrolment=None) | Q(enrolment__state=Enrolment.State.LEFT))


@transaction.atomic
def _mail_in(organization: Organization, *, at: datetime) -> int:
    waiting = list(
        _waiting()
        .filter(organization=organization)
        .select_related("post", "enrolment__member__user")
        .order_by("created_at", "pk")
    )
    approvers = Member.objects.filter(
        Q(is_owner=True) | Q(is_approver=True),
        status=Member.Status.ACTIVE,
        user__is_active=True,
    ).select_related("user", "organization")
    told = _told_lately(organization, at=at)
    messages = []
    for approver in approvers:
        mine = [
            row
            for row in waiting
            if row.enrolment is not None and row.enrolment.member_id != approver.pk
        ]
        if mine and _may_be_told(mine, told[approver.user_id], at=at):
            withdraw_kind(tenant=organization.pk, kind=ASKING, person=approver.user_id)
            key = f"{ASKING}:{approver.pk}:{mine[-1].pk}"
            messages.append(compose_asking(approver, [row.post for row in mine], key=key, at=at))
    queue_composed(messages)
    return len(messages)


def _told_lately(
    organization: Organization, *, at: datetime
) -> defaultdict[int, list[OutgoingMessage]]:
    found: defaultdict[int, list[OutgoingMessage]] = defaultdict(list)
    rows = OutgoingMessage.objects.filter(
        tenant=organization.pk, kind=ASKING, created_at__gt=at - timedelta(days=60)
    )
    for mail in rows.only("person", "state", "created_at"):
        if mail.person is not None:
            found[mail.person].append(mail)
    return found


def _may_be_told(
    rows: Sequence[TextRequest], told: Sequence[OutgoingMessage], *, at: datetime
) -> bool:
    """Something is new since the last mail, and the last one that left did so an hour ago."""
    left = [mail.created_at for mail in told if mail.state != OutgoingMessage.State.QUEUED]
    if any(moment > at - BETWEEN for moment in left):
        return False
    last = max((mail.created_at for mail in told), default=None)
    return last is None or any(row.created_at > last for row in rows)


def forget_asking(request: TextRequest) -> None:
    """Something was decided: what has not left yet would ask for it still."""
    withdraw_kind(tenant=request.organization_id, kind=ASKING)


def compose_asking(
    approver: Member, posts: Sequence[Post], *, key: str, at: datetime
) -> OutgoingMessage:
    """Not saved. The texts themselves are not in the mail, and nor is who wrote them."""
    organization, user = approver.organization, approver.user
    path = reverse("shares:text_requests", args=[organization.slug])
    return compose_message(
        key=key,
        kind=ASKING,
        template="shares/mails/text_review",
        context={
            "place": organization.name,
            "brand": mail_brand(organization),
            "first_name": user.first_name,
            "number": len(posts),
            "titles": list(dict.fromkeys(post.title for post in posts)),
            "url": f"{settings.PUBLIC_URL}{path}",
        },
        to_address=user.email,
        to_name=user.name,
        from_name=organization.name,
        reply_to=answers_go_to(organization),
        language=user.language,
        time_zone=user.time_zone,
        tenant=organization.pk,
        person=user.pk,
        windows=windows_at(organization, user.time_zone, at=at, good_for=GOOD_FOR),
        good_for=GOOD_FOR,
        at=at,
    )


def queue_answer(request: TextRequest, *, by: Member, at: datetime) -> None:
    """Tell the person, unless they are gone."""
    enrolment = request.enrolment
    if enrolment is None or enrolment.state == Enrolment.State.LEFT:
        return
    member = enrolment.member
    if member.status == Member.Status.ACTIVE and member.user.is_active:
        # In the person's own hours, as everything that nobody waits for.
        windows = pairs_of(open_hours_for(enrolment), at=at, good_for=GOOD_FOR)
        queue_message(
            **_answer(request, member, by_name=by.user.display_name, windows=windows, at=at)
        )


def _answer(
    request: TextRequest, member: Member, *, by_name: str, windows: list[list[str]], at: datetime
) -> Mail:
    organization, user = member.organization, member.user
    path = reverse("shares:own_text", args=[organization.slug, request.post.pk])
    approved = request.state == TextRequest.State.APPROVED
    if approved:
        path = reverse("shares:compose", args=[organization.slug, request.post.pk])
    return {
        "key": f"{ANSWER}:{request.pk}",
        "kind": ANSWER,
        "template": "shares/mails/text_reviewed",
        "context": {
            "place": organization.name,
            "brand": mail_brand(organization),
            "first_name": user.first_name,
            "title": request.post.title,
            "approved": approved,
            "note": request.note,
            "by_name": by_name,
            "url": f"{settings.PUBLIC_URL}{path}",
        },
        "to_address": user.email,
        "to_name": user.name,
        "from_name": organization.name,
        "reply_to": answers_go_to(organization),
        "language": user.language,
        "time_zone": user.time_zone,
        "tenant": organization.pk,
        "person": user.pk,
        "windows": windows,
        "good_for": GOOD_FOR,
        "at": at,
    }


def _asking_example(example: Example) -> OutgoingMessage:
    return compose_asking(example.reader, [example.post], key="text:example", at=example.at)


def _answer_example(example: Example) -> OutgoingMessage:
    request = TextRequest(pk=0, post=example.post, state=TextRequest.State.APPROVED)
    name = example.reader.user.display_name
    return compose_message(
        **_answer(request, example.reader, by_name=name, windows=[], at=example.at)
    )


PREVIEWS: Final = [
    Preview(
        name="text-review",
        title=_("Texts to approve"),
        when=_(
            "To approvers, at most once an hour, when colleagues ask for a text of their own"
            " about a topic with rules of law."
        ),
        make=_asking_example,
    ),
    Preview(
        name="text-reviewed",
        title=_("Answer about your own text"),
        when=_("To who asked for a text of their own, once somebody has decided."),
        make=_answer_example,
    ),
]
