"""A form field as the template draws it: label, widget, help and error that know each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField
from django.forms.boundfield import BoundWidget
from django.utils.safestring import SafeString

CHECK = "check"
HIDDEN = "hidden"
OPTIONS = "options"
CONTROL = "control"

LOOKS = ("checks", "choices", "angles")


@dataclass(frozen=True, slots=True)
class Option:
    """One of several answers."""

    tag: SafeString
    label: str
    id: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of the summary above the form; ``anchor`` is empty when no field is meant."""

    anchor: str
    label: str
    text: str


def kind_of(bound: BoundField) -> str:
    widget = bound.field.widget
    if widget.is_hidden:
        return HIDDEN
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return OPTIONS
    return CHECK if isinstance(widget, forms.CheckboxInput) else CONTROL


def _described_by(bound: BoundField, help_text: Any) -> str:
    parts = [f"{bound.auto_id}_help"] if help_text else []
    if bound.errors:
        parts.append(f"{bound.auto_id}_error")
    return " ".join(parts)


def widget_of(bound: BoundField, kind: str, help_text: Any) -> SafeString:
    """The widget with its class and its aria attributes."""
    own = str(bound.field.widget.attrs.get("class", ""))
    standard = {CHECK: "form-check-input", HIDDEN: ""}.get(kind, "form-control")
    if isinstance(bound.field.widget, forms.Select):
        standard = "form-select"
    attrs: dict[str, Any] = {"class": f"{standard} {own}".strip()}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    described_by = _described_by(bound, help_text)
    if described_by:
        attrs["aria-describedby"] = described_by
    return bound.as_widget(attrs=attrs)


def options_of(bound: BoundField, look: str) -> list[Option]:
    return [_option(bound_widget, look) for bound_widget in bound.subwidgets]


def _option(bound_widget: BoundWidget, look: str) -> Option:
    if look == "checks":
        bound_widget.data["attrs"]["class"] = "form-check-input"
    return Option(
        tag=bound_widget.tag(),
        label=str(bound_widget.choice_label),
        id=str(bound_widget.id_for_label),
    )


def problems_of(form: BaseForm) -> list[Problem]:
    """Every error of a form, in the order of its fields."""
    found = [Problem("", "", str(text)) for text in form.non_field_errors()]
    for bound in form:
        found += [Problem(_anchor(bound), str(bound.label), str(text)) for text in bound.errors]
    return found


def _anchor(bound: BoundField) -> str:
    kind = kind_of(bound)
    if kind == HIDDEN:
        return ""
    return f"{bound.auto_id}_0" if kind == OPTIONS else bound.auto_id
