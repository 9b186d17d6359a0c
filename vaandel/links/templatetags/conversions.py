"""Small words of the pages of conversions."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency
from django import template

from vaandel.components import figures

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """€ 1.250,50 as the reader writes it; an en dash when there is no amount."""
    if amount is None:
        return figures.UNKNOWN
    return format_currency(amount, currency, locale=figures.locale())
