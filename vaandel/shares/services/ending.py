"""Links follow their post: when it is over they lead to the friendly page, and back again."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from vaandel.links.models import LinkDay
from vaandel.links.services import delete_links, end_links, revive_links
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Post
from vaandel.shares.models import Reservation, Share

AT_A_TIME: Final = 2000
UNUSED_FOR: Final = timedelta(days=7)


def end_links_of_finished_posts() -> int:
    """End the links of posts that are over and revive those of posts that are live again.

    For the clock. Runs twice without harm; returns how many links changed.
    """
    now = timezone.now()
    with every_tenant(), transaction.atomic():
        ended = end_links(_links(live=False), now)
        return ended + revive_links(_links(live=True))


def _links(*, live: bool) -> list[int]:
    """Links whose end does not fit the state of their post, a limited number at a time."""
    found: list[int] = []
    for model in (Share, Reservation):
        rows = model.objects.filter(link__ended_at__isnull=not live)
        rows = (
            rows.filter(post__state=Post.State.LIVE)
            if live
            else rows.exclude(post__state=Post.State.LIVE)
        )
        found += rows.values_list("link_id", flat=True)[:AT_A_TIME]
    return found


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
