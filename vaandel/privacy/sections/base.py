"""What a part of somebody's data consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise

from vaandel.accounts.models import User
from vaandel.channels.registry import CHANNELS

Text = str | Promise
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Column:
    """One key in ``data.json``, with its name for people and the words for its values."""

    key: str
    label: Text
    words: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """A list of rows. ``covers`` names the relations ("room.Model.field") that it shows."""

    key: str
    title: Text
    covers: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Callable[[User], Iterable[Row]]


CHANNEL_NAMES: Final[Mapping[str, Text]] = {key: channel.name for key, channel in CHANNELS.items()}


def words_of(choices: Iterable[tuple[str, Text]]) -> dict[str, Text]:
    return {str(value): text for value, text in choices}
