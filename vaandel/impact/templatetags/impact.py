"""Small words of the impact pages."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date
from django import template
from django.core.files.storage import default_storage
from django.utils import timezone

from vaandel.components import figures
from vaandel.impact import charts
from vaandel.impact.models import PostTotal

register = template.Library()


@register.filter
def month_name(moment: date) -> str:
    """November, in the reader's language and time zone; capitalised as it stands alone."""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    name = format_date(local, format="LLLL", locale=figures.locale())
    return name[:1].upper() + name[1:]


@register.filter
def channel_name(key: str) -> str:
    return charts.channel_name(key)


@register.filter
def week_name(week: date) -> str:
    return charts.week_name(week)


@register.filter
def picture_url(name: str) -> str:
    return default_storage.url(name)


@register.filter
def reach_of(total: PostTotal) -> str:
    """The estimated range of a post, "ca. 1,200-5,100"."""
    return figures.estimate(total.reach_low, total.reach_high)
