"""What somebody sent to their own accounts, and what the networks said of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.privacy.sections.base import CHANNEL_NAMES, Column, Row, Section, words_of
from vaandel.shares.models import NetworkFigures, Publication


def publications(user: User) -> Iterator[Row]:
    """What became a share is among those with its text; here is how it came there."""
    rows = Publication.objects.filter(enrolment__member__user=user).select_related("post")
    for row in rows.order_by("pk").iterator():
        yield {
            "post": row.post.title,
            "channel": row.channel,
            "account": row.handle,
            "text": row.text,
            "disclosure": row.disclosure,
            "disclosure_offered": row.disclosure_offered,
            "state": row.state,
            "planned_for": row.due_at,
            "published_at": row.published_at,
            "permalink": row.permalink,
            "problem": row.problem_detail or row.problem,
        }


def network_figures(user: User) -> Iterator[Row]:
    rows = NetworkFigures.objects.filter(share__enrolment__member__user=user)
    for row in rows.select_related("share__post").order_by("pk").iterator():
        yield {
            "post": row.share.post.title,
            "source": row.source,
            "views": row.views,
            "reactions": row.reactions,
            "comments": row.comments,
            "reposts": row.reposts,
            "quotes": row.quotes,
            "saves": row.saves,
            "fetched_at": row.fetched_at,
            "gone_at": row.gone_at,
        }


POST: Final = Column("post", _("Post"))
PUBLISHING: Final = (
    Section(
        key="publications",
        title=_("What you sent to your own accounts"),
        covers=("shares.Publication.enrolment",),
        columns=(
            POST,
            Column("channel", _("Network"), CHANNEL_NAMES),
            Column("account", _("Account")),
            Column("text", _("Text")),
            Column("disclosure", _("Line about your employer")),
            Column("disclosure_offered", _("Line that was offered")),
            Column("state", _("State"), words_of(Publication.State.choices)),
            Column("planned_for", _("For")),
            Column("published_at", _("Posted on")),
            Column("permalink", _("Address of the post")),
            Column("problem", _("What went wrong")),
        ),
        rows=publications,
    ),
    Section(
        key="network_figures",
        title=_("Figures that networks gave of your posts"),
        covers=(),
        columns=(
            POST,
            Column("source", _("Source")),
            Column("views", _("Views, by the network")),
            Column("reactions", _("Reactions, by the network")),
            Column("comments", _("Comments, by the network")),
            Column("reposts", _("Reposts, by the network")),
            Column("quotes", _("Quotes, by the network")),
            Column("saves", _("Saved, by the network")),
            Column("fetched_at", _("Read on")),
            Column("gone_at", _("Found gone on")),
        ),
        rows=network_figures,
    ),
)
