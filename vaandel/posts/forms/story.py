"""What colleagues send in themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaandel.posts.forms.fields import text
from vaandel.posts.models import Occasion


class StoryForm(forms.Form):
    """An own story: an occasion and three short questions."""

    occasion = forms.ChoiceField(
        label=_("What happened?"), choices=Occasion.choices, widget=forms.RadioSelect
    )
    title = forms.CharField(
        label=_("In one line"),
        max_length=200,
        error_messages={"required": _("Give it one line, as you would say it over coffee.")},
    )
    answer_1 = text(_("What did you do or see?"), rows=3, most=2000)
    answer_2 = text(_("What surprised you?"), rows=2, most=2000)
    answer_3 = text(_("Why does it matter, and to whom?"), rows=2, most=2000)
    picture = forms.FileField(
        label=_("A photo"),
        required=False,
        help_text=_("JPEG, PNG or WebP. We take out the place where it was taken."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )
    alt = text(_("What is on the photo, for who cannot see it?"), most=300)
    wants_to_read_along = forms.BooleanField(
        label=_("I want to read along before it goes out"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "answer_1", "answer_2", "answer_3"):
            self.fields[name].widget.attrs["data-keep"] = name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(f"answer_{n}", "").strip() for n in (1, 2, 3)):
            self.add_error("answer_1", _("Answer at least one question. A few words are enough."))
        if data.get("picture") and not data.get("alt", "").strip():
            self.add_error("alt", _("Say in a few words what is on the photo."))
        return data

    def answers(self) -> list[str]:
        return [self.cleaned_data[f"answer_{n}"].strip() for n in (1, 2, 3)]
