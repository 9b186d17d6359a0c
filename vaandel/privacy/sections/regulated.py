"""What rules of law make an organisation keep of a person: texts of their own, and the archive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.archive.models import ArchiveEntry, Kind
from vaandel.archive.words import fields_of
from vaandel.organizations.models import Member
from vaandel.privacy.sections.base import Column, Row, Section, words_of
from vaandel.shares.models import TextRequest


def own_texts(user: User) -> Iterator[Row]:
    mine = Q(enrolment__member__user=user) | Q(decided_by__user=user)
    rows = TextRequest.objects.filter(mine).select_related("post", "enrolment__member")
    for row in rows.order_by("pk").iterator():
        wrote = row.enrolment is not None and row.enrolment.member.user_id == user.pk
        yield {
            "post": row.post.title,
            "part": "wrote" if wrote else "decided",
            # What a colleague wrote is theirs.
            "text": row.text if wrote else "",
            "state": row.state,
            "note": row.note,
            "created_at": row.created_at,
            "decided_at": row.decided_at,
        }


def archived(user: User) -> Iterator[Row]:
    """Entries that name the person, the way ``archive.services.named`` does."""
    members = Member.objects.filter(user=user, organization__keeps_archive=True)
    for member in members.select_related("organization").order_by("pk"):
        rows = ArchiveEntry.objects.filter(
            organization=member.organization_id, content__contains=f'(#{member.pk})"'
        )
        for row in rows.order_by("number").iterator():
            content = json.loads(row.content)
            if not any(_names(content.get(part, ""), member) for part in PARTS):
                continue
            yield {
                "organization": member.organization.name,
                "kind": row.kind,
                "at": row.at,
                "content": {field.label: "\n".join(field.lines) for field in fields_of(content)},
                "keep_until": row.keep_until,
            }


PARTS: Final = ("sharer", "by", "author")


def _names(value: object, member: Member) -> bool:
    return str(value).endswith(f"(#{member.pk})")


REGULATED: Final = (
    Section(
        key="own_texts",
        title=_("Texts that needed approval"),
        covers=("shares.TextRequest.enrolment", "shares.TextRequest.decided_by"),
        columns=(
            Column("post", _("Post")),
            Column("part", _("Your part"), {"wrote": _("wrote it"), "decided": _("decided")}),
            Column("text", _("Text")),
            Column("state", _("State"), words_of(TextRequest.State.choices)),
            Column("note", _("Note")),
            Column("created_at", _("Asked on")),
            Column("decided_at", _("Decided on")),
        ),
        rows=own_texts,
    ),
    Section(
        key="archive",
        title=_("What the law makes your organisation keep"),
        covers=(),
        columns=(
            Column("organization", _("Organisation")),
            Column("kind", _("What"), words_of(Kind.choices)),
            Column("at", _("When")),
            Column("content", _("What was kept")),
            Column("keep_until", _("Kept until")),
        ),
        rows=archived,
    ),
)
