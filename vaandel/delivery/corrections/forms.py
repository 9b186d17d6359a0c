"""What changed, in the editor's own words."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CorrectionForm(forms.Form):
    """``sure`` is the second press, after the preview; ``again`` goes back to the words."""

    text = forms.CharField(
        label=_("What was wrong, and what is right?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Write what changed, in a few sentences."),
            "max_length": _("This is too long. At most 1,000 characters."),
        },
    )
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)
    again = forms.BooleanField(required=False, widget=forms.HiddenInput)
