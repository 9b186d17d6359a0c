"""The words of a thank-you."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ThanksForm(forms.Form):
    """One's own words; ``look`` shows first how they read, and ``again`` goes back from there."""

    text = forms.CharField(
        label=_("Your words"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Write a few words. One sentence is enough."),
            "max_length": _("This is too long. At most 500 characters."),
        },
    )
    look = forms.BooleanField(required=False, widget=forms.HiddenInput)
    again = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].strip()
        if "___" in text:
            raise forms.ValidationError(
                _("Fill in the gap first: write what it brought, in your own words.")
            )
        return text
