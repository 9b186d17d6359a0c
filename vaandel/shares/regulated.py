"""Sharing under rules of law: only approved texts, with their closing line, and all of it kept.

For a post without a regulated topic every function here does nothing, without asking the database.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from vaandel.ambassadors.models import Enrolment
from vaandel.archive.models import Kind
from vaandel.archive.services import named
from vaandel.channels.registry import CHANNELS
from vaandel.links.addresses import short_url
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.posts.regulated import (
    Approval,
    RegulatedRule,
    approval_of,
    approval_of_text,
    keep,
    rule_of,
)
from vaandel.shares.models import Publication, Share, TextRequest
from vaandel.shares.refusals import TextNotApproved

__all__ = [
    "RegulatedRule",
    "check_text",
    "ending",
    "note_corrected",
    "note_published",
    "note_request",
    "note_shared",
    "note_taken_down",
    "rule_of",
    "text_digest",
]


def text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def check_text(*, enrolment: Enrolment | None, post: Post, text: str, language: str) -> None:
    """Raise ``TextNotApproved`` unless this text, to the letter, was approved for this post.

    It is one of the post's own, as they stand in the archive, or one of the person's own that
    a second person approved.
    """
    if rule_of(post) is None:
        return
    approval = approval_of(post)
    if approval is None:
        raise TextNotApproved
    if (language, text) in approval.angles:
        return
    if enrolment is None:
        raise TextNotApproved
    own = TextRequest.objects.filter(
        post=post,
        enrolment=enrolment,
        text_digest=text_digest(text),
        language=language,
        state=TextRequest.State.APPROVED,
        # Approved for the post as it stands now, and not for an earlier round of it.
        decided_at__gte=approval.at,
    )
    if not own.exists():
        raise TextNotApproved


def ending(post: Post, language: str) -> str:
    """What every text about this post ends with in this language; "" without rules."""
    rule = rule_of(post)
    return rule.ending(language) if rule else ""


def note_shared(share: Share, *, at: datetime) -> None:
    """Somebody opened a network with a text. ``share`` comes with post, link and enrolment."""
    _note(share, Kind.SHARE_OPENED, at=at)


def note_published(publication: Publication, *, permalink: str = "", at: datetime) -> None:
    """A text went out to somebody's own account."""
    _note(publication, Kind.PUBLISHED, permalink=permalink, at=at)


def note_corrected(publication: Publication, *, at: datetime) -> None:
    """Another text was put in its place on the network."""
    _note(publication, Kind.CORRECTED, at=at)


def note_taken_down(publication: Publication, *, at: datetime) -> None:
    """It was taken down from the network."""
    _note(publication, Kind.TAKEN_DOWN, at=at)


def _note(row: Share | Publication, kind: Kind, *, permalink: str = "", at: datetime) -> None:
    rule = rule_of(row.post)
    if rule is None:
        return
    approval = approval_of(row.post)
    content: dict[str, object] = {
        "sharer": named(row.enrolment.member) if row.enrolment else "",
        "channel": str(CHANNELS[row.channel].name),
        "account": row.handle if isinstance(row, Publication) else row.instance,
        "language": row.language,
        "text": row.text,
        "disclosure": row.disclosure,
        "risk_line": row.risk_line,
        "link": short_url(row.link),
        "permalink": permalink or row.permalink,
        "media": list(approval.media) if approval else [],
        "approved_in": _approved_in(row, approval),
    }
    keep(row.post, rule, kind=kind, content=content, at=at)


def _approved_in(row: Share | Publication, approval: Approval | None) -> int | str:
    if approval is None:
        return ""
    return approval_of_text(row.post, approval, language=row.language, text=row.text)


def note_request(
    request: TextRequest, kind: Kind, *, by: Member | None = None, at: datetime
) -> None:
    """Somebody asked for a text of their own, or somebody else decided about it."""
    rule = rule_of(request.post)
    if rule is None:
        return
    content: dict[str, object] = {
        "sharer": named(request.enrolment.member) if request.enrolment else "",
        "language": request.language,
        "text": request.text,
        "started_from": request.angle.text if request.angle else "",
        "by": named(by) if by else "",
        "note": request.note,
    }
    keep(request.post, rule, kind=kind, content=content, at=at)
