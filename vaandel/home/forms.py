from __future__ import annotations

from django import forms


class TodayForm(forms.Form):
    """Which ask was just put aside."""

    aside = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    @property
    def ask(self) -> int | None:
        return self.cleaned_data["aside"] if self.is_valid() else None
