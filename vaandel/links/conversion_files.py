"""Conversions as a file. It holds what the page shows: no reference, no code, nobody."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from vaandel.links.models import Conversion, ConversionImport
from vaandel.links.problems import problem_text
from vaandel.links.queries.conversions import Credit
from vaandel.organizations.importing.tables import guarded


def conversions_as_csv(rows: Iterable[Conversion], credited: Mapping[int, Credit]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read accents right; dates are ISO 8601
    in UTC. The names of the columns are those that an import knows."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        ["goal", "id", "date", "value", "currency", "campaign", "channel", "source", "withdrawn"]
    )
    for row in rows:
        credit = credited.get(row.link_id) if row.link_id else None
        writer.writerow(
            [
                row.goal.lower(),
                guarded(row.external_id),
                row.happened_at.isoformat(),
                "" if row.value is None else row.value,
                row.currency,
                guarded(credit.title) if credit else "",
                credit.channel if credit else "",
                row.source.lower(),
                "yes" if row.withdrawn_at else "",
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def problems_as_csv(conversion_import: ConversionImport, names: Mapping[str, object]) -> bytes:
    """The rows that cannot be imported; a spreadsheet opens it as text and never runs it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_("Row"), _("Column"), _("What is wrong"), _("What it says there")])
    for error in conversion_import.errors:
        writer.writerow(
            [
                error["row"],
                str(names.get(error["field"], _("The row"))),
                problem_text(error["reason"], other_row=error["other_row"]),
                guarded(error["value"]),
            ]
        )
    return out.getvalue().encode("utf-8-sig")
