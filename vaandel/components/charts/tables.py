"""The same numbers as a table, under every chart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """``head`` names the row; the cells are texts."""

    head: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, the name of every column and the rows."""

    caption: str
    first_column: str
    columns: list[str]
    rows: list[Row]
