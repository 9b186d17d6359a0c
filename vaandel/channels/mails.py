"""Mails to somebody whose connected account needs them: it ends soon, or has ended.

In open hours only: nobody waits for them, and sharing works without.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.quiet import GOOD_FOR, windows_of
from vaandel.channels.models import ConnectedAccount
from vaandel.channels.registry import CHANNELS
from vaandel.channels.troubles import what_happened
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview
from vaandel.mailing.services import compose_message, queue_composed
from vaandel.organizations.branding import mail_brand

RECONNECT: Final = "account reconnect"
ENDING: Final = "account ending"


def queue_reconnect(row: ConnectedAccount, *, at: datetime) -> None:
    """To the person, once for each time that the connection broke."""
    windows = windows_of(row.enrolment_id, at=at)
    queue_composed([compose_reconnect(row, windows=windows, at=at)])


def queue_ending(row: ConnectedAccount, *, days: int, at: datetime) -> int:
    windows = windows_of(row.enrolment_id, at=at)
    queue_composed([compose_ending(row, days=days, windows=windows, at=at)])
    return 1


def compose_reconnect(
    row: ConnectedAccount, *, windows: list[list[str]], at: datetime
) -> OutgoingMessage:
    """Not saved."""
    name = network_name(row)
    with override(row.enrolment.member.user.language):
        reason = what_happened(row.problem or "dead_tokens", name)
    return _composed(
        row,
        key=f"account-reconnect:{row.pk}:{row.keys_version}",
        kind=RECONNECT,
        template="channels/mails/reconnect",
        context={"reason": reason},
        windows=windows,
        at=at,
    )


def compose_ending(
    row: ConnectedAccount, *, days: int, windows: list[list[str]], at: datetime
) -> OutgoingMessage:
    """``days`` before the end at most. Not saved."""
    left = (row.session_until or at) - at
    return _composed(
        row,
        key=f"account-ending:{row.pk}:{row.connected_at:%Y%m%d}:{days}",
        kind=ENDING,
        template="channels/mails/ending",
        context={"days": max(1, round(left / timedelta(days=1))), "ends_on": row.session_until},
        windows=windows,
        at=at,
    )


def network_name(row: ConnectedAccount) -> str:
    return str(CHANNELS[row.channel].name)


def _composed(
    row: ConnectedAccount,
    *,
    key: str,
    kind: str,
    template: str,
    context: dict[str, object],
    windows: list[list[str]],
    at: datetime,
) -> OutgoingMessage:
    organization, user = row.organization, row.enrolment.member.user
    path = reverse("channels:accounts", args=[organization.slug])
    return compose_message(
        key=key,
        kind=kind,
        template=template,
        context={
            "brand": mail_brand(organization),
            "place": organization.name,
            "first_name": user.first_name if user.name else "",
            "network": network_name(row),
            "handle": row.handle,
            "accounts_url": f"{settings.PUBLIC_URL}{path}#{row.channel}",
            **context,
        },
        to_address=user.email,
        to_name=user.display_name,
        from_name=organization.name,
        language=user.language,
        time_zone=user.time_zone,
        tenant=organization.pk,
        person=user.pk,
        windows=windows,
        good_for=GOOD_FOR,
        at=at,
    )


def _account(example: Example) -> ConnectedAccount:
    reader = example.reader
    return ConnectedAccount(
        pk=0,
        organization=reader.organization,
        enrolment=Enrolment(pk=0, member=reader),
        channel="linkedin",
        handle=reader.user.display_name,
        problem="dead_tokens",
        connected_at=example.at - timedelta(days=50),
        session_until=example.at + timedelta(days=10),
    )


def _ending_example(example: Example) -> OutgoingMessage:
    return compose_ending(_account(example), days=10, windows=[], at=example.at)


def _reconnect_example(example: Example) -> OutgoingMessage:
    return compose_reconnect(_account(example), windows=[], at=example.at)


PREVIEWS: Final = [
    Preview(
        name="account-ending",
        title=_("A connection ends soon"),
        when=_("To who connected an account whose connection ends: ten and three days before."),
        make=_ending_example,
        about_post=False,
    ),
    Preview(
        name="account-reconnect",
        title=_("Connect again"),
        when=_("To who connected an account that the network does not accept any more."),
        make=_reconnect_example,
        about_post=False,
    ),
]
