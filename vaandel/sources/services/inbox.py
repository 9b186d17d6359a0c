"""What editors do with an item of a feed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.posts.services import FoundPage, draft_from
from vaandel.programmes.queries import the_programme
from vaandel.sources.models import Item
from vaandel.sources.preview import Preview, PreviewFailed, fetch_picture, preview


def use_item(*, item: Item, by: Member, at: datetime) -> Post:
    """Make a draft of an item, with what its page shows. Pressed twice it gives the same draft."""
    if item.post is not None:
        return item.post
    # Outside the transaction: the website takes as long as it likes.
    return _make_draft(item, shown_by(item), by, at)


def shown_by(item: Item) -> Preview:
    """The preview of the item's page; without one, what the feed itself tells."""
    try:
        if item.url:
            return preview(item.url)
    except PreviewFailed:
        pass
    return Preview(
        url=item.url,
        title=item.title,
        summary=item.summary_text,
        site_name=item.source.name,
        image=fetch_picture(item.image_url) if item.image_url else None,
    )


@transaction.atomic
def _make_draft(item: Item, shown: Preview, by: Member, at: datetime) -> Post:
    locked = Item.objects.select_for_update().get(pk=item.pk)
    if locked.post is not None:
        return locked.post
    post = draft_from(
        programme=the_programme(by.organization),
        found=found_page(shown),
        kind=shown.kind,
        topic=item.source.topic,
        by=by,
        at=at,
    )
    Item.objects.filter(pk=item.pk).update(state=Item.State.USED, post=post)
    return post


def found_page(shown: Preview) -> FoundPage:
    return FoundPage(
        title=shown.title,
        summary=shown.summary,
        target_url=shown.url,
        site_name=shown.site_name,
        language=shown.language,
        image=shown.image,
        image_alt=shown.image_alt,
        expires_at=shown.expires_at,
        event_at=shown.event_at,
        event_place=shown.event_place,
    )


def dismiss_item(*, item: Item) -> bool:
    """Leave it. ``restore_item`` undoes it."""
    dismissed = Item.objects.filter(pk=item.pk, state=Item.State.NEW).update(
        state=Item.State.DISMISSED
    )
    return bool(dismissed)


def restore_item(*, item: Item) -> bool:
    restored = Item.objects.filter(pk=item.pk, state=Item.State.DISMISSED).update(
        state=Item.State.NEW
    )
    return bool(restored)
