"""Saying that one really means it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User


class DeleteForm(forms.Form):
    """One's own mail address, typed."""

    email = forms.CharField(
        label=_("Type your own mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type your own mail address, so that it is no slip.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        typed = str(self.cleaned_data["email"]).strip().lower()
        if typed != self.user.email.lower():
            raise forms.ValidationError(
                _("This is not the address of this account. It is %(email)s."),
                params={"email": self.user.email},
            )
        return typed
