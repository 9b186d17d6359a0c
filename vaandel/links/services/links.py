"""Every change of a short link. All processes follow it within two seconds (`cache`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.encoding import iri_to_uri

from vaandel.links.codes import new_code
from vaandel.links.models import (
    Campaign,
    Click,
    ClickReference,
    DayVisitor,
    Link,
    LinkDay,
    LinkSettings,
)
from vaandel.links.storage import clicks_alias
from vaandel.organizations.destinations import allowed
from vaandel.organizations.models import Organization

MAX_ADDRESS = 2000
ATTEMPTS = 5
# More ids in one statement than a database takes as parameters would fail.
IDS_PER_STATEMENT = 5000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class NotATarget(ValueError):
    """The address is not one that a short link may lead to."""


class NotAllowed(NotATarget):
    """The organisation's links may not lead to this website."""


def create_link(
    *,
    organization: Organization,
    target_url: str,
    channel: str,
    at: datetime,
    campaign: Campaign | None = None,
    owner: AbstractBaseUser | None = None,
    expires_at: datetime | None = None,
) -> Link:
    """Make a short link to an http(s) address; raises ``NotATarget`` for anything else, and
    ``NotAllowed`` for a website that is not on the organisation's list.

    ``owner``: whose own presses are no clicks. From ``expires_at`` on it leads where ended links
    lead. The unique code is decided by the database; with
    2.6e13 codes a second attempt is rare.
    """
    target = _checked_for(organization, target_url)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return Link.objects.create(
                    organization=organization,
                    code=new_code(),
                    target_url=target,
                    channel=channel,
                    campaign=campaign,
                    owner_id=owner.pk if owner else None,
                    created_at=at,
                    expires_at=expires_at,
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


def _checked_for(organization: Organization, target_url: str) -> str:
    target = checked_target(target_url)
    if not allowed(organization, target):
        raise NotAllowed("The organisation's links may not lead to this website.")
    return target


@transaction.atomic
def end_links(link_ids: Iterable[int], at: datetime) -> int:
    """Lead these links to the friendly page from now on. Links that ended keep their moment."""
    return _change(link_ids, lambda rows: rows.filter(ended_at=None).update(ended_at=at))


@transaction.atomic
def revive_links(link_ids: Iterable[int]) -> int:
    """Lead ended links to their targets again, for a post that was put back."""
    return _change(link_ids, lambda rows: rows.exclude(ended_at=None).update(ended_at=None))


@transaction.atomic
def expire_links(link_ids: Iterable[int], at: datetime | None) -> int:
    """Let these links end by themselves at a moment, to the second; ``None``: never."""
    return _change(link_ids, lambda rows: rows.exclude(expires_at=at).update(expires_at=at))


def aim(link: Link, target_url: str) -> None:
    """Lead a link elsewhere that nobody can have followed yet, so that no process has to be
    told; raises ``NotATarget``."""
    target = _checked_for(link.organization, target_url)
    if target != link.target_url:
        Link.objects.filter(pk=link.pk).update(target_url=target)
        link.target_url = target


def _change(link_ids: Iterable[int], change: Callable[[QuerySet[Link]], int]) -> int:
    """Change links and say so to every process that answers them."""
    changed = 0
    organizations: set[int] = set()
    for ids in _in_parts(link_ids):
        rows = Link.objects.filter(pk__in=ids)
        if number := change(rows):
            changed += number
            organizations |= set(rows.order_by().values_list("organization", flat=True).distinct())
    for organization_id in sorted(organizations):
        touch(organization_id)
    return changed


def touch(organization_id: int) -> None:
    """Let every process read this organisation's links and settings again, within two seconds.

    The row stays locked until the caller's transaction ends, so that nobody sees the new
    version and reads what was there before.
    """
    LinkSettings.objects.bulk_create(
        [LinkSettings(organization_id=organization_id)], ignore_conflicts=True
    )
    LinkSettings.objects.filter(organization=organization_id).update(version=F("version") + 1)


def save_campaign(
    *,
    organization: Organization,
    key: str,
    title: str,
    description: str = "",
    image_url: str = "",
    about_path: str = "",
) -> Campaign:
    """What links of this key are about; as it is now, however often it is said."""
    wanted = {
        "title": title[:300],
        "description": description,
        "image_url": image_url,
        "about_path": about_path,
    }
    campaign, created = Campaign.objects.get_or_create(
        organization=organization, key=key, defaults=wanted
    )
    changed = [name for name, value in wanted.items() if getattr(campaign, name) != value]
    if changed and not created:
        for name in changed:
            setattr(campaign, name, wanted[name])
        campaign.save(update_fields=changed)
    return campaign


def delete_links(link_ids: Iterable[int]) -> int:
    """Delete links and everything that was counted of them; returns how many links there were.

    The figures of their campaigns stay: they are of all links of a campaign together.
    """
    deleted = 0
    for ids in _in_parts(link_ids):
        with transaction.atomic():
            rows = Link.objects.filter(pk__in=ids)
            organizations = sorted(
                rows.order_by().values_list("organization", flat=True).distinct()
            )
            number, _ = rows.delete()
            deleted += number
            for organization_id in organizations:
                touch(organization_id)
        with transaction.atomic(using=clicks_alias()):
            for model in (Click, LinkDay, ClickReference):
                model.objects.filter(link_id__in=ids).delete()
            DayVisitor.objects.filter(link_id__in=ids).delete()
    return deleted


def _in_parts(link_ids: Iterable[int]) -> list[list[int]]:
    ids = list(link_ids)
    return [
        ids[start : start + IDS_PER_STATEMENT] for start in range(0, len(ids), IDS_PER_STATEMENT)
    ]
