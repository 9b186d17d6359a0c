"""Choices on the pages of links, and the address that comes after one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaandel.links.forms.fields import DestinationField, check_allowed
from vaandel.links.models import Campaign

PERIODS = {"7": 7, "30": 30, "90": 90, "all": None}
USUAL = "30"


class PeriodForm(forms.Form):
    """Whatever is not understood is thirty days."""

    period = forms.ChoiceField(required=False, choices=[(name, name) for name in PERIODS])

    def chosen(self, today: date) -> tuple[str, date | None]:
        """The choice and its first day; None is from the beginning."""
        self.is_valid()
        name = self.cleaned_data.get("period") or USUAL
        days = PERIODS[name]
        return name, None if days is None else today - timedelta(days=days - 1)


class ListForm(PeriodForm):
    q = forms.CharField(
        label=_("Search in titles"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "class": "form-control"}),
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("Newest first")), ("clicks", _("Most clicks first")), ("title", _("A-Z"))],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    period = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=[
            ("7", _("7 days")),
            ("30", _("30 days")),
            ("90", _("90 days")),
            ("all", _("Everything")),
        ],
        initial=USUAL,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def value(self, name: str) -> str:
        self.is_valid()
        return self.cleaned_data.get(name) or ""


class SuccessorForm(forms.Form):
    successor_url = DestinationField(
        most=2000,
        label=_("Where its links lead once they have ended"),
        help_text=_("A vacancy like it, or the story that came after. Empty: where all lead."),
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        self.campaign = campaign
        kwargs["initial"] = {"successor_url": campaign.successor_url}
        super().__init__(*args, **kwargs)

    def clean_successor_url(self) -> str:
        url: str = self.cleaned_data["successor_url"]
        check_allowed(self.campaign.organization, url)
        return url
