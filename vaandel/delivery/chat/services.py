"""Connecting Slack and Teams: to the organisation's channels, and to oneself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.chat.answers import Judged
from vaandel.delivery.chat.card import Card, Message
from vaandel.delivery.chat.sending import deliver
from vaandel.delivery.models import ChatConnection
from vaandel.organizations.audit import record
from vaandel.organizations.models import Member, Organization
from vaandel.programmes.models import Topic


class AlreadyConnected(Exception):
    """This address is connected already, for instance by a second press."""

    def __init__(self, connection: ChatConnection) -> None:
        super().__init__(f"Connection {connection.pk} has this address.")
        self.connection = connection


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a channel should be. ``address`` "": as it is. No ``topics``: all of them."""

    name: str
    address: str
    topics: Sequence[Topic]
    language: str
    per_week: int


@transaction.atomic
def connect_channel(*, network: str, wanted: Wanted, by: Member, at: datetime) -> ChatConnection:
    """Hear of posts that go live from now on. Raises ``AlreadyConnected``."""
    # Two presses at the same moment wait for each other.
    Organization.objects.select_for_update().get(pk=by.organization_id)
    _refuse_twice(wanted.address)
    connection = ChatConnection(
        organization_id=by.organization_id,
        network=network,
        name=wanted.name,
        language=wanted.language,
        per_week=wanted.per_week,
        created_by=by,
        created_at=at,
    )
    connection.webhook = wanted.address
    connection.save()
    connection.topics.set(wanted.topics)
    _record(connection, "chat.connected", by=by, at=at)
    return connection


def _refuse_twice(address: str, but: int = 0) -> None:
    """What is encrypted differs each time, so the few there are get compared in the clear."""
    for other in ChatConnection.objects.filter(enrolment=None).exclude(pk=but):
        if other.webhook == address:
            raise AlreadyConnected(other)


@transaction.atomic
def change_channel(
    *, connection: ChatConnection, wanted: Wanted, by: Member, at: datetime
) -> ChatConnection:
    """Raises ``AlreadyConnected`` for an address that another channel has."""
    connection.name = wanted.name
    connection.language = wanted.language
    connection.per_week = wanted.per_week
    if wanted.address:
        _refuse_twice(wanted.address, but=connection.pk)
        _give_address(connection, wanted.address)
    connection.save()
    connection.topics.set(wanted.topics)
    _record(connection, "chat.changed", by=by, at=at)
    return connection


@transaction.atomic
def remove_channel(*, connection: ChatConnection, by: Member, at: datetime) -> None:
    """With everything that was on its way there. A second press changes nothing."""
    deleted, _rows = ChatConnection.objects.filter(pk=connection.pk).delete()
    if deleted:
        _record(connection, "chat.removed", by=by, at=at)


def _record(connection: ChatConnection, action: str, *, by: Member, at: datetime) -> None:
    record(
        by=by,
        action=action,
        subject=f"chat:{connection.pk}",
        detail={"name": connection.name, "network": connection.network},
        at=at,
    )


@transaction.atomic
def connect_own(*, enrolment: Enrolment, network: str, address: str, at: datetime) -> None:
    """One's own chat of a network; another address takes the place of the first."""
    connection, made = ChatConnection.objects.select_for_update().get_or_create(
        enrolment=enrolment,
        network=network,
        defaults={
            "organization_id": enrolment.organization_id,
            "name": ChatConnection.Network(network).label,
            "created_at": at,
        },
    )
    if made or connection.webhook != address:
        _give_address(connection, address)
        connection.save()


def remove_own(*, enrolment: Enrolment, network: str) -> None:
    ChatConnection.objects.filter(enrolment=enrolment, network=network).delete()


def _give_address(connection: ChatConnection, address: str) -> None:
    """A new address has no history."""
    connection.webhook = address
    connection.gone = False
    connection.last_error = ""
    connection.failed_at = None
    connection.reached_at = None


def try_connection(*, connection: ChatConnection, by: Member, at: datetime) -> Judged:
    """Send a friendly test now and wait for the answer. Not inside a transaction."""
    own = connection.enrolment_id is not None
    with translation.override(by.user.language if own else connection.language):
        message = own_test(by) if own else channel_test(by)
    return deliver(connection, message, at=at)


def own_test(by: Member) -> Message:
    return Message(
        heading=_("It works"),
        cards=(Card(text=_("Your proposals can come here, in your own open hours.")),),
        footer=_("A test that you sent yourself from %(place)s.") % {"place": by.organization.name},
    )


def channel_test(by: Member) -> Message:
    return Message(
        heading=_("It works"),
        cards=(
            Card(
                text=_(
                    "What colleagues may share can come here from now on. Nobody has to do"
                    " anything with it."
                )
            ),
        ),
        footer=_("A test by %(name)s, from %(place)s.")
        % {"name": by.user.display_name, "place": by.organization.name},
    )
