"""Mails to many that differ in a name and in addresses: rendered once, filled in for each.

The values that are a person's own (``PERSONAL`` names, and addresses, whose names end in
``_url``) are replaced by marks before the templates are rendered, and the marks by the values
afterwards. Templates may show such a value and ask whether there is one; a filter on it, or a
comparison, would see the mark. Whatever else differs makes a mail of its own shape.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from django.conf import settings
from django.utils.html import escape

from vaandel.mailing.letters import referenced

PERSONAL: Final = frozenset({"first_name", "angle"})
ADDRESS: Final = "_url"
# Of some 40 kB each.
MOST_SHAPES: Final = 256
# Nothing that anybody wrote looks like this.
NONCE: Final = secrets.token_hex(6)
MARK: Final = re.compile(rf"v{NONCE}n(\d+)v")


@dataclass(frozen=True, slots=True)
class Shape:
    """The three parts as rendered, cut at the marks: text, number of a value, text, …"""

    subject: list[str]
    text: list[str]
    html: list[str]


class Shapes:
    """The shapes that were used last, for all threads."""

    def __init__(self, most: int = MOST_SHAPES) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], Shape] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def filled(
        self,
        kept: Mapping[str, object],
        render: Callable[[dict[str, object]], tuple[str, str, str]],
        *names: str,
    ) -> tuple[str, str, str]:
        """Subject, text and HTML for a context as ``contexts.stored`` keeps it.

        ``render`` is called when there is no such shape yet. ``names``: what else it depends on.
        """
        values: list[str] = []
        marked = {name: _marked(name, value, values) for name, value in kept.items()}
        key = (settings.PUBLIC_URL, *names, orjson.dumps(marked, option=ORDERED).decode())
        shape = self._known(key)
        if shape is None:
            shape = Shape(*(MARK.split(part) for part in render(marked)))
            self._keep(key, shape)
        escaped = [referenced(escape(value)) for value in values]
        return (
            _joined(shape.subject, values),
            _joined(shape.text, values),
            _joined(shape.html, escaped),
        )

    def _known(self, key: tuple[str, ...]) -> Shape | None:
        with self._lock:
            shape = self._kept.get(key)
            if shape:
                self._kept.move_to_end(key)
        return shape

    def _keep(self, key: tuple[str, ...], shape: Shape) -> None:
        with self._lock:
            self._kept[key] = shape
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


ORDERED: Final = orjson.OPT_SORT_KEYS


def _marked(name: str, value: object, values: list[str]) -> object:
    """The value with marks for what is personal, which goes into ``values``."""
    if isinstance(value, str):
        if (name in PERSONAL or name.endswith(ADDRESS)) and _plain(value):
            values.append(value)
            return f"v{NONCE}n{len(values) - 1}v"
        return value
    if isinstance(value, dict):
        return {key: _marked(key, each, values) for key, each in value.items()}
    if isinstance(value, list):
        return [_marked("", each, values) for each in value]
    return value


def _plain(value: str) -> bool:
    """Not empty, since templates ask for that; no space that is tidied up in a subject."""
    return bool(value) and value == " ".join(value.split())


def _joined(pieces: list[str], values: list[str]) -> str:
    filled = list(pieces)
    filled[1::2] = [values[int(number)] for number in pieces[1::2]]
    return "".join(filled)
