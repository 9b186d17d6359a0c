"""The way to a network and back, after which an account is connected.

What the network sends back counts for the same person, in the same browser, for the same
network, within ten minutes, and once.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.http import url_has_allowed_host_and_scheme

from vaandel.accounts.models import User
from vaandel.ambassadors.models import Enrolment
from vaandel.channels import adapters
from vaandel.channels.adapter import Account, App, Kind, Trouble
from vaandel.channels.consents import VERSION, for_figures, without_figures
from vaandel.channels.models import AccountConsent, ConnectedAccount, Connecting
from vaandel.channels.sealing import CONNECTING, LostKey, sealed, unsealed
from vaandel.channels.services.accounts import token_columns
from vaandel.channels.services.apps import (
    NOT_SET_UP,
    Registers,
    app_for,
    asked_scopes,
    forget_server_app,
    server_name,
)
from vaandel.channels.services.leaving import disconnect, revoke_later
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.tenancy import every_tenant, tenant_scope

GOOD_FOR: Final = timedelta(minutes=10)
TAKING_PART: Final = (Enrolment.State.JOINED, Enrolment.State.PAUSED)


class NotConnected(Trouble):
    """Coming back did not work. Where to go from there, as far as it is known."""

    def __init__(self, trouble: Trouble, *, organization: Organization | None, next_path: str):
        super().__init__(trouble.kind, trouble.code, detail=trouble.detail)
        self.organization = organization
        self.next_path = next_path


@dataclass(frozen=True, slots=True)
class Arrival:
    """``next_path`` is a path of this site, or ""."""

    account: ConnectedAccount
    next_path: str


def depart(
    *,
    enrolment: Enrolment,
    channel: str,
    server: str,
    statistics: bool,
    next_path: str,
    at: datetime,
    browser: str = "",
) -> str:
    """Where the browser goes now; raises ``Trouble``. ``browser`` is a secret that only this
    browser holds, so that nobody can be made to finish what somebody else began."""
    adapter = adapters.ADAPTERS.get(channel)
    if adapter is None or enrolment.state not in TAKING_PART:
        raise Trouble(Kind.CONFIGURATION, NOT_SET_UP)
    where = server_name(adapter, server)
    state = secrets.token_urlsafe(32)
    app = _app(enrolment.organization, channel, where)
    if not statistics:
        app = replace(app, scopes=without_figures(app.scopes or adapter.usual_scopes))
    departure = adapter.depart(app, state=state, server=where)
    Connecting.objects.create(
        organization_id=enrolment.organization_id,
        enrolment=enrolment,
        channel=channel,
        server=(departure.server or where)[:160],
        state_digest=_digest(state, browser),
        kept_sealed=sealed(CONNECTING, departure.kept),
        statistics=statistics and adapter.abilities.figures,
        text_version=VERSION,
        next_path=local_path(next_path),
        created_at=at,
        expires_at=at + GOOD_FOR,
    )
    return departure.url


def arrive(
    *, user: User, channel: str, answer: Mapping[str, str], at: datetime, browser: str = ""
) -> Arrival:
    """Connect the account the network speaks of; raises ``NotConnected``, a ``Trouble``."""
    with every_tenant():
        row = _taken(user, channel, _digest(answer.get("state", ""), browser), at)
    with tenant_scope(row.organization_id):
        try:
            return Arrival(_connected(row, answer, at), row.next_path)
        except Trouble as trouble:
            if trouble.code == NOT_SET_UP and row.server:
                forget_server_app(channel, row.server)
            raise NotConnected(
                trouble, organization=row.organization, next_path=row.next_path
            ) from trouble


@transaction.atomic
def set_statistics(*, row: ConnectedAccount, given: bool, at: datetime) -> bool:
    """Let the figures of one's own posts be read, or not any more; False when it was so."""
    changed = (
        ConnectedAccount.objects.filter(pk=row.pk)
        .exclude(reads_statistics=given)
        .update(reads_statistics=given)
    )
    if changed:
        _note_consent(row, AccountConsent.Purpose.STATISTICS, given=given, version=VERSION, at=at)
    return bool(changed)


def needs_permission(row: ConnectedAccount) -> bool:
    """Whether the network must be asked first before figures of this account can be read."""
    asked = asked_scopes(row.organization, row.channel)
    return not for_figures(asked) <= set(row.scopes)


def forget_old_connecting(*, at: datetime) -> int:
    """Forget who set out and did not come back; how many."""
    with every_tenant():
        return Connecting.objects.filter(expires_at__lt=at).delete()[0]


