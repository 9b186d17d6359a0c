"""Every change of a short link. All processes follow it within two seconds (`cache`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.encoding import iri_to_uri

from vaandel.links.codes import new_code
from vaandel.links.models import Link
from vaandel.organizations.models import Organization

MAX_ADDRESS = 2000
ATTEMPTS = 5
# More ids in one statement than a database takes as parameters would fail.
IDS_PER_STATEMENT = 5000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class NotATarget(ValueError):
    """The address is not one that a short link may lead to."""


def create_link(*, organization: Organization, target_url: str, channel: str, at: datetime) -> Link:
    """Make a short link to an http(s) address; raises ``NotATarget`` for anything else.

    The unique code is decided by the database; with 2.6e13 codes a second attempt is rare.
    """
    target = checked_target(target_url)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return Link.objects.create(
                    organization=organization,
                    code=new_code(),
                    target_url=target,
                    channel=channel,
                    created_at=at,
                )
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def checked_target(target_url: str) -> str:
    """The address as it goes into a ``Location`` header: ASCII, without spaces or control signs."""
    target = iri_to_uri(target_url.strip())
    try:
        parts = urlsplit(target)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or len(target) > MAX_ADDRESS or _CONTROL.search(target_url.strip()):
        raise NotATarget("A short link leads to an http or https address.")
    return target


@transaction.atomic
def end_links(link_ids: Iterable[int], at: datetime) -> int:
    """Lead these links to the friendly page from now on. Links that ended keep their moment."""
    return sum(
        Link.objects.filter(pk__in=ids, ended_at=None).update(ended_at=at)
        for ids in _in_parts(link_ids)
    )


@transaction.atomic
def revive_links(link_ids: Iterable[int]) -> int:
    """Lead ended links to their targets again, for a post that was put back."""
    return sum(
        Link.objects.filter(pk__in=ids).exclude(ended_at=None).update(ended_at=None)
        for ids in _in_parts(link_ids)
    )


def _in_parts(link_ids: Iterable[int]) -> list[list[int]]:
    ids = list(link_ids)
    return [
        ids[start : start + IDS_PER_STATEMENT] for start in range(0, len(ids), IDS_PER_STATEMENT)
    ]
