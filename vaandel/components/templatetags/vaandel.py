"""Template tags of every screen. They are built in: no template has to load them."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template import Context, TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from vaandel.components import fields, figures, flags, icons, navigation
from vaandel.components.charts.bars import percents

register = template.Library()

STROKES = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    'stroke-linecap="round" stroke-linejoin="round"'
)
SILENT = mark_safe('aria-hidden="true"')
LAYERS = ("measured", "reported", "estimated")
TONES = ("", "gold", "plum", "sky", "white")


class TopicLike(Protocol):
    """What a flag needs of a topic."""

    name: str
    colour: str
    pattern: str


# Drawings


@lru_cache(maxsize=512)
def _icon_body(name: str) -> SafeString:
    try:
        paths = icons.paths(name)
    except KeyError:
        raise TemplateSyntaxError(f"There is no icon named {name!r}.") from None
    return mark_safe("".join(f'<path d="{path}"/>' for path in paths))  # our own data


@register.simple_tag
def icon(name: str, extra: str = "", label: str = "") -> SafeString:
    """A line icon. Without ``label`` it is decoration, and hidden from a screen reader."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else SILENT
    return format_html(
        '<svg class="{}" {} {}>{}</svg>',
        f"icon {extra}".strip(),
        mark_safe(STROKES),
        spoken,
        _icon_body(name),
    )


@register.simple_tag
def network_icon(channel: str, extra: str = "") -> SafeString:
    """The mark of a channel (decoration: its name stands beside it)."""
    return icon(icons.network_icon_name(channel), extra)


@register.simple_tag
def logo(extra: str = "") -> SafeString:
    """The banner."""
    return format_html(
        '<svg class="{}" viewBox="0 0 28 34" aria-hidden="true">'
        '<path class="logo-pole" d="M1 2.5h26" stroke-width="3" stroke-linecap="round"/>'
        '<path class="logo-cloth" d="M4 4h20v28l-10-7.5L4 32z"/>'
        '<path class="logo-bar" d="M4 11h20v5H4z"/></svg>',
        f"logo {extra}".strip(),
    )


@register.simple_tag
def flag_of(colour: str, pattern: str, extra: str = "") -> SafeString:
    """A topic flag from its colour and pattern."""
    return format_html(
        '<svg class="{}" viewBox="0 0 24 16" aria-hidden="true">{}</svg>',
        f"topic-flag {extra}".strip(),
        mark_safe(flags.drawing(colour, pattern)),  # our own data
    )


@register.simple_tag
def flag(topic: TopicLike, extra: str = "") -> SafeString:
    """The flag of a topic; its name must stand beside it."""
    return flag_of(topic.colour, topic.pattern, extra)


@register.simple_tag
def topic_label(topic: TopicLike) -> SafeString:
    """Flag and name."""
    return format_html('<span class="topic">{}{}</span>', flag(topic), topic.name)


def initials(name: str) -> str:
    """NH for Noor van den Heuvel; one letter for a single word."""
    words = name.replace("-", " ").split()
    ends = words[:1] + words[-1:] if len(words) > 1 else words
    return "".join(word[0] for word in ends).upper()


@register.simple_tag
def avatar(name: str, photo: str = "", tone: str = "", large: bool = False) -> SafeString:
    """A face or initials; decoration, the name must stand beside it."""
    if tone not in TONES:
        raise TemplateSyntaxError(f"There is no avatar tone {tone!r}.")
    css = ["avatar", f"avatar-{tone}" if tone else "", "avatar-large" if large else ""]
    classes = " ".join(part for part in css if part)
    if photo:
        return format_html(
            '<span class="{}" aria-hidden="true"><img src="{}" alt="" width="52" height="52"'
            ' loading="lazy"></span>',
            classes,
            photo,
        )
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, initials(name))


@register.simple_tag
def bar(share: float, series: str = "c-1") -> SafeString:
    """One horizontal bar, 0 to 1 of the track; decoration, write the figure beside it."""
    return format_html(
        '<svg class="bar" aria-hidden="true"><rect class="c-empty" width="100%" height="12"/>'
        '<rect class="{}" width="{}" height="12"/></svg>',
        series,
        percents(share),
    )


@register.simple_tag
def chart(drawing: Any) -> SafeString:
    """Draw a chart of ``vaandel.components.charts``."""
    return mark_safe(render_to_string(drawing.template, {"chart": drawing}))


# Words and figures


def _layer_name(layer: str) -> str:
    names = {
        "measured": pgettext("certainty", "measured"),
        "reported": pgettext("certainty", "reported"),
        "estimated": pgettext("certainty", "estimated"),
    }
    return names[layer]


