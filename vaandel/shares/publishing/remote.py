"""Taking down or correcting what stands on the network, from here."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vaandel.channels.adapter import Kind, Trouble
from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.services import accounts
from vaandel.shares.bands import forget_bands, index_text
from vaandel.shares.models import NetworkFigures, Publication, Share
from vaandel.shares.publishing.arming import Settled
from vaandel.shares.publishing.outgoing import check_carried, outgoing_of
from vaandel.shares.regulated import check_text, note_corrected, note_taken_down
from vaandel.shares.similarity import edited_ratio

State = Publication.State


def take_down(*, publication: Publication, at: datetime) -> None:
    """Delete the post on the network; raises ``Trouble`` or ``Settled``.

    Asked twice it is the same. ``publication`` comes with account, post and link.
    """
    if publication.state == State.DELETED:
        return
    opened = _opened(publication, at=at)
    ADAPTERS[publication.channel].delete(opened.app, opened.account, publication.remote_id)
    with transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(state=State.DELETED, ended_at=at)
        Share.objects.filter(publication=publication).update(
            state=Share.State.NOT_POSTED, answered_at=at, permalink=""
        )
        NetworkFigures.objects.filter(share__publication=publication).update(
            next_read_at=None, gone_at=at
        )
        forget_bands([publication.share_id] if publication.share_id else [])
        note_taken_down(publication, at=at)
    publication.refresh_from_db()


def correct(*, publication: Publication, text: str, at: datetime) -> None:
    """Put another text in its place; the line that names the employer and the link stay.

    Raises ``Trouble``, ``TextTooLong``, ``TextNotApproved`` or ``Settled``. Noted when the
    network has said yes. Without an answer the old text stays here; sending the same correction
    once more does no harm anywhere.
    """
    check_text(
        enrolment=publication.enrolment,
        post=publication.post,
        text=text,
        language=publication.language,
    )
    opened = _opened(publication, at=at)
    old = publication.text
    publication.text = text
    outgoing = outgoing_of(publication)
    check_carried(outgoing.text, publication.channel)
    try:
        published = ADAPTERS[publication.channel].correct(
            opened.app, opened.account, publication.remote_id, outgoing
        )
    except Trouble:
        publication.text = old
        raise
    angle = publication.angle.text if publication.angle else ""
    with transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(
            text=text, remote_id=published.remote_id or publication.remote_id
        )
        Share.objects.filter(publication=publication).update(
            text=text, edited_share=edited_ratio(text, angle)
        )
        index_text(Share.objects.get(publication=publication))
        note_corrected(publication, at=at)
    publication.refresh_from_db()


def _opened(publication: Publication, *, at: datetime) -> accounts.Opened:
    if publication.state != State.PUBLISHED or not publication.remote_id:
        raise Settled
    if publication.account is None:
        raise Trouble(Kind.RECONNECT, "disconnected")
    return accounts.opened(publication.account, at=at)
