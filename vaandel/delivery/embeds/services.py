"""Places on the intranet: made, changed, closed, given a new address, removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from vaandel.delivery.models import Embed
from vaandel.organizations.audit import record
from vaandel.organizations.models import Member, Organization
from vaandel.programmes.models import Topic

# The list says when a place was shown last; to the minute is more than anybody needs.
NOTED_EVERY: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a place should be. No ``topics``: all of them. ``sites`` are origins."""

    name: str
    sites: Sequence[str]
    topics: Sequence[Topic]
    language: str
    look: str
    most: int


@transaction.atomic
def make_embed(*, wanted: Wanted, by: Member, at: datetime) -> Embed:
    """A second press within a minute gives what the first one made."""
    Organization.objects.select_for_update().get(pk=by.organization_id)
    same = Embed.objects.filter(
        name=wanted.name, created_by=by, created_at__gt=at - timedelta(minutes=1)
    ).first()
    if same is not None and same.sites == list(wanted.sites):
        return same
    embed = Embed(organization_id=by.organization_id, created_by=by, created_at=at)
    _apply(embed, wanted)
    _record(embed, "embed.made", by=by, at=at)
    return embed


@transaction.atomic
def change_embed(*, embed: Embed, wanted: Wanted, by: Member, at: datetime) -> Embed:
    """Pages that show it follow within five minutes."""
    _apply(embed, wanted)
    _record(embed, "embed.changed", by=by, at=at)
    return embed


def _apply(embed: Embed, wanted: Wanted) -> None:
    embed.name = wanted.name
    embed.sites = list(wanted.sites)
    embed.language = wanted.language
    embed.look = wanted.look
    embed.most = wanted.most
    if embed.refused_site in embed.sites:
        embed.refused_site, embed.refused_at = "", None
    embed.save()
    embed.topics.set(wanted.topics)


@transaction.atomic
def revoke_embed(*, embed: Embed, by: Member, at: datetime) -> None:
    """Every copy of the address shows nothing any more. A second press changes nothing."""
    if Embed.objects.filter(pk=embed.pk, revoked_at=None).update(revoked_at=at):
        _record(embed, "embed.revoked", by=by, at=at)


@transaction.atomic
def renew_embed(*, embed: Embed, by: Member, at: datetime) -> None:
    """A new address; the old one, wherever it was copied to, is over.

    Only from the address that was seen: a second press changes nothing.
    """
    seen = Embed.objects.filter(pk=embed.pk, nonce=embed.nonce, revoked_at=embed.revoked_at)
    renewed = seen.update(
        nonce=F("nonce") + 1, revoked_at=None, refused_site="", refused_at=None, shown_at=None
    )
    if renewed:
        _record(embed, "embed.renewed", by=by, at=at)


@transaction.atomic
def remove_embed(*, embed: Embed, by: Member, at: datetime) -> None:
    deleted, _rows = Embed.objects.filter(pk=embed.pk).delete()
    if deleted:
        _record(embed, "embed.removed", by=by, at=at)


def _record(embed: Embed, action: str, *, by: Member, at: datetime) -> None:
    record(by=by, action=action, subject=f"embed:{embed.pk}", detail={"name": embed.name}, at=at)


def note_shown(*, embed: Embed, at: datetime) -> None:
    lately = Q(shown_at__gt=at - NOTED_EVERY)
    Embed.across_tenants.filter(pk=embed.pk).exclude(lately).update(shown_at=at)


def note_refused(*, embed: Embed, site: str, at: datetime) -> None:
    """Another site tried; its browser's policy shows nothing there."""
    lately = Q(refused_site=site, refused_at__gt=at - NOTED_EVERY)
    rows = Embed.across_tenants.filter(pk=embed.pk).exclude(lately)
    rows.update(refused_site=site, refused_at=at)
