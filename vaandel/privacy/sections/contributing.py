"""What somebody contributed to posts and to the organisation, and what the log says of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.organizations.log_texts import ACTIONS
from vaandel.organizations.models import AuditEntry, MemberImport
from vaandel.posts.models import Autosave, MediaAsset, Occasion, Post, PostDocument, Submission
from vaandel.privacy.sections.base import Column, Row, Section, words_of
from vaandel.programmes.models import Programme
from vaandel.sources.models import Source


def stories(user: User) -> Iterator[Row]:
    rows = Submission.objects.filter(member__user=user).select_related("picture")
    for row in rows.order_by("pk"):
        yield {
            "occasion": row.occasion,
            "title": row.title,
            "answers": row.answers,
            "picture": row.picture.file.name if row.picture else "",
            "state": row.state,
            "created_at": row.created_at,
            "handled_at": row.handled_at,
        }


def posts(user: User) -> Iterator[Row]:
    mine = Q(created_by__user=user) | Q(reviewed_by__user=user)
    mine |= Q(contact__user=user) | Q(ask_whom__user=user)
    rows = Post.objects.filter(mine).select_related(
        "created_by", "reviewed_by", "contact", "ask_whom"
    )
    for row in rows.order_by("pk").iterator():
        parts = (
            ("maker", row.created_by),
            ("reviewer", row.reviewed_by),
            ("contact", row.contact),
            ("to_be_asked", row.ask_whom),
        )
        yield {
            "title": row.title,
            "parts": [name for name, who in parts if who is not None and who.user_id == user.pk],
            "review_note": _note_by(user, row),
            "created_at": row.created_at,
        }


def _note_by(user: User, post: Post) -> str:
    reviewer = post.reviewed_by
    return post.review_note if reviewer is not None and reviewer.user_id == user.pk else ""


def drafts(user: User) -> Iterator[Row]:
    rows = Autosave.objects.filter(member__user=user).select_related("post")
    for row in rows.order_by("pk"):
        yield {"post": row.post.title, "typed": row.data, "saved_at": row.saved_at}


def pictures(user: User) -> Iterator[Row]:
    for row in MediaAsset.objects.filter(uploaded_by__user=user).order_by("pk"):
        yield {"file": row.file.name, "description": row.alt, "created_at": row.created_at}


def documents(user: User) -> Iterator[Row]:
    rows = PostDocument.objects.filter(uploaded_by__user=user).select_related("post")
    for row in rows.order_by("pk"):
        yield {"name": row.name, "post": row.post.title, "created_at": row.created_at}


def programmes(user: User) -> Iterator[Row]:
    for row in Programme.objects.filter(owner__user=user).order_by("pk"):
        yield {"name": row.name}


def sources(user: User) -> Iterator[Row]:
    for row in Source.objects.filter(added_by__user=user).order_by("pk"):
        yield {"address": row.url, "name": row.title, "created_at": row.created_at}


def imports(user: User) -> Iterator[Row]:
    for row in MemberImport.objects.filter(uploaded_by__user=user).order_by("pk"):
        yield {"file": row.filename, "rows": row.rows_total, "created_at": row.created_at}


def log(user: User) -> Iterator[Row]:
    for row in AuditEntry.objects.filter(by__user=user).order_by("pk").iterator():
        yield {"action": row.action, "subject": row.subject, "at": row.at}


MADE_ON: Final = Column("created_at", _("Made on"))

CONTRIBUTING: Final = (
    Section(
        key="stories",
        title=_("Your own stories and ideas"),
        covers=("posts.Submission.member",),
        columns=(
            Column("occasion", _("Occasion"), words_of(Occasion.choices)),
            Column("title", _("Title")),
            Column("answers", _("What you wrote")),
            Column("picture", _("Picture")),
            Column("state", _("State"), words_of(Submission.State.choices)),
            Column("created_at", _("Sent on")),
            Column("handled_at", _("Answered on")),
        ),
        rows=stories,
    ),
    Section(
        key="posts",
        title=_("Posts you had a part in"),
        covers=(
            "posts.Post.created_by",
            "posts.Post.reviewed_by",
            "posts.Post.contact",
            "posts.Post.ask_whom",
        ),
        columns=(
            Column("title", _("Title")),
            Column(
                "parts",
                _("Your part"),
                {
                    "maker": _("made it"),
                    "reviewer": _("reviewed it"),
                    "contact": _("contact for readers"),
                    "to_be_asked": _("answers colleagues’ questions"),
                },
            ),
            Column("review_note", _("Your remark")),
            MADE_ON,
        ),
        rows=posts,
    ),
    Section(
        key="drafts",
        title=_("Drafts that were kept for you"),
        covers=("posts.Autosave.member",),
        columns=(
            Column("post", _("Post")),
            Column("typed", _("What you wrote")),
            Column("saved_at", _("Kept on")),
        ),
        rows=drafts,
    ),
    Section(
        key="pictures",
        title=_("Pictures you added"),
        covers=("posts.MediaAsset.uploaded_by",),
        columns=(
            Column("file", _("File")),
            Column("description", _("Description")),
            MADE_ON,
        ),
        rows=pictures,
    ),
    Section(
        key="documents",
        title=_("Documents you added"),
        covers=("posts.PostDocument.uploaded_by",),
        columns=(Column("name", _("File")), Column("post", _("Post")), MADE_ON),
        rows=documents,
    ),
    Section(
        key="programmes",
        title=_("Programmes you own"),
        covers=("programmes.Programme.owner",),
        columns=(Column("name", _("Name")),),
        rows=programmes,
    ),
    Section(
        key="sources",
        title=_("Sources you added"),
        covers=("sources.Source.added_by",),
        columns=(
            Column("address", _("Address")),
            Column("name", _("Name")),
            MADE_ON,
        ),
        rows=sources,
    ),
    Section(
        key="imports",
        title=_("Lists of people you imported"),
        covers=("organizations.MemberImport.uploaded_by",),
        columns=(
            Column("file", _("File")),
            Column("rows", _("Rows")),
            MADE_ON,
        ),
        rows=imports,
    ),
    Section(
        key="log",
        title=_("What you did, in the organisation’s log"),
        covers=("organizations.AuditEntry.by",),
        columns=(
            Column("action", _("Action"), ACTIONS),
            Column("subject", _("What it was about")),
            Column("at", _("On")),
        ),
        rows=log,
    ),
)
