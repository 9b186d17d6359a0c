"""Finding posts: by words, by what they are, in an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower

from vaandel.posts.models import Post

ORDERS: Final = {
    "": (F("updated_at").desc(), F("pk").desc()),
    "published": (F("published_at").desc(nulls_last=True), F("pk").desc()),
    "title": (Lower("title"), F("pk").asc()),
}
EQUAL: Final = {
    "state": "state",
    "kind": "kind",
    "language": "language",
    "topic": "topics",
    "author": "created_by",
}


def found_posts(chosen: Mapping[str, Any]) -> QuerySet[Post]:
    """Posts with their author and topics. ``chosen`` is by name of ``ListForm``'s fields."""
    rows = Post.objects.select_related("created_by__user").prefetch_related("topics")
    if words := chosen.get("q"):
        rows = rows.filter(
            Q(title__icontains=words) | Q(summary__icontains=words) | Q(target_url__icontains=words)
        )
    equal = {column: chosen[name] for name, column in EQUAL.items() if name in chosen}
    return rows.filter(**equal).order_by(*ORDERS[chosen.get("sort", "")])
