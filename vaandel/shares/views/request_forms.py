"""What somebody sends for, and about, a text of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vaandel.posts.models import Angle
from vaandel.shares.forms import OwnText, without_gap

LONGEST = 3000


class RequestForm(forms.Form):
    """A text, in one of the languages of the post."""

    text = OwnText(
        max_length=LONGEST,
        label=_("Your text"),
        error_messages={"required": _("Write the text that you want to share.")},
    )
    angle = forms.CharField(required=False, max_length=20)

    def __init__(self, *args: Any, angles: list[Angle], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.angles = angles

    def clean_text(self) -> str:
        text = without_gap(self.cleaned_data["text"])
        if any(text == angle.text for angle in self.angles):
            raise ValidationError(
                _("This text is approved already. Go back and share it as it is.")
            )
        return text

    def clean_angle(self) -> Angle | None:
        """The text that it started from decides about the language."""
        wanted = self.cleaned_data["angle"]
        return next((angle for angle in self.angles if str(angle.pk) == wanted), None)


class NoteForm(forms.Form):
    """Why a text is not approved."""

    note = forms.CharField(
        max_length=500,
        label=_("What should change?"),
        error_messages={"required": _("Say in a few words what should change.")},
    )
