"""Over which channels somebody can be reached, and wants to be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.delivery.models import ChannelChoice, ChatConnection, PushSubscription

MAIL: Final = "mail"
PUSH: Final = "push"
CHANNELS: Final = (MAIL, PUSH, *ChatConnection.Network.values)
# SQLite takes so many values in one statement, and more.
CHUNK: Final = 5000


def channels_of(enrolment_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Of each enrolment the channels over which an approach may go; none for "only in the app".

    Mail unless it was switched off; "push" with a browser; "slack" and "teams" with a
    connection. Four queries for every 5,000 people; ids that do not exist are left out.
    """
    ids = list(enrolment_ids)
    found: dict[int, frozenset[str]] = {}
    for start in range(0, len(ids), CHUNK):
        found |= _channels_of(ids[start : start + CHUNK])
    return found


def connected_channels(enrolment_id: int) -> set[str]:
    """What could reach this person, whether they want it or not. Mail always can."""
    return {MAIL, *_connected([enrolment_id]).get(enrolment_id, set())}


def _channels_of(ids: list[int]) -> dict[int, frozenset[str]]:
    # The ids decide whose rows these are, so the organisation need not be compared.
    rhythms = Enrolment.across_tenants.filter(pk__in=ids).values_list("pk", "rhythm")
    choices = ChannelChoice.across_tenants.filter(enrolment_id__in=ids)
    off = dict(choices.values_list("enrolment_id", "off"))
    connected = _connected(ids)
    return {
        pk: frozenset()
        if rhythm == Rhythm.IN_APP
        else frozenset({MAIL, *connected.get(pk, ())}.difference(off.get(pk, ())))
        for pk, rhythm in rhythms
    }


def _connected(ids: list[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    browsers = PushSubscription.across_tenants.filter(enrolment_id__in=ids)
    for pk in browsers.values_list("enrolment_id", flat=True).distinct():
        found.setdefault(pk, set()).add(PUSH)
    # Through one that is gone nothing arrives until somebody looks at it.
    chats = ChatConnection.across_tenants.filter(enrolment_id__in=ids, gone=False)
    for row in chats.only("enrolment_id", "network"):
        if row.enrolment_id is not None:
            found.setdefault(row.enrolment_id, set()).add(row.network)
    return found
