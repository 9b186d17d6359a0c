"""What the parts of an entry are called, for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from vaandel.components.figures import clock, day

NAMES: Mapping[str, str | Promise] = {
    "title": _("Post"),
    "name": _("Topic"),
    "version": _("Version"),
    "by": _("By"),
    "author": _("Written by"),
    "sharer": _("Person"),
    "channel": _("Network"),
    "account": _("Account"),
    "language": _("Language"),
    "text": _("Text"),
    "summary": _("Why share it"),
    "body": _("The post itself"),
    "disclosure": _("Line about the employer"),
    "risk_line": _("Closing line"),
    "risk_lines": _("Closing lines"),
    "angles": _("Texts"),
    "facts": _("Facts cleared"),
    "target": _("Leads to"),
    "link": _("Short link"),
    "media": _("Pictures and documents (SHA-256)"),
    "expires_at": _("Ends"),
    "keep_years": _("Kept for years"),
    "topics": _("Topics"),
    "reason": _("Reason"),
    "note": _("Note"),
    "permalink": _("Address on the network"),
    "started_from": _("Started from"),
    "approved_in": _("Approved in entry"),
}


KNOWN: Final = frozenset(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True, slots=True)
class Field:
    """A part of an entry. ``lines`` has one line for each thing in it."""

    label: str
    lines: list[str]


def fields_of(content: Mapping[str, object]) -> list[Field]:
    order = {name: place for place, name in enumerate(NAMES)}
    return [
        Field(str(NAMES.get(name, name)), _lines(_for_people(name, value)))
        for name, value in sorted(content.items(), key=lambda item: order.get(item[0], len(order)))
        if value not in ("", None, [], {})
    ]


def _for_people(name: str, value: object) -> object:
    if name == "language" and value in KNOWN:
        return str(get_language_info(str(value))["name_translated"])
    if name == "expires_at":
        moment = datetime.fromisoformat(str(value))
        return f"{day(moment)}, {clock(moment)}"
    return value


def _lines(value: object) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{name}: {_plain(item)}" for name, item in value.items()]
    if isinstance(value, list):
        return [
            " · ".join(_plain(part) for part in item.values())
            if isinstance(item, Mapping)
            else _plain(item)
            for item in value
        ]
    return [_plain(value)]


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
