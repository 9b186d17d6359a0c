"""What may stand behind the question mark of a page with figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from vaandel.impact.assumptions import Explained, explained
from vaandel.impact.models import Assumption
from vaandel.impact.queries import Period
from vaandel.impact.services import Assuming
from vaandel.impact.weeks import week_of

WEEKS_SHOWN = {"12": 12, "26": 26, "52": 52, "all": None}


class OwnPeriodForm(forms.Form):
    """``period``, ``page`` and the page of ``thanks`` on *My impact*; whatever is not understood
    becomes the default."""

    period = forms.ChoiceField(choices=[(p.value, p.value) for p in Period], required=False)
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)
    thanks = forms.IntegerField(min_value=1, max_value=10_000, required=False)

    def chosen(self) -> tuple[Period, int, int]:
        self.is_valid()
        chosen = self.cleaned_data
        period = chosen.get("period") or Period.MONTH
        return Period(period), chosen.get("page") or 1, chosen.get("thanks") or 1


class ProgrammePeriodForm(forms.Form):
    """``weeks`` of the programme page."""

    weeks = forms.ChoiceField(choices=[(key, key) for key in WEEKS_SHOWN], required=False)

    def chosen(self, today: date) -> tuple[str, date | None]:
        """The choice, and the first Monday that belongs to it (None: from the start)."""
        self.is_valid()
        key = self.cleaned_data.get("weeks") or "12"
        number = WEEKS_SHOWN[key]
        if number is None:
            return key, None
        return key, week_of(today) - timedelta(weeks=number - 1)


class PostOrderForm(forms.Form):
    """``sort`` of the results of all posts; whatever is not understood is the default."""

    sort = forms.ChoiceField(choices=[("newest", "newest")], required=False)

    def chosen(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("sort") or ""


@dataclass(frozen=True, slots=True)
class AssumptionFields:
    """One assumption on the page: its words and its three fields."""

    about: Explained
    low: BoundField
    high: BoundField
    note: BoundField


class AssumptionsForm(forms.Form):
    """Low, high and where it comes from, for each assumption of the estimate."""

    def __init__(self, *args: Any, own: Mapping[str, Assumption], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = explained()
        for about in self.about:
            row = own.get(about.name)
            for end, label in (("low", _("At least, in %")), ("high", _("At most, in %"))):
                self.fields[f"{about.name}_{end}"] = forms.IntegerField(
                    label=label,
                    min_value=0,
                    max_value=100,
                    initial=getattr(row or about, end),
                    error_messages={
                        "required": _("Fill in a percentage."),
                        "invalid": _("Fill in a whole number."),
                        "min_value": _("Fill in a number from 0 to 100."),
                        "max_value": _("Fill in a number from 0 to 100."),
                    },
                )
            self.fields[f"{about.name}_note"] = forms.CharField(
                label=_("Where your figures come from"),
                max_length=300,
                required=False,
                initial=row.note if row else "",
            )

    def groups(self) -> Iterator[AssumptionFields]:
        for about in self.about:
            yield AssumptionFields(
                about, *(self[f"{about.name}_{part}"] for part in ("low", "high", "note"))
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for about in self.about:
            low, high = (data.get(f"{about.name}_{end}") for end in ("low", "high"))
            if low is None or high is None:
                continue
            if low > high:
                self.add_error(f"{about.name}_high", _("This must not be less than the other."))
            elif self._is_own(about) and not data.get(f"{about.name}_note"):
                self.add_error(f"{about.name}_note", _("Say where these figures come from."))
        return data

    def _is_own(self, about: Explained) -> bool:
        found = tuple(self.cleaned_data[f"{about.name}_{end}"] for end in ("low", "high"))
        return found != (about.low, about.high)

    def values(self) -> dict[str, Assuming]:
        """What differs from the defaults."""
        return {
            about.name: Assuming(
                *(self.cleaned_data[f"{about.name}_{part}"] for part in ("low", "high", "note"))
            )
            for about in self.about
            if self._is_own(about)
        }
