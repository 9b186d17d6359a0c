"""What the accounts page and the settings show of each network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count

from vaandel.ambassadors.models import Enrolment
from vaandel.channels import adapters
from vaandel.channels.adapter import Abilities
from vaandel.channels.consents import ABOUT
from vaandel.channels.models import AccountConsent, ConnectedAccount, NetworkApp
from vaandel.channels.queries import accounts_of, typed_apps
from vaandel.channels.registry import CHANNELS
from vaandel.channels.services.apps import (
    can_be_tested,
    gives_figures,
    installation_app_id,
    is_set_up,
    offered,
)
from vaandel.channels.services.spending import spent
from vaandel.channels.troubles import next_step, of_a_test, what_happened
from vaandel.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Spending:
    """In dollars. ``percent`` of the budget that is gone, at most 100."""

    spent: Decimal
    budget: Decimal | None

    @property
    def left(self) -> Decimal:
        return max((self.budget or Decimal(0)) - self.spent, Decimal(0))

    @property
    def percent(self) -> int:
        return min(round(100 * self.spent / self.budget), 100) if self.budget else 0


@dataclass(frozen=True, slots=True)
class AccountCard:
    """One network for one person. ``account`` None: may be connected."""

    channel: str
    name: str
    abilities: Abilities
    about: str
    account: ConnectedAccount | None
    is_offered: bool
    gives_figures: bool
    spending: Spending | None

    @property
    def what_happened(self) -> str:
        problem = self.account.problem if self.account else ""
        return what_happened(problem or "dead_tokens", self.name)

    @property
    def next_step(self) -> str:
        problem = self.account.problem if self.account else ""
        return next_step(problem or "dead_tokens", self.name)


@dataclass(frozen=True, slots=True)
class NetworkCard:
    """One network for who manages the organisation."""

    channel: str
    name: str
    abilities: Abilities
    typed: NetworkApp | None
    is_offered: bool
    by_installation: bool
    accounts: int
    can_be_tested: bool

    @property
    def is_off(self) -> bool:
        return self.typed is not None and not self.typed.is_on

    @property
    def problem(self) -> str:
        code = self.typed.problem if self.typed else ""
        return of_a_test(code, self.name) if code else ""


def account_cards(enrolment: Enrolment, *, at: datetime) -> list[AccountCard]:
    """What somebody has connected or may connect; what is switched off for all is not there."""
    organization = enrolment.organization
    typed, accounts = typed_apps(organization), accounts_of(enrolment)
    open_now = offered(organization, typed)
    return [
        AccountCard(
            channel=channel,
            name=str(CHANNELS[channel].name),
            abilities=adapter.abilities,
            about=str(ABOUT.get(channel, "")),
            account=accounts.get(channel),
            is_offered=channel in open_now,
            gives_figures=gives_figures(channel, typed.get(channel)),
            spending=spending_of(organization, channel, at=at),
        )
        for channel, adapter in adapters.ADAPTERS.items()
        if channel in open_now or channel in accounts
    ]


def consent_log(enrolment: Enrolment) -> list[tuple[str, AccountConsent]]:
    """What somebody agreed to, newest first, with the name of the network."""
    rows = AccountConsent.objects.filter(enrolment=enrolment).order_by("-given_at", "-pk")
    return [(str(CHANNELS[row.channel].name), row) for row in rows if row.channel in CHANNELS]


def network_cards(organization: Organization) -> list[NetworkCard]:
    """All networks, with what was typed in; three queries."""
    typed = typed_apps(organization)
    counted = _counted(organization)
    return [
        NetworkCard(
            channel=channel,
            name=str(CHANNELS[channel].name),
            abilities=adapter.abilities,
            typed=typed.get(channel),
            is_offered=is_set_up(channel, adapter, typed.get(channel)),
            by_installation=bool(installation_app_id(channel)),
            accounts=counted.get(channel, 0),
            can_be_tested=can_be_tested(channel),
        )
        for channel, adapter in adapters.ADAPTERS.items()
    ]


def spending_of(organization: Organization, channel: str, *, at: datetime) -> Spending | None:
    """None for a network that costs nothing."""
    if not adapters.ADAPTERS[channel].abilities.costs_money:
        return None
    amount, budget = spent(organization, channel, at=at)
    return Spending(Decimal(amount) / 1000, None if budget is None else Decimal(budget) / 1000)


def _counted(organization: Organization) -> dict[str, int]:
    rows = ConnectedAccount.objects.filter(organization=organization).order_by()
    return dict(rows.values_list("channel").annotate(number=Count("pk")))