@register.simple_tag
def layer(name: str) -> SafeString:
    """How sure a figure is: measured, reported or estimated, with its hatching."""
    if name not in LAYERS:
        raise TemplateSyntaxError(f"There is no layer {name!r}.")
    css = "layer" if name == "measured" else f"layer layer-{name}"
    return format_html('<span class="{}">{}</span>', css, _layer_name(name))


@register.filter
def layer_name(name: str) -> str:
    """The word alone, with a capital: a heading."""
    return _layer_name(name).capitalize()


@register.filter
def figure(value: figures.Number | None, decimals: int | None = None) -> str:
    """1,240; unknown is a dash."""
    return figures.figure(value, decimals)


@register.filter
def percent(ratio: figures.Number | None, decimals: int = 1) -> str:
    """8.5% of 0.085; unknown is a dash."""
    return figures.percent(ratio, decimals)


@register.simple_tag
def estimate(low: figures.Number | None, high: figures.Number | None, unit: str = "") -> SafeString:
    """ca. 1,200-5,100 people: two significant digits, and the range does not break in two."""
    text = figures.estimate_range(low, high)
    if text == figures.UNKNOWN:
        return mark_safe(text)  # a dash
    marked = format_html('<span class="no-wrap">{}</span>', text)
    whole = format_html(figures.about(), range=marked)
    return format_html("{} {}", whole, unit) if unit else whole


@register.filter
def relative(moment: datetime | None, now: datetime | None = None) -> str:
    """3 days ago."""
    return figures.relative(moment, now)


@register.filter
def day(value: date | datetime | None) -> str:
    """24 November 2026."""
    return figures.day(value)


@register.filter
def weekday(value: date | datetime | None) -> str:
    """Tuesday 24 November."""
    return figures.day(value, weekday=True, year=False)


@register.filter
def short_day(value: date | datetime | None) -> str:
    """24 Nov."""
    return figures.short_day(value)


@register.filter
def clock(moment: datetime | None) -> str:
    """10:31."""
    return figures.clock(moment)


@register.simple_tag
def person_time(moment: datetime | None) -> SafeString:
    """A moment in the reader's time zone, readable for machines too."""
    if moment is None:
        return mark_safe(figures.UNKNOWN)  # a dash
    return format_html(
        '<time datetime="{}">{}, {}</time>',
        timezone.localtime(moment).isoformat(),
        figures.day(moment),
        figures.clock(moment),
    )


# Navigation


@register.simple_tag
def nav_url(route: str, *args: Any, **kwargs: Any) -> str:
    """The URL of a route, or nothing when a room does not have it."""
    return navigation.address(route, *args, **kwargs)


def _request(context: Context) -> HttpRequest:
    return context["request"]  # type: ignore[no-any-return]  # a context holds anything


@register.simple_tag(takes_context=True)
def ambassador_nav(context: Context) -> list[navigation.Item]:
    """The menu of an ambassador."""
    return navigation.ambassador_items(_request(context), context["member"])


@register.simple_tag(takes_context=True)
def studio_nav(context: Context) -> list[navigation.Section]:
    """The side bar of the studio."""
    return navigation.studio_sections(_request(context), context["member"])


@register.simple_tag(takes_context=True)
def studio_entry(context: Context) -> str:
    """Where the studio begins for this member, or nothing."""
    return navigation.studio_url(context["member"])


# Forms and pages


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    label: str = "",
    help: str = "",  # noqa: A002  # what a template calls it
    look: str = "checks",
    *,
    switch: bool = False,
    sometimes: bool = False,
) -> dict[str, Any]:
    """Label, widget, help and error. ``look`` of several answers: checks, choices or angles.

    ``sometimes``: needed or not by another answer, so it is not called optional.
    """
    if look not in fields.LOOKS:
        raise TemplateSyntaxError(f"There is no look {look!r}.")
    kind = fields.kind_of(bound)
    help_text = help or bound.help_text
    return {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "help": help_text,
        "look": look,
        "switch": switch,
        "options": fields.options_of(bound, look) if kind == fields.OPTIONS else [],
        "widget": "" if kind == fields.OPTIONS else fields.widget_of(bound, kind, help_text),
        "optional": not (bound.field.required or sometimes) and kind == fields.CONTROL,
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(*forms: BaseForm | None) -> dict[str, Any]:
    """A summary above the form, with a link to every field that is not right yet."""
    return {"problems": [p for form in forms if form is not None for p in fields.problems_of(form)]}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """Page links that keep the rest of the query; nothing when there is one page."""
    query = _request(context).GET.copy()

    def link(number: int) -> str:
        query[name] = str(number)
        return "?" + query.urlencode()

    elided = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    numbers = [(number, link(number) if isinstance(number, int) else "") for number in elided]
    return {
        "page": page,
        "numbers": numbers,
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
    }
