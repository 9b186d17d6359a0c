"""What people fill in to connect an account, and owners to set a network up."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from vaandel.channels.adapter import Abilities
from vaandel.channels.consents import GATED
from vaandel.channels.linkedin.sign_in import USUAL_SCOPES
from vaandel.channels.models import NetworkApp
from vaandel.channels.services.apps import TypedApp

VERSIONED: Final = frozenset({"linkedin"})
CENTS: Final = 100
_VERSION: Final = re.compile(r"20\d\d(0[1-9]|1[0-2])", re.ASCII)


class ConnectForm(forms.Form):
    """Pressing the button is the consent to post; the box is another one, for figures."""

    server = forms.CharField(required=False, max_length=200, strip=True)
    statistics = forms.BooleanField(required=False, label=_("Also read the figures of my posts"))
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, abilities: Abilities, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not abilities.asks_server:
            del self.fields["server"]
            return
        field = self.fields["server"]
        field.required = True
        field.widget.attrs |= {
            "autocapitalize": "none",
            "autocomplete": "off",
            "spellcheck": "false",
            "inputmode": "url",
        }
        field.error_messages["required"] = _("Fill in where your account is.")


class NetworkForm(forms.Form):
    """The application of an organisation at one network. The stored secret never comes back."""

    is_on = forms.BooleanField(required=False, label=_("People may connect this network"))
    client_id = forms.CharField(required=False, max_length=200, label=_("Client ID"))
    client_secret = forms.CharField(
        required=False,
        max_length=500,
        label=_("Client secret"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    api_version = forms.CharField(
        required=False,
        max_length=6,
        label=_("Version of the interface"),
        help_text=_("A year and a month, such as 202609. Empty: the one that comes with Vaandel."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    figures = forms.BooleanField(
        required=False,
        label=_("Our application may read figures of posts"),
        help_text=_("Only after LinkedIn has approved it for its Community Management API."),
    )
    monthly_budget = forms.DecimalField(
        required=False,
        min_value=Decimal(1),
        max_value=Decimal(100_000),
        decimal_places=2,
        label=_("Budget a month, in US dollars"),
        help_text=_("When it is used up nobody posts through the connection until next month."),
    )

    def __init__(
        self,
        *args: Any,
        channel: str,
        abilities: Abilities,
        saved: NetworkApp | None,
        by_installation: bool,
        **kwargs: Any,
    ) -> None:
        self.saved, self.abilities, self.channel = saved, abilities, channel
        self.by_installation = by_installation
        kwargs.setdefault("initial", self._initial())
        super().__init__(*args, **kwargs)
        if not abilities.needs_app:
            self._leave_out("client_id", "client_secret")
        if channel not in VERSIONED:
            self._leave_out("api_version")
        if channel not in GATED:
            self._leave_out("figures")
        if not abilities.costs_money:
            self._leave_out("monthly_budget")

    @property
    def has_secret(self) -> bool:
        return self.saved is not None and bool(self.saved.secret_sealed)

    def clean_api_version(self) -> str:
        version: str = self.cleaned_data["api_version"]
        if version and not _VERSION.fullmatch(version):
            raise forms.ValidationError(_("Write a year and a month, such as 202609."))
        return version

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.abilities.needs_app:
            self._check_pair(data)
        needs_budget = self.abilities.costs_money and data.get("is_on")
        if needs_budget and not data.get("monthly_budget") and "monthly_budget" not in self.errors:
            self.add_error(
                "monthly_budget",
                _("Say how much it may cost a month. Without a budget it stays off."),
            )
        return data

    def typed(self) -> TypedApp:
        data = self.cleaned_data
        budget: Decimal | None = data.get("monthly_budget")
        return TypedApp(
            is_on=data["is_on"],
            client_id=data.get("client_id", ""),
            client_secret=data.get("client_secret") or None,
            api_version=data.get("api_version", ""),
            scopes=(*USUAL_SCOPES, GATED[self.channel]) if data.get("figures") else (),
            monthly_budget=None if budget is None else int(budget * CENTS),
        )

    def _check_pair(self, data: dict[str, Any]) -> None:
        """An ID without a secret is none, and another ID has another secret."""
        client_id, secret = data.get("client_id", ""), data.get("client_secret", "")
        is_same = self.saved is not None and self.saved.client_id == client_id
        if secret and not client_id:
            self.add_error("client_id", _("Fill in the client ID that belongs to the secret."))
        if client_id and not secret and not (is_same and self.has_secret):
            self.add_error("client_secret", _("Fill in the secret that belongs to this client ID."))
        if data.get("is_on") and not client_id and not secret and not self.by_installation:
            self.add_error("client_id", _("Fill in the client ID, or leave the network off."))

    def _initial(self) -> dict[str, Any]:
        saved = self.saved
        if saved is None:
            free = not self.abilities.costs_money
            return {"is_on": free and (self.by_installation or not self.abilities.needs_app)}
        cents = saved.monthly_budget
        return {
            "is_on": saved.is_on,
            "client_id": saved.client_id,
            "api_version": saved.api_version,
            "figures": GATED.get(self.channel, "") in saved.scopes,
            "monthly_budget": None if cents is None else Decimal(cents) / CENTS,
        }

    def _leave_out(self, *names: str) -> None:
        for name in names:
            del self.fields[name]
