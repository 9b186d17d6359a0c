"""What went wrong with a list of people, in words that say what to do."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaandel.organizations.forms import COLUMN_NAMES
from vaandel.organizations.importing.tables import MAX_COLUMNS, MAX_ROWS, Unreadable, guarded

FILE_PROBLEMS: Mapping[str, str | Promise] = {
    "too_large": _("This file is larger than 10 MB. Split it, or leave out columns."),
    "empty": _("This file is empty. Choose another one."),
    "no_rows": _("There are only column names in this file, no people."),
    "wrong_type": _("This is no CSV or XLSX file. Save the list as one of these."),
    "not_text": _("This file is damaged, or no CSV or XLSX file. Save the list again."),
    "wrong_encoding": _("We cannot read the letters in this file. Save it as CSV (UTF-8)."),
    "damaged_xlsx": _("This XLSX file is damaged. Open it, save it again and try once more."),
    "no_header": _(
        "The first row looks like a person. Put a row with the names of the columns above it."
    ),
    "too_many_columns": _("This file has more than %(columns)s columns. Leave some out."),
    "too_many_rows": _("This file has more than %(rows)s people. Split it."),
    "broken_quoting": _(
        "From line %(line)s on a quotation mark is missing or one too many. Correct that line."
    ),
}
ROW_PROBLEMS: Mapping[str, str | Promise] = {
    "missing": _("is empty"),
    "invalid": _("is no mail address"),
    "double": _("is in row %(other)s too; that row counts"),
    "too_long": _("is too long"),
    "unknown": _("is not something we know"),
    "too_many_cells": _("has more cells than there are columns"),
}
IMPORT_PROBLEMS: Mapping[str, str | Promise] = {
    "unreadable": _("The file could not be read any more. Upload it again."),
    "interrupted": _("The import was interrupted three times. Nothing was written. Try again."),
}


def file_problem(error: Unreadable) -> str:
    text = str(FILE_PROBLEMS[error.reason])
    return text % {"columns": MAX_COLUMNS, "rows": MAX_ROWS, "line": error.line}


@dataclass(frozen=True, slots=True)
class RowProblem:
    row: int
    column: str
    reason: str
    value: str


def row_problems(errors: Iterable[Mapping[str, Any]]) -> list[RowProblem]:
    return [
        RowProblem(
            row=error["row"],
            column=str(COLUMN_NAMES.get(error["field"], _("The row"))),
            reason=str(ROW_PROBLEMS[error["reason"]]) % {"other": error["other_row"]},
            value=error["value"],
        )
        for error in errors
    ]


def write_problems(out: TextIO, problems: Iterable[RowProblem]) -> None:
    """CSV that a spreadsheet opens as text and never runs."""
    writer = csv.writer(out, delimiter=";")
    writer.writerow([_("Row"), _("Column"), _("What is wrong"), _("What it says there")])
    for problem in problems:
        writer.writerow(
            [problem.row, problem.column, guarded(problem.reason), guarded(problem.value)]
        )
