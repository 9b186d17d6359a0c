"""A stored post in the words of its form, to fill the form and to compare with what was typed.

Everything is what a browser would send: lists of strings by field name.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.http import QueryDict
from django.utils import timezone

from vaandel.posts.forms.editor import PLAIN_FIELDS, EditorForm
from vaandel.posts.forms.fields import MINUTES, written
from vaandel.posts.models import Post

# Fields that say where something stands rather than what somebody wrote.
NOT_WORDS = ("version",)
LONGEST_BASE = 10_000


def initial_of(post: Post) -> dict[str, Any]:
    """The post as it stands, for a form that was not filled in yet."""
    initial: dict[str, Any] = {name: getattr(post, name) for name in PLAIN_FIELDS}
    initial["version"] = post.version
    for name in ("ask_whom", "contact"):
        initial[name] = written(initial[name]) if initial[name] else ""
    initial["topics"] = [topic.pk for topic in post.topics.all()]
    initial["audience_units"] = [unit.pk for unit in post.audience_units.all()]
    rows: dict[str, int] = {}
    for angle in sorted(post.angles.all(), key=lambda angle: angle.position):
        row = rows.get(angle.language, 0)
        initial[f"angle_{angle.language}_{row}"] = angle.text
        rows[angle.language] = row + 1
    return initial


def sent_of(post: Post) -> dict[str, list[str]]:
    """What a browser sends for the post as it stands."""
    return {name: _sent(value) for name, value in initial_of(post).items()}


def _sent(value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, datetime):
        return [timezone.localtime(value).strftime(MINUTES)]
    if isinstance(value, list):
        return sorted(str(part) for part in value)
    return [text] if value is not None and (text := plain(str(value))) else []


def typed_in(form: EditorForm) -> dict[str, list[str]]:
    """What was sent, without the accidents of a browser: line ends, spaces around, order."""
    data = cast(QueryDict, form.data)
    return {
        name: sorted(text for value in data.getlist(name) if (text := plain(value)))
        for name in form.fields
    }


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def as_data(sent: Mapping[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in sent.items():
        data.setlist(name, list(values))
    return data


def base_of(sent: Mapping[str, list[str]]) -> str:
    """Marks by field, to see later which fields were changed since. Empty fields have none."""
    return json.dumps({name: _mark(values) for name, values in sent.items() if values})


def _mark(values: list[str]) -> str:
    return f"{zlib.crc32(chr(31).join(values).encode()):08x}"


def changed_since(base: str, now: Mapping[str, list[str]]) -> set[str]:
    """Names of fields that differ from when ``base`` was made; all when it cannot be read."""
    try:
        marks = json.loads(base[:LONGEST_BASE])
    except ValueError:
        return set(now)
    if not isinstance(marks, dict):
        return set(now)
    return {
        name
        for name, values in now.items()
        if marks.get(name) != (_mark(values) if values else None)
    }


def different(form: EditorForm, post: Post) -> list[str]:
    """Names of fields, in the order of the form, where what was typed is not what is stored."""
    theirs, mine = sent_of(post), typed_in(form)
    ignored = {*NOT_WORDS, *({"publish_at"} if post.published_at else ())}
    return [
        name for name in form.fields if name not in ignored and mine[name] != theirs.get(name, [])
    ]
