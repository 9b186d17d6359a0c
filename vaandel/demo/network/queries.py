"""Reading the practice network."""

from __future__ import annotations

from django.db.models import QuerySet

from vaandel.accounts.models import User
from vaandel.demo.models import PracticePost


def posts() -> QuerySet[PracticePost]:
    """The newest first, with author and pictures."""
    found = PracticePost.objects.select_related("author").prefetch_related("pictures")
    return found.order_by("-created_at", "-pk")


def newest_of(person: User, most: int) -> list[PracticePost]:
    return list(posts().filter(author=person)[:most])
