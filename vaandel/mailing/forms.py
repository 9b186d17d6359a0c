from __future__ import annotations

from django import forms


class SearchForm(forms.Form):
    q = forms.CharField(max_length=100, required=False)

    @property
    def words(self) -> str:
        """What to look for; nothing when the question cannot be used."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""
