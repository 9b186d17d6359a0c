"""Tables as files. What goes in has passed the same suppression as the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import xlsxwriter

Cell = str | int | float | date | None
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: ``name`` at most 31 characters, one row of headings, rows of cells.

    None is "hidden or unknown" and becomes an empty cell, never nought.
    """

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def guarded(cell: Cell) -> Cell:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read accents right; dates are ISO 8601."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(table.headings)
    for row in table.rows:
        writer.writerow(["" if cell is None else guarded(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(tables: Sequence[Table]) -> bytes:
    """A workbook with a sheet for each table; texts are written as texts, never as formulas."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for table in tables:
            sheet = book.add_worksheet(table.name[:31])
            sheet.write_row(0, 0, table.headings, bold)
            for number, row in enumerate(table.rows, start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, column, cell, day)
                    elif isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    elif cell is not None:
                        sheet.write_number(number, column, cell)
            sheet.autofit()
            sheet.freeze_panes(1, 0)
    return out.getvalue()
