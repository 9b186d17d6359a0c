"""Thanks as a person reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.recognition.models import Thanks

MOST: int = 20


@dataclass(frozen=True, slots=True)
class Received:
    """A thank-you with its concrete figure. ``clicks`` is what was measured when it was given."""

    pk: int
    text: str
    from_line: str
    initials: str
    post_title: str
    clicks: int
    given_at: datetime
    is_new: bool


def thanks_for(enrolment: Enrolment, *, limit: int = MOST) -> list[Received]:
    """Newest first."""
    rows = (
        Thanks.objects.filter(to=enrolment)
        .select_related("post")
        .order_by("-given_at", "-pk")[:limit]
    )
    return [_received(row) for row in rows]


def latest_thanks(enrolment: Enrolment) -> Received | None:
    return next(iter(thanks_for(enrolment, limit=1)), None)


def _received(row: Thanks) -> Received:
    return Received(
        pk=row.pk,
        text=row.text,
        from_line=", ".join(part for part in (row.by_name, row.by_function) if part),
        initials=_initials(row.by_name),
        post_title=row.post.title if row.post else "",
        clicks=row.clicks,
        given_at=row.given_at,
        is_new=row.seen_at is None and row.given_at <= timezone.now(),
    )


def _initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))