def local_path(path: str) -> str:
    """The path when it leads to this very site, else ""."""
    is_local = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_local and len(path) <= 300 else ""


def _taken(user: User, channel: str, digest: str, at: datetime) -> Connecting:
    """What was kept, for the first who asks and never again."""
    row = (
        Connecting.objects.select_related("organization", "enrolment__member__user")
        .filter(
            state_digest=digest,
            channel=channel,
            enrolment__member__user=user,
            expires_at__gt=at,
        )
        .first()
    )
    # Of two who bring the same answer, the one whose DELETE finds the row goes on.
    if row is None or not Connecting.objects.filter(pk=row.pk).delete()[0]:
        late = Trouble(Kind.REJECTED, "too_late_to_connect")
        raise NotConnected(late, organization=None, next_path="")
    return row


def _connected(row: Connecting, answer: Mapping[str, str], at: datetime) -> ConnectedAccount:
    app = _app(row.organization, row.channel, row.server)
    try:
        kept = unsealed(CONNECTING, row.kept_sealed)
    except LostKey as lost:
        raise Trouble(Kind.REJECTED, "too_late_to_connect") from lost
    account = adapters.ADAPTERS[row.channel].arrive(app, kept=kept, answer=answer)
    with transaction.atomic():
        enrolment = _who_still_takes_part(row)
        if enrolment is None:
            revoke_later(app, account, at=at)
        else:
            return _stored(row, enrolment, account, at)
    raise Trouble(Kind.REJECTED, "left")


def _who_still_takes_part(row: Connecting) -> Enrolment | None:
    return (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("member")
        .filter(
            pk=row.enrolment_id,
            state__in=TAKING_PART,
            member__status=Member.Status.ACTIVE,
        )
        .first()
    )


def _stored(
    row: Connecting, enrolment: Enrolment, account: Account, at: datetime
) -> ConnectedAccount:
    """The same account keeps its row, so that what is planned for it goes on; another one
    takes its place, and what was planned for the old one is not posted by it."""
    old = ConnectedAccount.objects.filter(enrolment=enrolment, channel=row.channel).first()
    if old is not None and not _is_same(old, row, account):
        disconnect(enrolment=enrolment, channel=row.channel, at=at)
        old = None
    stored, _created = ConnectedAccount.objects.update_or_create(
        enrolment=enrolment,
        channel=row.channel,
        organization_id=row.organization_id,
        defaults=_columns(row, account, at)
        | {"keys_version": 1 if old is None else old.keys_version + 1},
    )
    statistics = AccountConsent.Purpose.STATISTICS
    for purpose, given in ((AccountConsent.Purpose.POST, True), (statistics, row.statistics)):
        _note_consent(stored, purpose, given=given, version=row.text_version, at=at)
    return stored


def _is_same(old: ConnectedAccount, row: Connecting, account: Account) -> bool:
    """Where each server has an application of its own, it also counts its accounts by itself."""
    if isinstance(adapters.ADAPTERS[old.channel], Registers) and old.server != _server(
        row, account
    ):
        return False
    return old.remote_id == account.remote_id


def _server(row: Connecting, account: Account) -> str:
    return (account.server or row.server)[:160]


def _columns(row: Connecting, account: Account, at: datetime) -> dict[str, Any]:
    return {
        "server": _server(row, account),
        "remote_id": account.remote_id,
        "handle": account.handle[:200],
        "display_name": account.display_name[:200],
        "profile_url": account.profile_url if len(account.profile_url) <= 300 else "",
        "reads_statistics": row.statistics,
        "connected_at": at,
        "held_until": None,
        "reminded_for_days": None,
        **token_columns(account),
    }


def _note_consent(
    row: ConnectedAccount,
    purpose: AccountConsent.Purpose,
    *,
    given: bool,
    version: str,
    at: datetime,
) -> None:
    """End what runs, and begin anew when it is given: each connecting is a consent of its own."""
    running = AccountConsent.objects.filter(
        enrolment=row.enrolment_id, channel=row.channel, purpose=purpose, revoked_at=None
    )
    running.update(revoked_at=at)
    if given:
        AccountConsent.objects.create(
            organization_id=row.organization_id,
            enrolment_id=row.enrolment_id,
            channel=row.channel,
            purpose=purpose,
            text_version=version,
            given_at=at,
        )


def _app(organization: Organization, channel: str, server: str) -> App:
    app = app_for(organization, channel, server=server)
    if app is None:
        raise Trouble(Kind.CONFIGURATION, NOT_SET_UP)
    return app


def _digest(state: str, browser: str) -> str:
    return hashlib.sha256(f"{browser}|{state}".encode()).hexdigest()
