"""An address that links may lead to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from vaandel.links.incoming.lists import plain_amount
from vaandel.links.services import NotATarget, checked_target
from vaandel.organizations.destinations import allowed
from vaandel.organizations.models import Organization

_NOT_WHOLE = _("This is not a whole link. Copy it from the address bar.")


class DestinationField(forms.URLField):
    """An http(s) address, as it goes into a ``Location`` header; not required."""

    default_error_messages: ClassVar = {"invalid": _NOT_WHOLE}
    # Instead of Django's, which would say the same again in other words.
    default_validators = [  # noqa: RUF012 - as Django declares it
        URLValidator(schemes=["http", "https"], message=_NOT_WHOLE)
    ]

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=most,
            assume_scheme="https",
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
            raise forms.ValidationError(_NOT_WHOLE, code="invalid") from None


def check_allowed(organization: Organization, url: str) -> None:
    """Raise for an address on a website that is not on the organisation's list."""
    if url and not allowed(organization, url):
        raise forms.ValidationError(
            _("Links of your organisation may not lead to this website. An owner can add it."),
            code="not_allowed",
        )


class AmountField(forms.DecimalField):
    """An amount of at most two decimals, with a comma or a point, as in a list."""

    default_error_messages: ClassVar = {
        "invalid": _("This is no amount. Write it as 1250 or 99.50.")
    }

    def __init__(self, *, most: Decimal, **kwargs: Any) -> None:
        super().__init__(
            min_value=0,
            max_value=most,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(plain_amount(value) if isinstance(value, str) else value)
