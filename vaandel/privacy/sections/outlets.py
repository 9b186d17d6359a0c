"""Chats and places outside mail that somebody connected. Never the addresses: they are keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.delivery.models import ChatConnection, Embed
from vaandel.privacy.sections.base import Column, Row, Section, words_of


def own_chats(user: User) -> Iterator[Row]:
    rows = ChatConnection.objects.filter(enrolment__member__user=user)
    for row in rows.order_by("pk"):
        yield {
            "network": row.network,
            "created_at": row.created_at,
            "reached_at": row.reached_at,
            "failed_at": row.failed_at,
        }


def channels(user: User) -> Iterator[Row]:
    for row in ChatConnection.objects.filter(created_by__user=user).order_by("pk"):
        yield {"network": row.network, "name": row.name, "created_at": row.created_at}


def places(user: User) -> Iterator[Row]:
    for row in Embed.objects.filter(created_by__user=user).order_by("pk"):
        yield {"name": row.name, "sites": row.sites, "created_at": row.created_at}


NETWORK: Final = Column("network", _("Network"), words_of(ChatConnection.Network.choices))
MADE_ON: Final = Column("created_at", _("Made on"))

OUTLETS: Final = (
    Section(
        key="chats",
        title=_("Your own Slack and Teams"),
        covers=("delivery.ChatConnection.enrolment",),
        columns=(
            NETWORK,
            MADE_ON,
            Column("reached_at", _("Arrived last")),
            Column("failed_at", _("Last problem")),
        ),
        rows=own_chats,
    ),
    Section(
        key="channels",
        title=_("Channels you connected"),
        covers=("delivery.ChatConnection.created_by",),
        columns=(NETWORK, Column("name", _("Name")), MADE_ON),
        rows=channels,
    ),
    Section(
        key="intranet_places",
        title=_("Places on the intranet that you made"),
        covers=("delivery.Embed.created_by",),
        columns=(Column("name", _("Name")), Column("sites", _("Websites")), MADE_ON),
        rows=places,
    ),
)
