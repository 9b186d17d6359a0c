"""Daily figures as a file. What goes in has passed the same suppression as the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from django.utils.translation import gettext as _

from vaandel.links.queries.campaigns import Day


def days_as_csv(days: Sequence[Day], *, weekly: bool, uniques: bool) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read accents right; dates are ISO 8601.

    An empty cell is "not counted", never nought.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    headings = [_("Week from") if weekly else _("Day"), _("Clicks by people"), _("Left out")]
    with_uniques = uniques and not weekly
    writer.writerow([*headings, _("Unique per day")] if with_uniques else headings)
    for day in days:
        row = [day.day.isoformat(), day.clicks, day.left_out]
        writer.writerow([*row, "" if day.uniques is None else day.uniques] if with_uniques else row)
    return out.getvalue().encode("utf-8-sig")
