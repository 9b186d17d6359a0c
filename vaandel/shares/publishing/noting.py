"""Noting that something is on the network: from then on it is a share, and not before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from vaandel.channels.adapter import Published
from vaandel.shares.bands import index_text
from vaandel.shares.figures import begin_reading
from vaandel.shares.models import Publication, Share
from vaandel.shares.regulated import note_published as keep_published

State = Publication.State


@transaction.atomic
def note_published(publication: Publication, published: Published, *, at: datetime) -> bool:
    """The network says so. It is there whatever became of the row meanwhile: taken over, looked
    into, armed again, or given up by the person.

    False when it was noted before. ``publication`` comes with post and account.
    """
    unnoted = Publication.objects.filter(pk=publication.pk).exclude(
        state__in=[State.PUBLISHED, State.DELETED]
    )
    return _note(unnoted, publication, published, at=at)


@transaction.atomic
def note_published_by_hand(publication: Publication, *, permalink: str, at: datetime) -> bool:
    """The person found it there, of which we were not certain."""
    doubtful = Publication.objects.filter(pk=publication.pk, state=State.UNKNOWN)
    found = Published(remote_id="", permalink=permalink)
    noted = _note(doubtful, publication, found, at=at)
    publication.refresh_from_db()
    return noted


def _note(
    rows: QuerySet[Publication], publication: Publication, published: Published, *, at: datetime
) -> bool:
    since = publication.handed_over_at or at
    if not rows.update(
        state=State.PUBLISHED,
        leased_until=None,
        problem="",
        problem_detail="",
        remote_id=published.remote_id,
        permalink=published.permalink,
        published_at=since,
        ended_at=at,
    ):
        return False
    if _forget_who_is_gone(publication):
        # Their account was erased while the network was asked; only the count stays.
        published = Published(remote_id="")
        Publication.objects.filter(pk=publication.pk).update(remote_id="", permalink="", memory={})
    share = Share.objects.create(**_share_of(publication, published, since))
    index_text(share, is_new=True)
    Publication.objects.filter(pk=publication.pk).update(share=share)
    account = publication.account
    if account is not None and account.reads_statistics and published.remote_id:
        begin_reading(share, channel=publication.channel, at=at)
    keep_published(publication, permalink=published.permalink, at=at)
    return True


def _forget_who_is_gone(publication: Publication) -> bool:
    """What was read before the network was asked may name rows that are not there any more.
    True when the person is gone."""
    names = ("enrolment_id", "account_id", "angle_id")
    for name, value in Publication.objects.values(*names).get(pk=publication.pk).items():
        if value is None:
            setattr(publication, name, None)
    if publication.enrolment_id is not None:
        return False
    publication.text = publication.disclosure = publication.disclosure_offered = ""
    return True


def _share_of(publication: Publication, published: Published, since: datetime) -> dict[str, Any]:
    copied = (
        "organization_id",
        "post_id",
        "enrolment_id",
        "link_id",
        "press",
        "channel",
        "language",
        "text",
        "disclosure",
        "disclosure_rule",
        "disclosure_offered",
        "risk_line",
        "angle_id",
        "edited_share",
    )
    return {name: getattr(publication, name) for name in copied} | {
        "state": Share.State.CONFIRMED,
        "opened_at": since,
        "answered_at": since,
        "permalink": published.permalink,
    }
