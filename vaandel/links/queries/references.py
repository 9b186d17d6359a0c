"""Which click a reference stands for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from vaandel.links.models import ClickReference, Link

# More of them in one statement than a database takes as parameters would fail.
PER_STATEMENT = 5000


class KnownClick(NamedTuple):
    """The link that was pressed, and when; ``at`` None: only the link is known."""

    link_id: int
    at: datetime | None


def known_clicks(references: Iterable[str]) -> dict[str, KnownClick]:
    """The clicks of this organisation behind these references; unknown ones are absent.

    A link that has been deleted is not known any more.
    """
    found: dict[str, KnownClick] = {}
    for part in _in_parts(references):
        rows = ClickReference.objects.filter(reference__in=part)
        clicks = {
            reference: KnownClick(link_id, at)
            for reference, link_id, at in rows.values_list("reference", "link_id", "at")
        }
        links = set(
            Link.objects.filter(pk__in={click.link_id for click in clicks.values()}).values_list(
                "pk", flat=True
            )
        )
        found.update(
            {reference: click for reference, click in clicks.items() if click.link_id in links}
        )
    return found


def known_codes(codes: Iterable[str]) -> dict[str, KnownClick]:
    """The links of this organisation with these short codes; unknown ones are absent."""
    found: dict[str, KnownClick] = {}
    for part in _in_parts(codes):
        rows = Link.objects.filter(code__in=part).values_list("code", "pk")
        found.update({code: KnownClick(link_id, None) for code, link_id in rows})
    return found


def _in_parts(texts: Iterable[str]) -> list[list[str]]:
    wanted = sorted({text for text in texts if text})
    return [wanted[start : start + PER_STATEMENT] for start in range(0, len(wanted), PER_STATEMENT)]
