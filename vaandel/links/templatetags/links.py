"""Small words of the pages of links."""

from __future__ import annotations

from babel import Locale
from django import template
from django.utils.translation import gettext as _

from vaandel.components import figures

register = template.Library()


@register.filter
def country_name(code: str) -> str:
    """The country in the reader's language."""
    if not code:
        return _("Unknown")
    return str(Locale.parse(figures.locale()).territories.get(code, code))


@register.filter
def referrer_name(host: str) -> str:
    return host or _("Not said, as apps and mail do")


@register.filter
def part_of(count: int, whole: int) -> float:
    return count / whole if whole else 0.0
