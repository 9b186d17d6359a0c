"""Bob at Acme, turned to over push."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.factories import AskFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Approach, Ask, Notice, PushSubscription
from vaandel.delivery.notices import queue_notices
from vaandel.delivery.planning.approached import Approached, Offered
from vaandel.delivery.push import notices_for
from vaandel.delivery.push.services import Address, switch_on
from vaandel.delivery.queries import open_asks, proposals_of
from vaandel.posts.models import Post

SHARE_URL = "/s/personal~token/"


def add_browser(enrolment: Enrolment, address: Address, at: datetime) -> PushSubscription:
    return switch_on(enrolment=enrolment, address=address, label="Firefox on Android", at=at)


def approached(
    enrolment: Enrolment, posts: list[Post], *, at: datetime, public_url: str = "", **more: Any
) -> Approached:
    """As the planner makes it, with the first post in front."""
    kind = str(more.pop("kind", Approach.Kind.PROPOSAL))
    approach = Approach.objects.create(
        organization=enrolment.organization,
        enrolment=enrolment,
        kind=kind,
        at=at,
        channels=["mail", "push"],
    )
    for post in posts:
        AskFactory.create(post=post, enrolment=enrolment, approach=approach, offered_at=at)
    asks = open_asks(now=at, today=at.date()).filter(approach=approach)
    order = {post.pk: place for place, post in enumerate(posts)}
    found: list[Ask] = sorted(asks, key=lambda ask: order[ask.post_id])
    share_url = f"{public_url}{SHARE_URL}"
    values = {"windows": [], "good_for": timedelta(days=3), "often": "WEEKLY", **more}
    return Approached(
        approach=approach,
        enrolment=enrolment,
        proposals=[Offered(each, "", share_url, "") for each in proposals_of(found)],
        at=at,
        **values,
    )


def turn_to(enrolment: Enrolment, posts: list[Post], *, at: datetime, **more: Any) -> Notice:
    """Queue the notice of one approach; the person has one browser."""
    queue_notices(notices_for(approached(enrolment, posts, at=at, **more)))
    return Notice.objects.latest("pk")
