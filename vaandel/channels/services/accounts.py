"""Opening a connected account: its tokens, renewed first when they are about to end.

Tokens with which others are got can often be used once only, and a second use ends the
connection at the network. So one process renews, the one that holds ``renewing_until``; the
others wait for what it stored. The lease is a column and not a lock on the row, because SQLite
has one writer and nobody may keep it waiting for a network. Whoever dies between asking and
storing leaves a lapsed lease: nobody knows then whether the token was used, and it is never
used again. See ``docs/decisions/0031``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.channels import adapters
from vaandel.channels.adapter import Account, App, Kind, Trouble
from vaandel.channels.mails import queue_reconnect
from vaandel.channels.models import ConnectedAccount
from vaandel.channels.sealing import ACCOUNT, LostKey, sealed, unsealed
from vaandel.channels.services.apps import NOT_SET_UP, app_for, forget_server_app
from vaandel.channels.services.leaving import (
    disconnect,
    disconnect_all,
    disconnect_who_left,
    revoke_due,
    revoke_later,
)
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import tenant_scope

__all__ = [
    "Opened",
    "account_of",
    "disconnect",
    "disconnect_all",
    "disconnect_who_left",
    "hold",
    "must_reconnect",
    "opened",
    "revoke_due",
    "token_columns",
]

SOON: Final = timedelta(minutes=2)
# Longer than renewing may take: some requests of at most 20 seconds each.
RENEWING: Final = timedelta(minutes=3)
WAIT_SECONDS: Final = 15.0
LOOK_SECONDS: Final = 0.1
USED_NOTED: Final = timedelta(hours=1)
DEAD: Final = "dead_tokens"


@dataclass(frozen=True, slots=True)
class Opened:
    """Everything an adapter needs to act for the person."""

    app: App
    account: Account
    row: ConnectedAccount


def opened(row: ConnectedAccount, *, at: datetime) -> Opened:
    """The account with tokens that live for two minutes more at least; raises ``Trouble``.

    Must not be called inside a transaction: new tokens are stored for good before their first
    use. RECONNECT: the person has to connect again, and the row says so already.
    """
    fresh = _usable(row.pk, at)
    with tenant_scope(fresh.organization_id):
        app = app_for(fresh.organization, fresh.channel, server=fresh.server)
        if app is None:
            raise Trouble(Kind.CONFIGURATION, NOT_SET_UP)
        if fresh.session_until is not None and fresh.session_until <= at:
            must_reconnect(fresh, problem=DEAD, at=at)
            raise Trouble(Kind.RECONNECT, DEAD)
        if fresh.access_until is not None and fresh.access_until < at + SOON:
            fresh = _renewed(app, fresh)
        _note_use(fresh, at)
        return Opened(app, _account_or_dead(fresh, at), fresh)


def must_reconnect(row: ConnectedAccount, *, problem: str, at: datetime) -> None:
    """Nothing can be posted until the person connects again; they are told once, by mail.

    Only about the tokens of ``row``: who has connected again meanwhile has others.
    """
    with tenant_scope(row.organization_id), transaction.atomic():
        changed = ConnectedAccount.objects.filter(
            pk=row.pk, keys_version=row.keys_version, state=ConnectedAccount.State.ACTIVE
        ).update(state=ConnectedAccount.State.RECONNECT, problem=problem, renewing_until=None)
        if changed:
            queue_reconnect(_with_person(row.pk), at=at)


def hold(row: ConnectedAccount, *, until: datetime) -> None:
    """The network asked for patience: nothing is asked for this account until then."""
    ConnectedAccount.across_tenants.filter(pk=row.pk).filter(
        Q(held_until=None) | Q(held_until__lt=until)
    ).update(held_until=until)


def account_of(row: ConnectedAccount) -> Account:
    """With its tokens; raises ``LostKey``."""
    return Account(
        remote_id=row.remote_id,
        server=row.server,
        handle=row.handle,
        display_name=row.display_name,
        profile_url=row.profile_url,
        scopes=tuple(row.scopes),
        keys=unsealed(ACCOUNT, row.keys_sealed),
        access_until=row.access_until,
        session_until=row.session_until,
    )


def token_columns(account: Account) -> dict[str, Any]:
    """What changes in a row when there are new tokens."""
    return {
        "keys_sealed": sealed(ACCOUNT, account.keys),
        "access_until": account.access_until,
        "session_until": account.session_until,
        "scopes": list(account.scopes),
        "state": ConnectedAccount.State.ACTIVE,
        "problem": "",
        "renewing_until": None,
    }


def _usable(row_id: int, at: datetime) -> ConnectedAccount:
    """The row as it is now, of somebody who takes part; raises ``Trouble``."""
    found = (
        ConnectedAccount.across_tenants.select_related("organization", "enrolment__member")
        .filter(pk=row_id)
        .first()
    )
    if found is None or found.channel not in adapters.ADAPTERS:
        raise Trouble(Kind.RECONNECT, "disconnected")
    gone = found.enrolment.member.status != Member.Status.ACTIVE
    if gone or found.enrolment.state == Enrolment.State.LEFT:
        raise Trouble(Kind.RECONNECT, "left")
    if not found.is_active:
        raise Trouble(Kind.RECONNECT, found.problem or DEAD)
    if found.held_until is not None and found.held_until > at:
        raise Trouble(Kind.THROTTLED, "throttled", retry_at=found.held_until)
    return found


def _account_or_dead(row: ConnectedAccount, at: datetime) -> Account:
    try:
        return account_of(row)
    except LostKey as lost:
        must_reconnect(row, problem=DEAD, at=at)
        raise Trouble(Kind.RECONNECT, DEAD, detail="the key of the installation is lost") from lost


def _note_use(row: ConnectedAccount, at: datetime) -> None:
    if row.used_at is None or row.used_at < at - USED_NOTED:
        ConnectedAccount.objects.filter(pk=row.pk).update(used_at=at)


def _renewed(app: App, row: ConnectedAccount) -> ConnectedAccount:
    """With new tokens, got by us or by whoever came first."""
    now = timezone.now()
    if _lapsed(row, now):
        must_reconnect(row, problem=DEAD, at=now)
        raise Trouble(Kind.RECONNECT, DEAD, detail="renewing was cut off")
    lease = now + RENEWING
    with transaction.atomic(durable=True):
        first = ConnectedAccount.objects.filter(
            pk=row.pk,
            keys_version=row.keys_version,
            state=ConnectedAccount.State.ACTIVE,
            renewing_until=None,
        ).update(renewing_until=lease)
    return _renew(app, row, lease) if first else _waited_for(row)


def _lapsed(row: ConnectedAccount, now: datetime) -> bool:
    return row.renewing_until is not None and row.renewing_until <= now


def _renew(app: App, row: ConnectedAccount, lease: datetime) -> ConnectedAccount:
    old = _account_or_dead(row, timezone.now())
    try:
        new = adapters.ADAPTERS[row.channel].renew(app, old)
    except Trouble as trouble:
        _could_not_renew(row, lease, trouble)
        raise
    return _stored(app, row, new)


def _stored(app: App, row: ConnectedAccount, new: Account) -> ConnectedAccount:
    """Keep the new tokens, for good. Ours are newer than whatever was thought of us meanwhile."""
    with transaction.atomic(durable=True):
        kept = ConnectedAccount.objects.filter(pk=row.pk, keys_version=row.keys_version).update(
            keys_version=row.keys_version + 1, **token_columns(new)
        )
        if not kept:
            # Disconnected, or connected anew, while we asked.
            revoke_later(app, new, at=timezone.now())
    return _usable(row.pk, timezone.now())


def _could_not_renew(row: ConnectedAccount, lease: datetime, trouble: Trouble) -> None:
    if trouble.kind in {Kind.RECONNECT, Kind.UNKNOWN}:
        # Without an answer the token may have been used, and once is all it can be.
        must_reconnect(row, problem=DEAD, at=timezone.now())
        return
    if trouble.code == NOT_SET_UP and row.server:
        forget_server_app(row.channel, row.server)
    with transaction.atomic(durable=True):
        ConnectedAccount.objects.filter(pk=row.pk, renewing_until=lease).update(renewing_until=None)


def _waited_for(row: ConnectedAccount) -> ConnectedAccount:
    """What the one who renews has stored; ``Trouble`` when that takes too long or failed."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        now = timezone.now()
        found = _usable(row.pk, now)
        if found.keys_version != row.keys_version:
            return found
        if _lapsed(found, now):
            must_reconnect(found, problem=DEAD, at=now)
            raise Trouble(Kind.RECONNECT, DEAD, detail="renewing was cut off")
        if found.renewing_until is None:
            break
        time.sleep(LOOK_SECONDS)
    raise Trouble(Kind.TRANSIENT, "unreachable", detail="somebody else could not renew")


def _with_person(row_id: int) -> ConnectedAccount:
    return ConnectedAccount.objects.select_related(
        "organization", "enrolment__member__user", "enrolment__organization"
    ).get(pk=row_id)
