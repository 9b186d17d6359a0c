"""What the law asks of posts about some topics: rules, the approved texts, and what is kept.

A post has the strictest of the rules of its topics. Approval is what the archive says, not what a
column says: a text that somebody changed in the database was not approved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models.fields.files import FieldFile

from vaandel.archive.models import ArchiveEntry, Kind
from vaandel.archive.queries import last_entry, last_entry_with
from vaandel.archive.services import append, keep_for, named
from vaandel.organizations.models import Member
from vaandel.posts.models import Post, PostDocument

GAP: Final = "___"
BLOCK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class RegulatedRule:
    """The rules of all topics of a post together. ``risk_lines`` by topic, then by language."""

    keep_years: int
    topics: tuple[str, ...]
    risk_lines: tuple[Mapping[str, str], ...]

    def ending(self, language: str) -> str:
        """What a text in this language ends with; each line once, "" when there is none yet."""
        base = language.partition("-")[0]
        lines = (lines.get(language) or lines.get(base, "") for lines in self.risk_lines)
        return "\n".join(dict.fromkeys(line for line in lines if line))

    def speaks(self, language: str) -> bool:
        """Whether every topic has its line in this language."""
        base = language.partition("-")[0]
        return all(lines.get(language) or lines.get(base) for lines in self.risk_lines)


@dataclass(frozen=True, slots=True)
class Approval:
    """The last time that somebody approved the post: entry ``number`` of the archive."""

    number: int
    at: datetime
    angles: tuple[tuple[str, str], ...]
    media: tuple[str, ...]


def rule_of(post: Post) -> RegulatedRule | None:
    """None for a post without a regulated topic. Reads the topics unless they are at hand.

    Most organisations have none, so nothing is asked then. ``post`` comes with its organisation.
    """
    if not post.organization.keeps_archive:
        return None
    topics = [topic for topic in post.topics.all() if topic.regulated]
    if not topics:
        return None
    return RegulatedRule(
        keep_years=max(topic.keep_years for topic in topics),
        topics=tuple(topic.name for topic in topics),
        risk_lines=tuple(topic.risk_lines or {} for topic in topics),
    )


def needs_second_person(post: Post) -> bool:
    return post.programme.four_eyes or rule_of(post) is not None


def missing_by_rule(post: Post, rule: RegulatedRule) -> Mapping[str, bool]:
    """What more such a post needs: codes, and whether each is missing."""
    angles = list(post.angles.all())
    return {
        "end_needed": post.expires_at is None,
        "gaps": any(GAP in angle.text for angle in angles),
        "risk_line": not all(rule.speaks(angle.language) for angle in angles),
    }


def approval_of(post: Post) -> Approval | None:
    entry = last_entry(post.organization_id, kind=Kind.POST_APPROVED, subject=f"post:{post.pk}")
    if entry is None or not entry.content:
        return None
    kept = json.loads(entry.content)
    return Approval(
        number=entry.number,
        at=entry.at,
        angles=tuple((angle["language"], angle["text"]) for angle in kept["angles"]),
        media=tuple(kept["media"]),
    )


def approval_of_text(post: Post, approval: Approval, *, language: str, text: str) -> int:
    """The number of the entry in which this very text was approved: that of the post itself,
    or of somebody's own text after it."""
    if (language, text) in approval.angles:
        return approval.number
    entry = last_entry_with(
        post.organization_id,
        kind=Kind.TEXT_APPROVED,
        subject=f"post:{post.pk}",
        content={"language": language, "text": text},
    )
    return entry.number if entry and entry.number > approval.number else approval.number


def may_go_out(post: Post) -> bool:
    """False for a post that came under rules after it was written, and nobody approved since."""
    return rule_of(post) is None or approval_of(post) is not None


def keep(
    post: Post, rule: RegulatedRule, *, kind: str, content: Mapping[str, object], at: datetime
) -> ArchiveEntry:
    """Keep one fact about the post, as long as its rules say."""
    return append(
        organization=post.organization_id,
        kind=kind,
        subject=f"post:{post.pk}",
        content={"title": post.title, **content},
        keep_until=keep_for(rule.keep_years, at=at),
        at=at,
    )


def keep_approval(post: Post, *, by: Member, at: datetime) -> None:
    """Seal what was approved, for a post with rules; of any other nothing is kept."""
    rule = rule_of(post)
    if rule is None:
        return
    angles = post.angles.order_by("position", "pk")
    content: dict[str, object] = {
        "version": post.version,
        "by": named(by),
        "author": named(post.created_by) if post.created_by else "",
        "angles": [{"language": angle.language, "text": angle.text} for angle in angles],
        "summary": post.summary,
        "body": post.body,
        "facts": post.facts_cleared,
        "target": post.target_url,
        "media": list(media_digests(post)),
        "expires_at": post.expires_at.isoformat() if post.expires_at else "",
        "topics": list(rule.topics),
        "keep_years": rule.keep_years,
        "risk_lines": [dict(lines) for lines in rule.risk_lines],
    }
    keep(post, rule, kind=Kind.POST_APPROVED, content=content, at=at)


def keep_end(post: Post, *, by: Member | None, at: datetime) -> None:
    """Seal that a post with rules was withdrawn, or is over."""
    rule = rule_of(post)
    if rule is None:
        return
    withdrawn = post.state == Post.State.WITHDRAWN
    keep(
        post,
        rule,
        kind=Kind.POST_WITHDRAWN if withdrawn else Kind.POST_ENDED,
        content={
            "by": named(by) if by else "",
            "reason": post.withdrawn_reason if withdrawn else "",
        },
        at=at,
    )


def media_digests(post: Post) -> Iterator[str]:
    """SHA-256 of every picture and document of the post, in their order."""
    for row in post.picture_rows.select_related("asset").order_by("position", "pk"):
        yield _digest(row.asset.file)
    for document in PostDocument.objects.filter(post=post):
        yield _digest(document.file)


def _digest(file: FieldFile) -> str:
    found = hashlib.sha256()
    with file.storage.open(file.name or "") as content:
        while block := content.read(BLOCK):
            found.update(block)
    return found.hexdigest()
