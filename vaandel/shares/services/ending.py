"""Links follow their post: when it is over they lead to the friendly page, and back again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from vaandel.links.models import LinkDay
from vaandel.links.services import delete_links, end_links, expire_links, revive_links
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Post
from vaandel.shares.models import Publication, Reservation, Share

Rows = QuerySet[Share] | QuerySet[Reservation] | QuerySet[Publication]

AT_A_TIME: Final = 2000
# Of the few posts that have just changed all links follow at once.
AT_ONCE: Final = 100_000
# Longer than a transaction takes, and than clocks of nodes differ.
CHANGED_WITHIN: Final = timedelta(minutes=1)
UNUSED_FOR: Final = timedelta(days=7)


def end_links_of_changed_posts() -> int:
    """Let links follow the posts that have just changed; returns how many links changed.

    For the clock, every second: without such a post it is one question to the database.
    """
    now = timezone.now()
    with every_tenant():
        changed = Post.objects.filter(updated_at__gte=now - CHANGED_WITHIN)
        posts = list(changed.order_by().values_list("pk", flat=True))
        if not posts:
            return 0
        found = [rows.filter(post__in=posts) for rows in _with_links()]
        return _follow(found, at=now, at_most=AT_ONCE)


def end_links_of_finished_posts() -> int:
    """End the links of posts that are over and revive those of posts that are live again; let
    the others end when their post does.

    For the clock. Runs twice without harm; returns how many links changed.
    """
    with every_tenant():
        return _follow(_with_links(), at=timezone.now(), at_most=AT_A_TIME)


def _with_links() -> list[Rows]:
    """Everything that owns a link. What was published is a share too, and is read as that."""
    waiting = Publication.objects.filter(share=None)
    return [Share.objects.all(), Reservation.objects.all(), waiting]


def _follow(found: Sequence[Rows], *, at: datetime, at_most: int) -> int:
    over, live, expiring = _over(found, at_most), _live(found, at_most), _expiring(found, at_most)
    if not (over or live or expiring):
        # Nothing to write, so nobody has to wait for us.
        return 0
    with transaction.atomic():
        changed = end_links(over, at) + revive_links(live)
        return changed + sum(expire_links(links, until) for until, links in expiring.items())


def _over(found: Sequence[Rows], at_most: int) -> list[int]:
    return [
        link
        for rows in found
        for link in rows.filter(link__ended_at=None)
        .exclude(post__state=Post.State.LIVE)
        .values_list("link_id", flat=True)[:at_most]
    ]


def _live(found: Sequence[Rows], at_most: int) -> list[int]:
    return [
        link
        for rows in found
        for link in rows.filter(post__state=Post.State.LIVE)
        .exclude(link__ended_at=None)
        .values_list("link_id", flat=True)[:at_most]
    ]


def _expiring(found: Sequence[Rows], at_most: int) -> dict[datetime | None, list[int]]:
    """Links that would not end with their post, by the moment at which they should."""
    by_moment: dict[datetime | None, list[int]] = {}
    for rows in found:
        differ = (
            Q(link__expires_at=None, post__expires_at__isnull=False)
            | Q(link__expires_at__isnull=False, post__expires_at=None)
            | Q(link__expires_at__lt=F("post__expires_at"))
            | Q(link__expires_at__gt=F("post__expires_at"))
        )
        for link, until in rows.filter(differ).values_list("link_id", "post__expires_at")[:at_most]:
            by_moment.setdefault(until, []).append(link)
    return by_moment


def forget_unused_links() -> int:
    """Delete links that were reserved a week ago, never became a share and were never asked for.

    A link that was asked for stays: its text may have been posted while our own request was
    lost on the way.
    """
    with every_tenant(), transaction.atomic():
        asked_for = LinkDay.objects.filter(link_id=OuterRef("link_id"))
        rows = Reservation.objects.filter(created_at__lt=timezone.now() - UNUSED_FOR).exclude(
            Exists(asked_for)
        )
        ids = list(rows.values_list("link_id", flat=True)[:AT_A_TIME])
        Reservation.objects.filter(link_id__in=ids).delete()
        delete_links(ids)
        return len(ids)
