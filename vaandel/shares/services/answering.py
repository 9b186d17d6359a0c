"""What the person tells us afterwards. The networks tell us nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from vaandel.channels.registry import CHANNELS
from vaandel.shares.bands import forget_bands
from vaandel.shares.models import Share

ASK_AGAIN_AFTER: Final = timedelta(days=1)


class NotThatNetwork(ValueError):
    """The address is not one of a post on the network that was shared on."""


def confirm_share(*, share: Share, permalink: str = "", at: datetime) -> bool:
    """The person posted it. False when it was known already; a permalink is added all the same."""
    address = checked_permalink(permalink, share.channel)
    confirmed = (
        Share.objects.filter(pk=share.pk)
        .exclude(state=Share.State.CONFIRMED)
        .update(state=Share.State.CONFIRMED, answered_at=at, ask_again_at=None)
    )
    if address:
        Share.objects.filter(pk=share.pk).update(permalink=address)
    share.refresh_from_db()
    return bool(confirmed)


def answer_not_posted(*, share: Share, at: datetime) -> bool:
    """The person is not going to post it. False when that was the answer already."""
    changed = (
        Share.objects.filter(pk=share.pk)
        .exclude(state=Share.State.NOT_POSTED)
        .update(state=Share.State.NOT_POSTED, answered_at=at, ask_again_at=None)
    )
    if changed:
        forget_bands([share.pk])
    share.refresh_from_db()
    return bool(changed)


def answer_later(*, share: Share, at: datetime) -> None:
    """Not yet: the question comes back tomorrow at the earliest."""
    Share.objects.filter(pk=share.pk, state=Share.State.OPENED).update(
        ask_again_at=at + ASK_AGAIN_AFTER
    )
    share.refresh_from_db()


def checked_permalink(address: str, channel: str) -> str:
    """An https address on the network's own host; empty stays empty."""
    clean = address.strip()
    if not clean:
        return ""
    try:
        parts = urlsplit(clean)
        host = (parts.hostname or "").lower()
    except ValueError as error:
        raise NotThatNetwork from error
    if parts.scheme != "https" or "." not in host or parts.username or len(clean) > 500:
        raise NotThatNetwork
    hosts = CHANNELS[channel].permalink_hosts
    if "*" not in hosts and not any(host == own or host.endswith(f".{own}") for own in hosts):
        raise NotThatNetwork
    return clean


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the network showed the person. None is "I do not know", which is not nought."""

    views: int | None = None
    reactions: int | None = None
    comments: int | None = None

    @property
    def is_blank(self) -> bool:
        return (self.views, self.reactions, self.comments) == (None, None, None)


def type_numbers(*, share: Share, numbers: Numbers, at: datetime) -> Share:
    """Keep the person's own figures, with the moment they were typed. All blank takes them away."""
    Share.objects.filter(pk=share.pk).update(
        views=numbers.views,
        reactions=numbers.reactions,
        comments=numbers.comments,
        numbers_typed_at=None if numbers.is_blank else at,
    )
    share.refresh_from_db()
    return share
