"""What colleagues send in themselves, and what editors do with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from vaandel.organizations.audit import record
from vaandel.organizations.models import Member
from vaandel.posts.models import CommercialClass, MediaAsset, Post, PostKind, Submission
from vaandel.posts.queries import waiting_story
from vaandel.posts.services.drafting import Content, create_draft
from vaandel.posts.services.pictures import attach_picture
from vaandel.programmes.models import Programme


def submit_story(
    *,
    member: Member,
    occasion: str,
    title: str,
    answers: Sequence[str],
    picture: MediaAsset | None,
    wants_to_read_along: bool,
    at: datetime,
) -> Submission:
    """Put a story into the editors' inbox. The same words twice, from a double press, are one."""
    known = waiting_story(member=member, occasion=occasion, title=title, answers=answers)
    if known is not None:
        return known
    return Submission.objects.create(
        organization_id=member.organization_id,
        member=member,
        occasion=occasion,
        title=title,
        answers=list(answers),
        picture=picture,
        wants_to_read_along=wants_to_read_along,
        created_at=at,
    )


@transaction.atomic
def use_submission(
    *, submission: Submission, programme: Programme, by: Member, at: datetime
) -> Post:
    """Make a draft of it. Pressed twice it gives the same draft."""
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    if locked.post is not None:
        return locked.post
    content = Content(
        fields={
            "title": locked.title,
            "body": "\n\n".join(answer for answer in locked.answers if answer),
            "commercial_class": CommercialClass.STORY,
        }
    )
    post = create_draft(programme=programme, kind=PostKind.STORY, by=by, at=at, content=content)
    if locked.picture is not None:
        attach_picture(post=post, asset=locked.picture)
    locked.state = Submission.State.USED
    locked.post = post
    locked.handled_at = at
    locked.save(update_fields=["state", "post", "handled_at"])
    return post


def dismiss_submission(*, submission: Submission, by: Member, at: datetime) -> bool:
    """Leave it. ``restore_submission`` undoes it."""
    changed = Submission.objects.filter(pk=submission.pk, state=Submission.State.NEW).update(
        state=Submission.State.DISMISSED, handled_at=at
    )
    if changed:
        record(by=by, action="submission.dismissed", subject=f"submission:{submission.pk}", at=at)
    return bool(changed)


def restore_submission(*, submission: Submission) -> bool:
    restored = Submission.objects.filter(pk=submission.pk, state=Submission.State.DISMISSED).update(
        state=Submission.State.NEW, handled_at=None
    )
    return bool(restored)
