"""The programme's own wordings of the line that names the employer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vaandel.posts.models import CommercialClass
from vaandel.shares.disclosure import WORDINGS, Employer, remarks, rule_for
from vaandel.shares.disclosure.languages import NAMES

LONGEST = 200


class WordingsForm(forms.Form):
    """One line for each language; an empty one leaves the usual wording."""

    def __init__(
        self, *args: Any, employer: Employer, country: str, own: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.employer, self.country = employer, country
        for language, lines in WORDINGS.items():
            self.fields[language] = forms.CharField(
                label=NAMES[language],
                required=False,
                max_length=LONGEST,
                initial=own.get(language, ""),
                widget=forms.TextInput(
                    attrs={"lang": language, "placeholder": lines[0].format(org=employer.name)}
                ),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for language in WORDINGS:
            data[language] = " ".join(data.get(language, "").replace("\x00", "").split())
            self._check(language, data[language])
        return data

    def _check(self, language: str, line: str) -> None:
        if not line:
            return
        if not self.employer.is_named_in(line):
            self.add_error(
                language,
                ValidationError(
                    _("Name %(employer)s, or put a link to its website in this line."),
                    params={"employer": self.employer.name},
                ),
            )
            return
        rule = rule_for(CommercialClass.NEWS, country=self.country)
        for remark in remarks("", line, employer=self.employer, rule=rule, line_language=language):
            self.add_error(language, remark.message)

    def wordings(self) -> dict[str, str]:
        """After ``is_valid``: the languages that have a line of their own."""
        return {language: line for language, line in self.cleaned_data.items() if line}
