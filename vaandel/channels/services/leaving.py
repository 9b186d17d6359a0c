"""Letting go of an account: gone here at once, and made worthless at the network after that.

A network that cannot be reached must not keep anybody from disconnecting, so the tokens go
into a row of their own in the same transaction, and a worker hands them back, for a week at
most.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.channels import adapters
from vaandel.channels.adapter import Account, App, Trouble
from vaandel.channels.models import AccountConsent, ConnectedAccount, Revocation
from vaandel.channels.sealing import ACCOUNT, REVOCATION, LostKey, sealed, unsealed
from vaandel.channels.services.apps import app_to_revoke
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant

logger = logging.getLogger("vaandel.channels")

BATCH: Final = 20
LEASE: Final = timedelta(minutes=3)
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=12)
GIVEN_UP_AFTER: Final = timedelta(days=7)
PER_ROUND: Final = 200


@transaction.atomic
def disconnect(*, enrolment: Enrolment, channel: str, at: datetime) -> bool:
    """Forget the account and its tokens now; False when there was none. Twice is once."""
    row = ConnectedAccount.objects.filter(enrolment=enrolment, channel=channel).first()
    if row is None:
        return False
    AccountConsent.objects.filter(enrolment=enrolment, channel=channel, revoked_at=None).update(
        revoked_at=at
    )
    gone, _rows = ConnectedAccount.objects.filter(pk=row.pk, keys_version=row.keys_version).delete()
    if not gone:
        # Its tokens were renewed between the two statements: those that are there now go.
        return disconnect(enrolment=enrolment, channel=channel, at=at)
    revoke_row_later(row, at=at)
    return True


@transaction.atomic
def disconnect_all(*, enrolment: Enrolment, at: datetime) -> int:
    """All accounts of one person; how many."""
    channels = ConnectedAccount.objects.filter(enrolment=enrolment).values_list(
        "channel", flat=True
    )
    return sum(disconnect(enrolment=enrolment, channel=channel, at=at) for channel in [*channels])


def disconnect_who_left() -> int:
    """Accounts of people who do not take part any more, or do not work here; how many."""
    with every_tenant():
        gone = (
            ConnectedAccount.objects.filter(
                Q(enrolment__state=Enrolment.State.LEFT)
                | ~Q(enrolment__member__status=Member.Status.ACTIVE)
            )
            .select_related("enrolment")
            .order_by("pk")[:PER_ROUND]
        )
        return sum(
            disconnect(enrolment=row.enrolment, channel=row.channel, at=timezone.now())
            for row in list(gone)
        )


def revoke_row_later(row: ConnectedAccount, *, at: datetime) -> None:
    """Queue the tokens of a row. Nothing to do when they cannot be read here any more."""
    try:
        keys = unsealed(ACCOUNT, row.keys_sealed)
    except LostKey:
        return
    account = Account(
        remote_id=row.remote_id, server=row.server, scopes=tuple(row.scopes), keys=keys
    )
    app = app_to_revoke(row.organization, row.channel, server=row.server)
    if app is not None:
        revoke_later(app, account, at=at)


def revoke_later(app: App, account: Account, *, at: datetime) -> Revocation:
    """Queue tokens to be made worthless; inside the transaction that forgets them."""
    payload = {
        "app": asdict(app),
        "account": {
            "remote_id": account.remote_id,
            "server": account.server,
            "scopes": list(account.scopes),
            "keys": dict(account.keys),
        },
    }
    return Revocation.objects.create(
        channel=app.channel,
        payload_sealed=sealed(REVOCATION, payload),
        next_try_at=at,
        created_at=at,
    )


def revoke_due() -> int:
    """Hand tokens back to their networks; how many were tried. For the worker."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    due = Revocation.objects.filter(free, next_try_at__lte=now).order_by("next_try_at")
    return sum(_revoke_if_free(pk) for pk in list(due.values_list("pk", flat=True)[:BATCH]))


def _revoke_if_free(revocation_id: int) -> bool:
    now = timezone.now()
    lease = now + LEASE
    free = Revocation.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=now), pk=revocation_id, next_try_at__lte=now
    )
    if not free.update(leased_until=lease):
        return False
    row = Revocation.objects.get(pk=revocation_id)
    ours = Revocation.objects.filter(pk=row.pk, leased_until=lease)
    try:
        payload = unsealed(REVOCATION, row.payload_sealed)
        adapters.ADAPTERS[row.channel].revoke(_app(payload["app"]), _account(payload["account"]))
    except (LostKey, KeyError):
        # Nobody can read them, or the network is not there any more.
        ours.delete()
    except Trouble as trouble:
        _try_again(row, lease, trouble)
    else:
        ours.delete()
    return True


def _try_again(row: Revocation, lease: datetime, trouble: Trouble) -> None:
    now = timezone.now()
    ours = Revocation.objects.filter(pk=row.pk, leased_until=lease)
    if row.created_at < now - GIVEN_UP_AFTER:
        logger.warning(
            "Tokens could not be revoked and were forgotten.",
            extra={"reason": f"{row.channel}: {trouble.code}"},
        )
        ours.delete()
        return
    pause = min(FIRST_PAUSE * (1 << min(row.attempts, 10)), LONGEST_PAUSE)
    moment = max(now + pause, trouble.retry_at or now)
    ours.update(leased_until=None, attempts=row.attempts + 1, next_try_at=moment)


def _app(values: Mapping[str, Any]) -> App:
    return App(**{**values, "scopes": tuple(values["scopes"])})


def _account(values: Mapping[str, Any]) -> Account:
    return Account(**{**values, "scopes": tuple(values["scopes"])})
