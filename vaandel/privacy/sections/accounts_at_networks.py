"""Accounts at networks that somebody connected. Never the keys to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.channels.models import AccountConsent, ConnectedAccount, Connecting, NetworkApp
from vaandel.privacy.sections.base import CHANNEL_NAMES, Column, Row, Section, words_of


def accounts(user: User) -> Iterator[Row]:
    for row in ConnectedAccount.objects.filter(enrolment__member__user=user).order_by("pk"):
        yield {
            "network": row.channel,
            "server": row.server,
            "number": row.remote_id,
            "handle": row.handle,
            "name": row.display_name,
            "profile": row.profile_url,
            "state": row.state,
            "scopes": row.scopes,
            "reads_statistics": row.reads_statistics,
            "connected_at": row.connected_at,
            "used_at": row.used_at,
            "session_until": row.session_until,
        }


def consents(user: User) -> Iterator[Row]:
    for row in AccountConsent.objects.filter(enrolment__member__user=user).order_by("pk"):
        yield {
            "network": row.channel,
            "purpose": row.purpose,
            "text_version": row.text_version,
            "given_at": row.given_at,
            "revoked_at": row.revoked_at,
        }


def on_the_way(user: User) -> Iterator[Row]:
    for row in Connecting.objects.filter(enrolment__member__user=user).order_by("pk"):
        yield {"network": row.channel, "server": row.server, "created_at": row.created_at}


def networks(user: User) -> Iterator[Row]:
    for row in NetworkApp.objects.filter(updated_by__user=user).order_by("pk"):
        yield {"network": row.channel, "updated_at": row.updated_at}


NETWORK: Final = Column("network", _("Network"), CHANNEL_NAMES)
SERVER: Final = Column("server", _("Server"))

ACCOUNTS_AT_NETWORKS: Final = (
    Section(
        key="connected_accounts",
        title=_("Accounts that you connected"),
        covers=("channels.ConnectedAccount.enrolment",),
        columns=(
            NETWORK,
            SERVER,
            Column("number", _("Number there")),
            Column("handle", _("Name there")),
            Column("name", _("Name")),
            Column("profile", _("Profile")),
            Column("state", _("State"), words_of(ConnectedAccount.State.choices)),
            Column("scopes", _("Permissions")),
            Column("reads_statistics", _("Reads figures")),
            Column("connected_at", _("Connected on")),
            Column("used_at", _("Last used")),
            Column("session_until", _("Ends on")),
        ),
        rows=accounts,
    ),
    Section(
        key="account_consents",
        title=_("What you agreed to for your accounts"),
        covers=("channels.AccountConsent.enrolment",),
        columns=(
            NETWORK,
            Column("purpose", _("For what"), words_of(AccountConsent.Purpose.choices)),
            Column("text_version", _("Version of the text")),
            Column("given_at", _("Given on")),
            Column("revoked_at", _("Taken back on")),
        ),
        rows=consents,
    ),
    Section(
        key="connecting",
        title=_("Accounts that you are connecting"),
        covers=("channels.Connecting.enrolment",),
        columns=(NETWORK, SERVER, Column("created_at", _("Made on"))),
        rows=on_the_way,
    ),
    Section(
        key="networks_set_up",
        title=_("Networks that you set up for your organisation"),
        covers=("channels.NetworkApp.updated_by",),
        columns=(NETWORK, Column("updated_at", _("Changed on"))),
        rows=networks,
    ),
)
