"""From an id in an address to a source or an item, or 404."""

from __future__ import annotations

from django.http import Http404

from vaandel.organizations.models import Member
from vaandel.sources.models import Item, Source


def source_for(member: Member, source_id: int) -> Source:
    """A source, also one that was removed a moment ago."""
    source = Source.objects.filter(pk=source_id).select_related("topic", "organization").first()
    if source is None or not member.can_edit:
        raise Http404("No such source.")
    return source


def item_for(member: Member, item_id: int) -> Item:
    item = Item.objects.filter(pk=item_id).select_related("source__topic", "post").first()
    if item is None or not member.can_edit:
        raise Http404("No such item.")
    return item
