"""Two editors at once: both texts side by side, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from vaandel.components.figures import clock, day
from vaandel.posts.forms import EditorForm
from vaandel.posts.forms.fields import LANGUAGE_NAMES
from vaandel.posts.forms.stored import as_data, changed_since, different, sent_of, typed_in
from vaandel.posts.models import Post

CHOICE = "keep_"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that stands differently in the post than on the page of this editor."""

    name: str
    label: str
    theirs: str
    mine: str
    take_theirs: bool


def merged(data: QueryDict, post: Post) -> QueryDict:
    """What was sent, with the stored words in the fields where those were chosen."""
    chosen = [
        name.removeprefix(CHOICE)
        for name, value in data.items()
        if name.startswith(CHOICE) and value == "theirs"
    ]
    if not chosen:
        return data
    result, theirs = data.copy(), sent_of(post)
    for name in chosen:
        result.setlist(name, theirs.get(name, []))
    return result


def differences(form: EditorForm, post: Post, *, base: str) -> list[Difference]:
    """Where the two versions differ. What this editor did not touch is taken from the other."""
    touched = changed_since(base, typed_in(form))
    stored = EditorForm(as_data(sent_of(post)), programme=post.programme, post=post)
    return [
        Difference(
            name=name,
            label=label_of(form, name),
            theirs=shown(stored, name),
            mine=shown(form, name),
            take_theirs=name not in touched,
        )
        for name in different(form, post)
    ]


def label_of(form: EditorForm, name: str) -> str:
    label = str(form[name].label)
    if not name.startswith("angle_"):
        return label
    _angle, code, row = name.split("_")
    return f"{label} {int(row) + 1}, {LANGUAGE_NAMES[code]}"


def shown(form: EditorForm, name: str) -> str:
    """What stands in a field, as a person reads it."""
    form.is_valid()
    value: Any = form.cleaned_data.get(name, form[name].value())
    field: Any = form.fields[name]
    if value in (None, "", [], False):
        return _("(empty)")
    if hasattr(value, "astimezone"):
        return f"{day(value)}, {clock(value)}"
    if hasattr(field, "label_from_instance"):
        return _names(field.label_from_instance(row) for row in value)
    if hasattr(field, "choices"):
        names = {str(key): str(label) for key, label in field.choices}
        return _names(names[str(key)] for key in (value if isinstance(value, list) else [value]))
    if hasattr(value, "user"):
        return str(value.user.display_name)
    return _("yes") if value is True else str(value)


def _names(names: Any) -> str:
    words: Sequence[str] = sorted(names)
    return ", ".join(words) or _("(empty)")
