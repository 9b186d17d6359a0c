"""With which of their own accounts somebody may post from the share page, and what it costs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vaandel.channels.adapter import Outgoing, Picture
from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.channel import Channel
from vaandel.channels.registry import CHANNELS
from vaandel.channels.services.spending import spent
from vaandel.components.figures import figure
from vaandel.organizations.models import Organization
from vaandel.posts.models import Post
from vaandel.shares.habits import OwnAccount
from vaandel.shares.publishing.outgoing import parts_kind

_CENT: Final = 10


@dataclass(frozen=True, slots=True)
class Cost:
    """What one post costs at most and what is left of the month, in thousandths of a US dollar."""

    price: int
    left: int

    @property
    def allowed(self) -> bool:
        return self.left >= self.price

    @property
    def price_text(self) -> str:
        return dollars(self.price)

    @property
    def left_text(self) -> str:
        return dollars(self.left)


@dataclass(frozen=True, slots=True)
class Posting:
    """A connected account on the share page. ``kind``: what goes along besides the text."""

    channel: Channel
    account: OwnAccount
    kind: str
    cost: Cost | None = None

    @property
    def is_possible(self) -> bool:
        return self.account.is_active and (self.cost is None or self.cost.allowed)

    @property
    def may_drop_card(self) -> bool:
        return self.kind == "card"


def dollars(thousandths: int) -> str:
    """200 becomes 0.20, 15 becomes 0.015, in the reader's own notation."""
    return figure(thousandths / 1000, decimals=3 if thousandths % _CENT else 2)


def postings(
    accounts: Sequence[OwnAccount],
    post: Post,
    organization: Organization,
    *,
    sample_url: str,
    now: datetime,
) -> list[Posting]:
    """In the order of the registry; the database is asked only where posting costs money."""
    by_channel = {account.channel: account for account in accounts}
    return [
        Posting(
            channel=CHANNELS[key],
            account=by_channel[key],
            kind=parts_kind(post, key, with_card=True),
            cost=_cost(key, organization, _sample(post, key, sample_url, now), now=now),
        )
        for key in CHANNELS
        if key in by_channel and key in ADAPTERS
    ]


def _cost(key: str, organization: Organization, sample: Outgoing, *, now: datetime) -> Cost | None:
    adapter = ADAPTERS[key]
    if not adapter.abilities.costs_money:
        return None
    used, budget = spent(organization, key, at=now)
    return Cost(price=adapter.price(sample), left=max((budget or 0) - used, 0))


def _sample(post: Post, key: str, sample_url: str, now: datetime) -> Outgoing:
    """The dearest that this post can become there: with the link, and every picture described."""
    described = Picture(content=b"", media_type="image/jpeg", width=1, height=1, alt=post.title)
    with_pictures = parts_kind(post, key, with_card=True) == "pictures"
    return Outgoing(
        key=uuid.UUID(int=0),
        text=sample_url,
        link=sample_url,
        language="en",
        pictures=[described] * ADAPTERS[key].abilities.pictures if with_pictures else (),
        created_at=now,
    )
