"""What a mail says, as JSON: kept with the mail, and made into a template's context later.

Strings, numbers, booleans, None, days, moments, lists, mappings and dataclasses (their fields
only). Whatever else a template would need has to be worked out before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise

DAY: Final = "$day"
MOMENT: Final = "$moment"


class NotStorable(TypeError):
    """A value that cannot be kept for a mail that is rendered when it is sent."""


def stored(value: object) -> object:
    """The value as JSON; texts that wait for a language get the one in use now."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str | Promise):
        return str(value)
    if isinstance(value, datetime):
        return {MOMENT: value.isoformat()}
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if isinstance(value, Mapping):
        return {str(key): stored(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [stored(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: stored(getattr(value, field.name)) for field in fields(value)}
    raise NotStorable(f"{type(value).__name__} cannot be kept in the context of a mail.")


def restored(value: object) -> object:
    """The other way round."""
    if isinstance(value, list):
        return [restored(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {MOMENT}:
        return datetime.fromisoformat(value[MOMENT])
    if value.keys() == {DAY}:
        return date.fromisoformat(value[DAY])
    return {key: restored(each) for key, each in value.items()}
