"""What may stand behind the question mark of a page with figures."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms

from vaandel.impact.queries import Period
from vaandel.impact.weeks import week_of

WEEKS_SHOWN = {"12": 12, "26": 26, "52": 52, "all": None}


class OwnPeriodForm(forms.Form):
    """``period`` and ``page`` of *My impact*; whatever is not understood becomes the default."""

    period = forms.ChoiceField(choices=[(p.value, p.value) for p in Period], required=False)
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)

    def chosen(self) -> tuple[Period, int]:
        self.is_valid()
        period = self.cleaned_data.get("period") or Period.MONTH
        return Period(period), self.cleaned_data.get("page") or 1


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
