"""What somebody may ask of the archive."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from vaandel.archive.models import Kind

# Days that have a day before and after them, in every time zone.
IN_REACH = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(9000, 1, 1)))
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FindForm(forms.Form):
    """What the list shows. What makes no sense is left out."""

    kind = forms.ChoiceField(
        label=_("What"), choices=[("", _("Everything")), *Kind.choices], required=False
    )
    since = forms.DateField(label=_("From"), required=False, widget=DAY, validators=IN_REACH)
    until = forms.DateField(
        label=_("Until and including"), required=False, widget=DAY, validators=IN_REACH
    )
    words = forms.CharField(label=_("Words in it"), required=False, max_length=100)
    subject = forms.CharField(
        required=False,
        max_length=60,
        validators=[RegexValidator(r"^[a-z_]+:[0-9]+$")],
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, may_read: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_read:
            # Looking for somebody's name would tell what they shared.
            del self.fields["words"]

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        names = ("kind", "subject", "since", "until", "words")
        return {"since": None, "until": None} | {
            name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)
        }
