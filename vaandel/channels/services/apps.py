"""Our applications at networks: of the organisation, the installation, or one server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, runtime_checkable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from vaandel.channels import adapters
from vaandel.channels.adapter import Adapter, App, Trouble
from vaandel.channels.consents import GATED
from vaandel.channels.models import NetworkApp, ServerApp
from vaandel.channels.queries import typed_apps
from vaandel.channels.sealing import NETWORK_APP, SERVER_APP, LostKey, sealed, unsealed
from vaandel.organizations.audit import record
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.tenancy import tenant_scope

NOT_SET_UP: Final = "refused_app"


@runtime_checkable
class Registers(Protocol):
    """An adapter whose application is made at each server, by asking for it."""

    def home(self, typed: str) -> str: ...

    def register(self, server: str, redirect_uri: str) -> App: ...


@runtime_checkable
class BringsApp(Protocol):
    """An adapter whose application is this installation itself; nobody types anything in."""

    def own_app(self, redirect_uri: str) -> App: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedApp:
    """What an owner typed in. ``client_secret`` None leaves the stored one as it is."""

    is_on: bool = True
    client_id: str = ""
    client_secret: str | None = None
    api_version: str = ""
    scopes: Sequence[str] = ()
    monthly_budget: int | None = None
    """In US cents."""


def redirect_uri(channel: str) -> str:
    """Where the network sends the browser back to; owners copy this into its settings."""
    return f"{settings.PUBLIC_URL}{reverse('channels:arrive', args=[channel])}"


def offered(organization: Organization, typed: Mapping[str, NetworkApp] | None = None) -> list[str]:
    """The channels whose accounts may be connected now; no network is asked, one query."""
    if typed is None:
        typed = typed_apps(organization)
    return [
        channel
        for channel, adapter in adapters.ADAPTERS.items()
        if is_set_up(channel, adapter, typed.get(channel))
    ]


def app_for(organization: Organization, channel: str, *, server: str = "") -> App | None:
    """Our application there; None when it is not set up, or switched off.

    At a network of many servers it is registered there when we have none yet; raises
    ``Trouble`` when that does not work.
    """
    adapter = adapters.ADAPTERS.get(channel)
    if adapter is None:
        return None
    typed = typed_apps(organization).get(channel)
    if not is_set_up(channel, adapter, typed):
        return None
    if isinstance(adapter, Registers):
        return _server_app(adapter, channel, server)
    if isinstance(adapter, BringsApp):
        return adapter.own_app(redirect_uri(channel))
    if typed is not None and typed.client_id:
        return _typed_app(typed)
    return _installation_app(channel)


def gives_figures(channel: str, typed: NetworkApp | None) -> bool:
    """Whether figures of own posts can be had through our application, as far as we know."""
    adapter = adapters.ADAPTERS[channel]
    if not adapter.abilities.figures or channel not in GATED:
        return adapter.abilities.figures
    return GATED[channel] in _typed_scopes(channel, typed)


def asked_scopes(organization: Organization, channel: str) -> Sequence[str]:
    """What people are asked to allow, of those who agree to everything; no network is asked."""
    typed = typed_apps(organization).get(channel)
    return _typed_scopes(channel, typed) or adapters.ADAPTERS[channel].usual_scopes


def _typed_scopes(channel: str, typed: NetworkApp | None) -> list[str]:
    if typed is not None and typed.client_id:
        return list(typed.scopes)
    return installation_scopes(channel)


def can_be_tested(channel: str) -> bool:
    """Whether there is one application to ask about, and not one at each server."""
    return not isinstance(adapters.ADAPTERS[channel], Registers)


def installation_scopes(channel: str) -> list[str]:
    return _of_installation(channel, "SCOPES").split()


def app_to_revoke(organization: Organization, channel: str, *, server: str) -> App | None:
    """As ``app_for``, also of a network that is switched off; nothing new is registered."""
    adapter: object = adapters.ADAPTERS.get(channel)
    if isinstance(adapter, Registers):
        return _known_server_app(channel, server)
    if isinstance(adapter, BringsApp):
        return adapter.own_app(redirect_uri(channel))
    typed = typed_apps(organization).get(channel)
    if typed is not None and typed.client_id:
        return _typed_app(typed)
    return _installation_app(channel) if installation_app_id(channel) else None


def installation_app_id(channel: str) -> str:
    """The client id of the application that whoever runs the installation has set up, or ""."""
    name = channel.upper()
    apps: Mapping[str, str] = settings.NETWORK_APPS
    has_both = apps.get(f"{name}_CLIENT_ID") and apps.get(f"{name}_CLIENT_SECRET")
    return apps[f"{name}_CLIENT_ID"] if has_both else ""


def server_name(adapter: Adapter, typed: str) -> str:
    """The server as we keep it; ``Trouble`` when what was typed is none."""
    name = typed.strip()
    if not isinstance(adapter, Registers) or name in settings.FETCH_ALLOWED_HOSTS:
        return name
    return adapter.home(name)


def forget_server_app(channel: str, server: str) -> None:
    """The server does not know our application any more: the next time a new one is made."""
    ServerApp.objects.filter(channel=channel, server=server).delete()


@transaction.atomic
def save_app(
    *, organization: Organization, channel: str, by: Member, typed: TypedApp, at: datetime
) -> NetworkApp:
    """Keep what was typed in. The log says what changed, and never a secret."""
    row, _created = NetworkApp.objects.select_for_update().get_or_create(
        organization=organization, channel=channel, defaults={"is_on": typed.is_on}
    )
    before = _told(row)
    row.is_on = typed.is_on
    row.client_id = typed.client_id
    row.api_version = typed.api_version
    row.scopes = list(typed.scopes)
    row.monthly_budget = typed.monthly_budget
    if typed.client_secret is not None:
        row.secret_sealed = _sealed_secret(typed.client_secret)
    if not typed.client_id:
        row.secret_sealed = ""
    row.updated_at, row.updated_by = at, by
    row.tested_at, row.problem = None, ""
    row.save()
    changed = [name for name, value in _told(row).items() if value != before[name]]
    if typed.client_secret is not None:
        changed.append("secret")
    record(
        by=by,
        action="network.changed",
        subject=f"network:{channel}",
        detail={"channel": channel, "changed": changed, "is_on": row.is_on},
        at=at,
    )
    return row


def test_app(*, organization: Organization, channel: str, at: datetime) -> str:
    """Ask the network what it thinks of our application: the code of the trouble, or ""."""
    problem = ""
    adapter = adapters.ADAPTERS[channel]
    try:
        app = app_for(organization, channel)
        if app is None:
            problem = NOT_SET_UP
        else:
            adapter.check(app)
    except Trouble as trouble:
        problem = trouble.code
    with tenant_scope(organization):
        NetworkApp.objects.filter(channel=channel).update(tested_at=at, problem=problem)
    return problem


def is_set_up(channel: str, adapter: Adapter, typed: NetworkApp | None) -> bool:
    """Whether people may connect this network, by what is known here."""
    if typed is not None and not typed.is_on:
        return False
    abilities = adapter.abilities
    if abilities.costs_money and (typed is None or not typed.monthly_budget):
        return False
    if not abilities.needs_app:
        return True
    has_own = typed is not None and bool(typed.client_id and typed.secret_sealed)
    return has_own or bool(installation_app_id(channel))


def _typed_app(row: NetworkApp) -> App | None:
    try:
        secret = str(unsealed(NETWORK_APP, row.secret_sealed)["secret"])
    except LostKey:
        return None
    return App(
        channel=row.channel,
        redirect_uri=redirect_uri(row.channel),
        client_id=row.client_id,
        client_secret=secret,
        api_version=row.api_version or _of_installation(row.channel, "API_VERSION"),
        scopes=tuple(row.scopes),
    )


def _installation_app(channel: str) -> App:
    return App(
        channel=channel,
        redirect_uri=redirect_uri(channel),
        client_id=installation_app_id(channel),
        client_secret=_of_installation(channel, "CLIENT_SECRET"),
        api_version=_of_installation(channel, "API_VERSION"),
        scopes=tuple(installation_scopes(channel)),
    )


def _of_installation(channel: str, name: str) -> str:
    return str(settings.NETWORK_APPS.get(f"{channel.upper()}_{name}", ""))


def _server_app(adapter: Registers, channel: str, server: str) -> App:
    """Ours at this server. Of two who register at the same moment, the first one's stays."""
    if not server:
        return App(channel=channel, redirect_uri=redirect_uri(channel))
    known = _known_server_app(channel, server)
    if known is not None:
        return known
    made = adapter.register(server, redirect_uri(channel))
    row = ServerApp(
        channel=channel,
        server=server,
        redirect_uri=made.redirect_uri,
        client_id=made.client_id,
        secret_sealed=sealed(SERVER_APP, {"secret": made.client_secret}),
        scopes=list(made.scopes),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return _known_server_app(channel, server) or made
    return made


def _known_server_app(channel: str, server: str) -> App | None:
    row = ServerApp.objects.filter(
        channel=channel, server=server, redirect_uri=redirect_uri(channel)
    ).first()
    if row is None:
        return None
    try:
        secret = str(unsealed(SERVER_APP, row.secret_sealed)["secret"])
    except LostKey:
        row.delete()
        return None
    return App(
        channel=channel,
        redirect_uri=row.redirect_uri,
        client_id=row.client_id,
        client_secret=secret,
        scopes=tuple(row.scopes),
    )


def _sealed_secret(secret: str) -> str:
    return sealed(NETWORK_APP, {"secret": secret}) if secret else ""


def _told(row: NetworkApp) -> dict[str, object]:
    """What the log may say of it."""
    return {
        "is_on": row.is_on,
        "client_id": row.client_id,
        "api_version": row.api_version,
        "scopes": list(row.scopes),
        "monthly_budget": row.monthly_budget,
    }
