"""What was offered to somebody, what they shared, what came of it, and thanks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.delivery.models import Approach, Ask
from vaandel.links.addresses import short_url
from vaandel.links.queries import clicks_per_day
from vaandel.privacy.sections.base import CHANNEL_NAMES, Column, Row, Section, words_of
from vaandel.recognition.models import Thanks
from vaandel.shares.models import PersonalLink, Reminder, Share

BATCH: Final = 500


def asks(user: User) -> Iterator[Row]:
    rows = Ask.objects.filter(enrolment__member__user=user).select_related("post")
    for row in rows.order_by("pk").iterator():
        yield {
            "post": row.post.title,
            "state": row.state,
            "offered_at": row.offered_at,
            "mailed_at": row.mailed_at,
            "until": row.until,
            "answered_at": row.answered_at,
        }


def shares(user: User) -> Iterator[Row]:
    rows = Share.objects.filter(enrolment__member__user=user).select_related(
        "post", "link__organization__link_settings"
    )
    found = list(rows.order_by("pk"))
    days = clicks_per_day([row.link_id for row in found], date.min)
    for row in found:
        clicks = days[row.link_id]
        yield {
            "post": row.post.title,
            "channel": row.channel,
            "language": row.language,
            "text": row.text,
            "disclosure": row.disclosure,
            "disclosure_offered": row.disclosure_offered,
            "disclosure_rule": row.disclosure_rule,
            "state": row.state,
            "opened_at": row.opened_at,
            "answered_at": row.answered_at,
            "permalink": row.permalink,
            "views": row.views,
            "reactions": row.reactions,
            "comments": row.comments,
            "short_link": short_url(row.link),
            "target": row.link.target_url,
            "clicks": sum(clicks.values()),
            "clicks_per_day": {str(day): count for day, count in clicks.items()},
        }


def reminders(user: User) -> Iterator[Row]:
    rows = Reminder.objects.filter(enrolment__member__user=user).select_related("post")
    for row in rows.order_by("pk"):
        yield {
            "post": row.post.title,
            "text": row.text,
            "at": row.at,
            "sent_at": row.sent_at,
        }


def personal_links(user: User) -> Iterator[Row]:
    """When there was one; not its secret."""
    rows = PersonalLink.objects.filter(enrolment__member__user=user).select_related("post")
    for row in rows.order_by("pk").iterator():
        yield {
            "post": row.post.title,
            "created_at": row.created_at,
            "expires_at": row.expires_at,
            "revoked_at": row.revoked_at,
        }


def approaches(user: User) -> Iterator[Row]:
    rows = Approach.objects.filter(enrolment__member__user=user).order_by("pk")
    for row in rows.prefetch_related("asks__post"):
        yield {
            "at": row.at,
            "kind": row.kind,
            "channels": row.channels,
            "posts": [ask.post.title for ask in row.asks.all()],
        }


def thanks_received(user: User) -> Iterator[Row]:
    rows = Thanks.objects.filter(to__member__user=user).select_related("post")
    for row in rows.order_by("pk"):
        yield {
            "from": row.by_name,
            "function": row.by_function,
            "text": row.text,
            "post": row.post.title if row.post else "",
            "clicks": row.clicks,
            "given_at": row.given_at,
        }


def thanks_given(user: User) -> Iterator[Row]:
    """Once, to however many people it went: who they are and how few stays hidden here too."""
    rows = Thanks.objects.filter(by__user=user).order_by("given_at", "post")
    for title, text, given_at in rows.values_list("post__title", "text", "given_at").distinct():
        yield {"post": title or "", "text": text, "given_at": given_at}


POST: Final = Column("post", _("Post"))

SHARING: Final = (
    Section(
        key="asks",
        title=_("What was offered to you"),
        covers=("delivery.Ask.enrolment",),
        columns=(
            POST,
            Column("state", _("State"), words_of(Ask.State.choices)),
            Column("offered_at", _("Offered on")),
            Column("mailed_at", _("Mailed on")),
            Column("until", _("Not until")),
            Column("answered_at", _("Answered on")),
        ),
        rows=asks,
    ),
    Section(
        key="approaches",
        title=_("When we turned to you"),
        covers=("delivery.Approach.enrolment",),
        columns=(
            Column("at", _("When")),
            Column("kind", _("Kind"), words_of(Approach.Kind.choices)),
            Column("channels", _("Over")),
            Column("posts", _("Posts")),
        ),
        rows=approaches,
    ),
    Section(
        key="shares",
        title=_("What you shared"),
        covers=("shares.Share.enrolment",),
        columns=(
            POST,
            Column("channel", _("Network"), CHANNEL_NAMES),
            Column("language", _("Language"), words_of(settings.LANGUAGES)),
            Column("text", _("Text")),
            Column("disclosure", _("Line about your employer")),
            Column("disclosure_offered", _("Line that was offered")),
            Column("disclosure_rule", _("Rule for the line")),
            Column("state", _("State"), words_of(Share.State.choices)),
            Column("opened_at", _("Opened on")),
            Column("answered_at", _("Answered on")),
            Column("permalink", _("Address of the post")),
            Column("views", _("Views, typed in")),
            Column("reactions", _("Reactions, typed in")),
            Column("comments", _("Comments, typed in")),
            Column("short_link", _("Short link")),
            Column("target", _("Leads to")),
            Column("clicks", _("Clicks, measured")),
            Column("clicks_per_day", _("Clicks per day")),
        ),
        rows=shares,
    ),
    Section(
        key="reminders",
        title=_("Reminders you asked for"),
        covers=("shares.Reminder.enrolment",),
        columns=(
            POST,
            Column("text", _("Text")),
            Column("at", _("For")),
            Column("sent_at", _("Sent on")),
        ),
        rows=reminders,
    ),
    Section(
        key="personal_links",
        title=_("Your own links in mails"),
        covers=("shares.PersonalLink.enrolment",),
        columns=(
            POST,
            Column("created_at", _("Made on")),
            Column("expires_at", _("Good until")),
            Column("revoked_at", _("Withdrawn on")),
        ),
        rows=personal_links,
    ),
    Section(
        key="thanks_received",
        title=_("Thanks you got"),
        covers=("recognition.Thanks.to",),
        columns=(
            Column("from", _("From")),
            Column("function", _("Function")),
            Column("text", _("Text")),
            POST,
            Column("clicks", _("Clicks, measured")),
            Column("given_at", _("Given on")),
        ),
        rows=thanks_received,
    ),
    Section(
        key="thanks_given",
        title=_("Thanks you gave"),
        covers=("recognition.Thanks.by",),
        columns=(POST, Column("text", _("Text")), Column("given_at", _("Given on"))),
        rows=thanks_given,
    ),
)
