"""What somebody's shares brought, what was put right, and the letter about the programme."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.delivery.models import Correction, CorrectionRead
from vaandel.impact.models import LetterStopped
from vaandel.privacy.sections.base import Column, Row, Section
from vaandel.recognition.models import Result


def results(user: User) -> Iterator[Row]:
    rows = Result.objects.filter(enrolment__member__user=user).select_related("share__post")
    for row in rows.order_by("pk").iterator():
        yield {
            "post": row.share.post.title,
            "days": row.days,
            "clicks": row.clicks,
            "found_at": row.found_at,
            "mailed_at": row.mailed_at,
            "seen_at": row.seen_at,
        }


def corrections_read(user: User) -> Iterator[Row]:
    rows = CorrectionRead.objects.filter(enrolment__member__user=user)
    for row in rows.select_related("correction__post").order_by("pk"):
        yield {
            "post": row.correction.post.title,
            "text": row.correction.text,
            "at": row.at,
        }


def corrections_given(user: User) -> Iterator[Row]:
    """Not to how many: that would tell how few shared the post."""
    for row in Correction.objects.filter(by__user=user).select_related("post").order_by("pk"):
        yield {"post": row.post.title, "text": row.text, "at": row.at}


def letters_stopped(user: User) -> Iterator[Row]:
    rows = LetterStopped.objects.filter(member__user=user).select_related("organization")
    for row in rows.order_by("pk"):
        yield {"organization": row.organization.name, "at": row.at}


POST: Final = Column("post", _("Post"))
TEXT: Final = Column("text", _("Text"))

RESULTS: Final = (
    Section(
        key="results",
        title=_("What your shares brought, as it was told to you"),
        covers=("recognition.Result.enrolment",),
        columns=(
            POST,
            Column("days", _("After how many days")),
            Column("clicks", _("Clicks, measured")),
            Column("found_at", _("Found on")),
            Column("mailed_at", _("Mailed on")),
            Column("seen_at", _("Put away on")),
        ),
        rows=results,
    ),
    Section(
        key="corrections_read",
        title=_("Corrections you put away"),
        covers=("delivery.CorrectionRead.enrolment",),
        columns=(POST, TEXT, Column("at", _("Put away on"))),
        rows=corrections_read,
    ),
    Section(
        key="corrections_given",
        title=_("Corrections you sent"),
        covers=("delivery.Correction.by",),
        columns=(POST, TEXT, Column("at", _("Sent on"))),
        rows=corrections_given,
    ),
    Section(
        key="letters_stopped",
        title=_("Monthly letters you stopped"),
        covers=("impact.LetterStopped.member",),
        columns=(Column("organization", _("Organisation")), Column("at", _("Stopped on"))),
        rows=letters_stopped,
    ),
)
