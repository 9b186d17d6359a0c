"""What the person does with a publication while it waits, or after it failed.

Every step is a conditional UPDATE: of a press and the worker at the same moment one gets
through, and the other finds nothing to do.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from vaandel.posts.models import Post
from vaandel.shares.models import Publication
from vaandel.shares.publishing.arming import check_seen, not_before, plannable
from vaandel.shares.publishing.noting import note_published_by_hand
from vaandel.shares.publishing.outgoing import carried_text
from vaandel.shares.publishing.seen import digest_of_post, digest_of_sight
from vaandel.shares.regulated import check_text
from vaandel.shares.services.answering import checked_permalink
from vaandel.shares.services.opening import check_offered

State = Publication.State


def _step(publication: Publication, *states: str, **to: Any) -> bool:
    changed = Publication.objects.filter(pk=publication.pk, state__in=states).update(**to)
    publication.refresh_from_db()
    return bool(changed)


def cancel(*, publication: Publication, at: datetime) -> bool:
    """Not after all. False when it was on its way already."""
    over = {"state": State.CANCELLED, "ended_at": at}
    # A network that could not be reached is no reason why it cannot be put back.
    return _step(publication, State.ARMED, **over, problem="", problem_detail="") or _step(
        publication, State.ASKING, **over
    )


@transaction.atomic
def undo_cancel(*, publication: Publication, at: datetime) -> bool:
    """As it was before the person cancelled it. False when its moment has passed, or when it
    was not the person who cancelled it."""
    _check(publication)
    if publication.problem or (publication.planned and publication.due_at <= at):
        return False
    return _step(
        publication,
        State.CANCELLED,
        state=State.ARMED,
        ended_at=None,
        next_try_at=not_before(at),
    )


@transaction.atomic
def move(*, publication: Publication, due_at: datetime, at: datetime) -> bool:
    """To another moment; raises ``NotPlannable``. What waits for a look goes on waiting."""
    moment = plannable(_post_of(publication), due_at, at=at)
    return _step(
        publication,
        State.ARMED,
        State.ASKING,
        due_at=moment,
        next_try_at=moment,
        planned=True,
        attempts=0,
    )


@transaction.atomic
def send_now(*, publication: Publication, at: datetime) -> bool:
    """Do not wait for its moment."""
    _check(publication)
    return _step(publication, State.ARMED, due_at=at, next_try_at=at)


@transaction.atomic
def send_again(*, publication: Publication, at: datetime) -> bool:
    """The same text once more, after the network said no."""
    _check(publication)
    return _step(
        publication,
        State.REJECTED,
        state=State.ARMED,
        problem="",
        problem_detail="",
        memory={},
        attempts=0,
        checks=0,
        handed_over_at=None,
        due_at=at,
        next_try_at=at,
        ended_at=None,
        told_at=None,
    )


@transaction.atomic
def confirm_seen(*, publication: Publication, seen: int | None = None, at: datetime) -> bool:
    """The person looked at it as it is now, and sends it: at its moment, or now if that passed.

    Raises ``NotSeen`` when the post is not in the version that stood on the page.
    """
    post = _post_of(publication)
    check_offered(post)
    check_seen(post, seen)
    _check_text(publication, post)
    publication.post = post
    digest = digest_of_sight(
        digest_of_post(post), carried_text(publication), with_card=publication.with_card
    )
    return _step(
        publication,
        State.ASKING,
        state=State.ARMED,
        problem="",
        problem_detail="",
        attempts=0,
        seen_digest=digest,
        due_at=not_before(at),
        next_try_at=not_before(at),
        told_at=None,
    )


@transaction.atomic
def say_there(*, publication: Publication, permalink: str = "", at: datetime) -> bool:
    """The person found it on the network; raises ``NotThatNetwork`` for another address."""
    address = checked_permalink(permalink, publication.channel)
    return note_published_by_hand(publication, permalink=address, at=at)


def say_not_there(*, publication: Publication, at: datetime) -> bool:
    """The person looked and it is not there: it may be sent again."""
    return _step(
        publication,
        State.UNKNOWN,
        state=State.REJECTED,
        problem="not_there",
        ended_at=at,
    )


def leave_it(*, publication: Publication, at: datetime) -> bool:
    """Do nothing with it any more; its text stays readable for thirty days."""
    return _step(publication, State.REJECTED, State.ASKING, state=State.CANCELLED, ended_at=at)


def _check(publication: Publication) -> None:
    post = _post_of(publication)
    check_offered(post)
    _check_text(publication, post)


def _check_text(publication: Publication, post: Post) -> None:
    """Rules of law may have come since it was written: raises ``TextNotApproved``."""
    check_text(
        enrolment=publication.enrolment,
        post=post,
        text=publication.text,
        language=publication.language,
    )


def _post_of(publication: Publication) -> Post:
    return Post.objects.select_related("organization", "document").get(pk=publication.post_id)
