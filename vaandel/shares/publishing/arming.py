"""From a press to a publication: what was seen is noted, and it goes now or at its moment."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When

from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.links.addresses import short_url
from vaandel.links.models import Link
from vaandel.links.services import NotAllowed, aim
from vaandel.posts.models import Post
from vaandel.shares.addresses import tracked_destination
from vaandel.shares.models import Publication, Reminder, Reservation
from vaandel.shares.publishing.outgoing import carried, check_carried, shows_card
from vaandel.shares.publishing.seen import digest_of_post, digest_of_sight
from vaandel.shares.refusals import PostNotLive
from vaandel.shares.services.opening import (
    NotYours,
    Words,
    approved_words,
    check_offered,
    reserve_link,
)
from vaandel.shares.similarity import edited_ratio

State = Publication.State
FURTHEST: Final = timedelta(days=90)
# Whoever plans for this very minute means now.
JUST_NOW: Final = timedelta(minutes=1)
CHANGEABLE: Final = (State.ARMED, State.ASKING, State.REJECTED)


class NotPlannable(ValueError):
    """It cannot be planned for that moment."""

    class Why(StrEnum):
        PAST = "past"
        TOO_FAR = "too_far"
        AFTER_END = "after_end"

    def __init__(self, reason: Why) -> None:
        super().__init__(str(reason))
        self.reason = reason


class NotConnected(Exception):
    """There is no active account to post with."""


class NotSeen(Exception):
    """The post was changed after the page was made on which the person pressed."""


def check_seen(post: Post, seen: int | None) -> None:
    """``seen`` is the version that stood on the page; None where there was no page."""
    if seen is not None and seen != post.version:
        raise NotSeen


class Settled(Exception):
    """It is on its way, or over: nothing about it can be changed any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """When (None: now) and how it goes, and the version of the post that stood on the page."""

    due_at: datetime | None = None
    with_card: bool = True
    seen: int | None = None


AT_ONCE: Final = Wish()


@transaction.atomic
def arm(
    *,
    enrolment: Enrolment,
    post: Post,
    words: Words,
    press: uuid.UUID,
    account: ConnectedAccount,
    wish: Wish = AT_ONCE,
    at: datetime,
) -> Publication:
    """Note that somebody sends this text to their own account, now or when they wish.

    ``press`` may be that of the dialog of the same page: each has a link of its own.

    Raises ``PostNotLive``, ``TextTooLong``, ``NotPlannable``, ``NotConnected``, ``NotSeen``
    or ``NotYours``. A press that comes twice gives the same publication.
    """
    post = Post.objects.select_related("organization", "document").get(pk=post.pk)
    if account.enrolment_id != enrolment.pk or account.channel != words.channel:
        raise NotYours
    press = uuid.uuid5(press, "publication")
    known = Publication.objects.filter(press=press).first()
    if known is not None:
        _check_owner(known, enrolment, post)
        return known
    if not account.is_active:
        raise NotConnected
    check_seen(post, wish.seen)
    moment = plannable(post, wish.due_at, at=at)
    link = reserve_link(enrolment=enrolment, post=post, channel=words.channel, press=press, at=at)
    words = approved_words(words, enrolment=enrolment, post=post)
    written = _written(words, post, link, with_card=wish.with_card)
    try:
        with transaction.atomic():
            publication = Publication.objects.create(
                organization_id=post.organization_id,
                post=post,
                enrolment=enrolment,
                account=account,
                link=link,
                press=press,
                channel=words.channel,
                handle=account.handle or account.display_name,
                planned=wish.due_at is not None,
                due_at=moment,
                next_try_at=moment,
                created_at=at,
                **written,
            )
    except IntegrityError:
        known = Publication.objects.get(press=press)
        _check_owner(known, enrolment, post)
        return known
    _aim(link, post, words)
    Reservation.objects.filter(press=press).delete()
    Reminder.objects.filter(enrolment=enrolment, post=post, sent_at=None).delete()
    return publication


def plannable(post: Post, due_at: datetime | None, *, at: datetime) -> datetime:
    """The moment; raises ``NotPlannable``."""
    if due_at is None:
        return at
    if due_at < at - JUST_NOW:
        raise NotPlannable(NotPlannable.Why.PAST)
    if due_at > at + FURTHEST:
        raise NotPlannable(NotPlannable.Why.TOO_FAR)
    if post.expires_at is not None and due_at >= post.expires_at:
        raise NotPlannable(NotPlannable.Why.AFTER_END)
    return max(due_at, at)


def not_before(at: datetime) -> Case:
    """The moment it is planned for in the database, or ``at`` when that has passed."""
    return Case(When(due_at__lt=at, then=Value(at)), default=F("due_at"))


@transaction.atomic
def change_words(
    *, publication: Publication, words: Words, with_card: bool | None = None, at: datetime
) -> Publication:
    """Put another text in the place of one that has not gone; raises ``Settled`` when it has."""
    post = Post.objects.select_related("organization", "document").get(pk=publication.post_id)
    check_offered(post)
    words = approved_words(words, enrolment=publication.enrolment, post=post)
    card = publication.with_card if with_card is None else with_card
    waiting = Publication.objects.filter(pk=publication.pk, state__in=CHANGEABLE)
    changed = waiting.update(
        **_written(words, post, publication.link, with_card=card),
        state=State.ARMED,
        problem="",
        problem_detail="",
        memory={},
        attempts=0,
        checks=0,
        handed_over_at=None,
        ended_at=None,
        told_at=None,
        due_at=not_before(at),
        next_try_at=not_before(at),
    )
    if not changed:
        raise Settled
    _aim(publication.link, post, words)
    publication.refresh_from_db()
    return publication


def _written(words: Words, post: Post, link: Link, *, with_card: bool) -> dict[str, object]:
    check_offered(post)
    as_card = shows_card(post, words.channel, with_card=with_card)
    text = carried(words, post, url=short_url(link), shown_as_card=as_card)
    check_carried(text, words.channel)
    return {
        "language": words.language,
        "text": words.text,
        "disclosure": words.disclosure,
        "disclosure_rule": words.disclosure_rule,
        "disclosure_offered": words.disclosure_offered,
        "risk_line": words.risk_line,
        "angle": words.angle,
        "edited_share": edited_ratio(words.text, words.angle.text if words.angle else ""),
        "with_card": with_card,
        "seen_digest": digest_of_sight(digest_of_post(post), text, with_card=with_card),
    }


def _aim(link: Link, post: Post, words: Words) -> None:
    try:
        aim(link, tracked_destination(post, channel=words.channel, angle=words.angle))
    except NotAllowed as error:
        raise PostNotLive from error


def _check_owner(publication: Publication, enrolment: Enrolment, post: Post) -> None:
    if publication.enrolment_id != enrolment.pk or publication.post_id != post.pk:
        raise NotYours
