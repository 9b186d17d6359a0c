"""What somebody wrote, on its way from one page to the share page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypedDict

from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404
from django.utils import timezone

from vaandel.shares.access import Door, publication_for

KEY: Final = "shares.draft"
GOOD_FOR: Final = timedelta(hours=12)
_FIELDS: Final = ("text", "angle", "disclosure", "own_disclosure", "instance")
_OWN: Final = "own"
_NONE: Final = "none"
LONGEST: Final = 20_000


class Draft(TypedDict):
    """The fields of the share page's form."""

    text: str
    angle: str
    disclosure: str
    own_disclosure: str
    instance: str


def draft_of(door: Door, publication_id: str) -> Draft | None:
    """The words of an own publication of this post, to go on with; None when there is none."""
    if not publication_id.isdecimal() or door.token:
        return None
    try:
        row = publication_for(door.member, int(publication_id))
    except Http404:
        return None
    if row.post_id != door.post.pk:
        return None
    return Draft(
        text=row.text,
        angle=str(row.angle_id or ""),
        disclosure=_OWN if row.disclosure else _NONE,
        own_disclosure=row.disclosure,
        instance="",
    )


def keep(session: SessionBase, door: Door, typed: Mapping[str, Any], *, at: datetime) -> None:
    """Keep what was typed until its writer comes back signed in, in this browser."""
    fields = {name: str(typed.get(name, ""))[:LONGEST].replace("\x00", "") for name in _FIELDS}
    session[KEY] = {
        "post": door.post.pk,
        "enrolment": door.taking_part.pk,
        "until": (at + GOOD_FOR).isoformat(),
        "fields": fields,
    }


def kept(session: SessionBase, door: Door) -> Draft | None:
    """Of this person and this post only. It stays until something was sent."""
    found = session.get(KEY)
    if not found or door.token or door.enrolment is None:
        return None
    if (found["post"], found["enrolment"]) != (door.post.pk, door.enrolment.pk):
        return None
    if datetime.fromisoformat(found["until"]) <= timezone.now():
        return None
    fields: Draft = found["fields"]
    return fields


def forget(session: SessionBase) -> None:
    """It was sent."""
    session.pop(KEY, None)
