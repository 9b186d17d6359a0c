"""Posting what is due: claim, look once more, hand over, note. Over several connections.

Whatever the network answers, or does not, decides one next state; see ``_answered``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.channels.adapter import Kind, Memory, Outgoing, Trouble
from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.services import accounts, spending
from vaandel.lib.processes import asked_to_stop
from vaandel.links.addresses import short_url
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Post
from vaandel.shares.models import Publication
from vaandel.shares.publishing import queue
from vaandel.shares.publishing.media import Parts
from vaandel.shares.publishing.noting import note_published
from vaandel.shares.publishing.outgoing import carried_text, outgoing_of, parts_for
from vaandel.shares.publishing.seen import digest_of_post, digest_of_sight

logger = logging.getLogger("vaandel.shares")

State = Publication.State
BATCH: Final = 5
BATCHES: Final = 100
# Kinds after which only somebody's own press goes on.
_FOR_PEOPLE: Final = frozenset(
    {Kind.RECONNECT, Kind.REJECTED, Kind.DUPLICATE, Kind.BUDGET, Kind.CONFIGURATION}
)


@dataclass(slots=True)
class Round:
    """What the publications of one round have in common, read once."""

    digests: dict[tuple[int, datetime], str] = field(default_factory=dict)
    parts: dict[tuple[int, str, bool], Parts] = field(default_factory=dict)
    urls: dict[int, str] = field(default_factory=dict)

    def digest(self, post: Post) -> str:
        key = (post.pk, post.updated_at)
        if key not in self.digests:
            self.digests[key] = digest_of_post(post)
        return self.digests[key]

    def outgoing(self, publication: Publication) -> Outgoing:
        key = (publication.post_id, publication.channel, publication.with_card)
        if key not in self.parts:
            self.parts[key] = parts_for(publication)
        return outgoing_of(publication, parts=self.parts[key], url=self.url(publication))

    def url(self, publication: Publication) -> str:
        """Asked for twice, for the look and for what is handed over."""
        if publication.pk not in self.urls:
            self.urls[publication.pk] = short_url(publication.link)
        return self.urls[publication.pk]


class NotNow(Exception):
    """It does not go: ``state`` and ``problem`` say what becomes of it."""

    def __init__(self, state: str, problem: str) -> None:
        super().__init__(problem)
        self.state = state
        self.problem = problem


def publish_due() -> int:
    """Post what is due; how many got somewhere. For the worker."""
    now = timezone.now()
    with every_tenant():
        queue.take_over_abandoned(at=now)
        claimed = queue.claim(at=now, size=BATCH)
    if not claimed:
        return 0
    counts: list[int] = []
    more = settings.PUBLISH_CONNECTIONS - 1 if len(claimed) == BATCH else 0
    threads = [
        threading.Thread(target=_help, args=(counts,), name=f"posts-{number}", daemon=True)
        for number in range(more)
    ]
    for thread in threads:
        thread.start()
    try:
        with every_tenant():
            counts.append(_keep_sending(claimed))
    finally:
        for thread in threads:
            thread.join()
    return sum(counts)


def _help(counts: list[int]) -> None:
    """In a thread of its own, with its own connection to the database."""
    try:
        with every_tenant():
            counts.append(_keep_sending(queue.claim(at=timezone.now(), size=BATCH)))
    except Exception:
        # What it held is taken over when the leases end.
        logger.exception("A publishing thread ended early.")
    finally:
        connections.close_all()


def _keep_sending(claimed: list[Publication]) -> int:
    done = rounds = 0
    while claimed:
        this_round = Round()
        while claimed:
            if asked_to_stop():
                queue.give_back_all(claimed)
                return done
            done += _send_one(claimed.pop(0), this_round)
        rounds += 1
        if rounds == BATCHES:
            break
        claimed = queue.claim(at=timezone.now(), size=BATCH)
    return done


def _send_one(publication: Publication, this_round: Round) -> int:
    """What is wrong with one must not keep back the others."""
    try:
        _send(publication, this_round)
    except Exception as error:
        logger.exception("A text could not be posted.", extra={"publication": publication.pk})
        if publication.handed_over_at is not None:
            _doubt(publication, "no_answer", type(error).__name__, at=timezone.now())
        else:
            _try_later(publication, Trouble(Kind.TRANSIENT, "broken"), at=timezone.now())
    return 1


def _send(publication: Publication, this_round: Round) -> None:
    now = timezone.now()
    try:
        check_wanted(publication, this_round, at=now)
    except NotNow as no:
        ended = now if no.state == State.CANCELLED else None
        queue.end(publication, state=no.state, problem=no.problem, ended_at=ended)
        return
    account = publication.account
    if account is None:
        raise AssertionError("check_wanted let it through")
    if account.held_until is not None and account.held_until > now:
        queue.give_back(publication, next_try_at=account.held_until, problem="throttled")
        return
    try:
        opened = accounts.opened(account, at=now)
        # What the network says of these tokens is not said of later ones.
        publication.account = opened.row
        # Reading the pictures may fail; nothing was handed over then.
        outgoing = this_round.outgoing(publication)
        is_ours = _handed_over(publication, outgoing)
    except Trouble as trouble:
        _answered(publication, trouble)
        return
    if is_ours:
        _ask(publication, opened, outgoing)


def _handed_over(publication: Publication, outgoing: Outgoing) -> bool:
    """Booked and noted in one transaction: whoever dies in between has done neither."""
    price, now = ADAPTERS[publication.channel].price(outgoing), timezone.now()
    if not price:
        return queue.hand_over(publication, at=now)
    organization, channel = publication.organization_id, publication.channel
    with transaction.atomic():
        if not spending.book(organization, channel, price, at=now):
            raise Trouble(Kind.BUDGET, "no_budget")
        is_ours = queue.hand_over(publication, at=now, booked=price)
        if not is_ours:
            spending.give_back(organization, channel, price, at=now)
    return is_ours


def _ask(publication: Publication, opened: accounts.Opened, outgoing: Outgoing) -> None:
    adapter, memory = ADAPTERS[publication.channel], memory_of(publication)
    outgoing = replace(outgoing, created_at=publication.handed_over_at or outgoing.created_at)
    try:
        published = adapter.publish(opened.app, opened.account, outgoing, memory)
    except queue.Lost:
        logger.info("taken over", extra={"publication": publication.pk})
    except Trouble as trouble:
        _answered(publication, trouble)
    else:
        note_published(publication, published, at=timezone.now())
        logger.debug("posted", extra={"publication": publication.pk})


def memory_of(publication: Publication) -> Memory:
    """Stored the moment that something is kept in it, as long as the publication is ours."""

    def store(values: Mapping[str, Any]) -> None:
        queue.remember(publication, dict(values), at=timezone.now())

    return Memory(publication.memory, store)


def check_wanted(publication: Publication, this_round: Round, *, at: datetime) -> None:
    """Raise ``NotNow`` unless this very text may go this very moment.

    Asked of the database again, since what was claimed may be seconds old.
    """
    fresh = (
        Publication.objects.filter(pk=publication.pk)
        .values(
            "post__state",
            "post__updated_at",
            "post__organization__stopped_at",
            "enrolment__state",
            "enrolment__member__status",
            "account__state",
        )
        .get()
    )
    if fresh["post__state"] != "LIVE":
        over = "expired" if fresh["post__state"] == "EXPIRED" else "withdrawn"
        raise NotNow(State.CANCELLED, over)
    if fresh["post__organization__stopped_at"] is not None:
        raise NotNow(State.CANCELLED, "stopped")
    if fresh["enrolment__state"] in {None, Enrolment.State.LEFT} or (
        fresh["enrolment__member__status"] != Member.Status.ACTIVE
    ):
        raise NotNow(State.CANCELLED, "left")
    if publication.account is None or fresh["account__state"] is None:
        raise NotNow(State.REJECTED, "disconnected")
    if fresh["account__state"] != "ACTIVE":
        raise NotNow(State.REJECTED, "dead_tokens")
    if at - publication.due_at > queue.TOO_LATE:
        raise NotNow(State.ASKING, "too_late")
    if fresh["post__updated_at"] != publication.post.updated_at:
        along = Post.objects.select_related("organization", "document")
        publication.post = along.get(pk=publication.post_id)
    if _changed(publication, this_round):
        raise NotNow(State.ASKING, "changed")


def _changed(publication: Publication, this_round: Round) -> bool:
    sight = digest_of_sight(
        this_round.digest(publication.post),
        carried_text(publication, url=this_round.url(publication)),
        with_card=publication.with_card,
    )
    return sight != publication.seen_digest


def _answered(publication: Publication, trouble: Trouble) -> None:
    """One next state for each kind of trouble."""
    now = timezone.now()
    logger.info(
        "not posted",
        extra={"publication": publication.pk, "reason": trouble.code, "kind": str(trouble.kind)},
    )
    ours = trouble.kind is Kind.DUPLICATE and trouble.remote_id
    if trouble.kind is Kind.UNKNOWN or ours:
        # Of this very text, with its own link, only an earlier attempt can stand there.
        _doubt(publication, trouble.code, trouble.detail, at=now)
    elif trouble.kind in _FOR_PEOPLE:
        _refuse(publication, trouble, at=now)
    else:
        _try_later(publication, trouble, at=now)


def _doubt(publication: Publication, code: str, detail: str, *, at: datetime) -> None:
    queue.end(
        publication,
        state=State.UNKNOWN,
        problem=code,
        problem_detail=detail,
        checks=0,
        next_try_at=at + queue.FIRST_LOOK,
    )


def _refuse(publication: Publication, trouble: Trouble, *, at: datetime) -> None:
    if trouble.kind is Kind.RECONNECT and publication.account is not None:
        accounts.must_reconnect(publication.account, problem=trouble.code, at=at)
    with transaction.atomic():
        is_ours = queue.end(
            publication,
            state=State.REJECTED,
            problem=trouble.code,
            problem_detail=trouble.detail,
            ended_at=at,
        )
        if is_ours:
            unbook(publication)


def _try_later(publication: Publication, trouble: Trouble, *, at: datetime) -> None:
    later = at + queue.pause(publication.attempts)
    if trouble.kind is Kind.THROTTLED:
        later = trouble.retry_at or at + timedelta(minutes=15)
        if publication.account is not None:
            accounts.hold(publication.account, until=later)
    problem = {"problem": trouble.code, "problem_detail": trouble.detail}
    with transaction.atomic():
        if later - publication.due_at > queue.TOO_LATE:
            is_ours = queue.end(publication, state=State.ASKING, **problem)
        else:
            is_ours = queue.give_back(publication, next_try_at=later, **problem)
        if is_ours:
            unbook(publication)


def unbook(publication: Publication) -> None:
    """Nothing was posted, so nothing was spent. In the month in which it was booked, and in the
    transaction that says so, so that it happens once."""
    price = int(publication.memory.get(queue.BOOKED, 0))
    if price and publication.handed_over_at is not None:
        spending.give_back(
            publication.organization_id,
            publication.channel,
            price,
            at=publication.handed_over_at,
        )
