"""An address that links may lead to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from vaandel.links.services import NotATarget, checked_target
from vaandel.organizations.destinations import allowed
from vaandel.organizations.models import Organization


class DestinationField(forms.URLField):
    """An http(s) address, as it goes into a ``Location`` header; not required."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=most,
            assume_scheme="https",
            validators=[URLValidator(schemes=["http", "https"])],
            widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off"}),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        url = super().clean(value)
        if not url:
            return ""
        try:
            return checked_target(url)
        except NotATarget:
            raise forms.ValidationError(
                _("This is not a whole link. Copy it from the address bar."), code="invalid"
            ) from None


def check_allowed(organization: Organization, url: str) -> None:
    """Raise for an address on a website that is not on the organisation's list."""
    if url and not allowed(organization, url):
        raise forms.ValidationError(
            _("Links of your organisation may not lead to this website. An owner can add it."),
            code="not_allowed",
        )
