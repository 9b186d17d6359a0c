"""Importing a list of conversions: upload, match, check, and the writing.

The writing happens in one transaction, together with the step to done, so nothing is half
imported and a second press finds nothing to do. What is known already stays as it is: importing
a list again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO
from zoneinfo import ZoneInfo

from django.core.files.base import File
from django.db import transaction

from vaandel.links.incoming.columns import guess_columns
from vaandel.links.incoming.lists import Listed, Reading, RowProblem, conversions_in
from vaandel.links.models import Conversion, ConversionCorrection, ConversionImport
from vaandel.links.queries.references import KnownClick, known_clicks, known_codes
from vaandel.links.services.correcting import keep_trace
from vaandel.organizations.audit import record
from vaandel.organizations.importing.tables import Row, Table, Unreadable, read_table
from vaandel.organizations.models import Member, Organization

MOST_ROWS = 20_000
KEPT_PROBLEMS = 2_000
SAMPLE_ROWS = 5
KEEP_LISTS = timedelta(days=30)
AT_ONCE = 500
State = ConversionImport.State


class NotReady(Exception):
    """The list is not in the state for this step, for instance because of a second press."""


def open_list(conversion_import: ConversionImport, file: IO[bytes]) -> Table:
    """Raise ``Unreadable``, also while its rows are read."""
    table = read_table(file, size=conversion_import.file.size)
    return Table(header=table.header, rows=_limited(table.rows))


def _limited(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise Unreadable("too_many_rows")
        yield row


def sample_of(table: Table) -> list[Row]:
    """The first rows, for the preview."""
    return [row for row, _number in zip(table.rows, range(SAMPLE_ROWS), strict=False)]


@transaction.atomic
def upload_list(*, file: File[bytes], filename: str, by: Member, at: datetime) -> ConversionImport:
    """Keep an uploaded list and guess its columns; raise ``Unreadable``."""
    table = read_table(file.file or file, size=file.size)
    if not sample_of(table):
        raise Unreadable("no_rows")
    file.seek(0)
    conversion_import = ConversionImport(
        organization_id=by.organization_id,
        uploaded_by=by,
        filename=filename[:200],
        columns=guess_columns(table.header),
        created_at=at,
    )
    ending = "xlsx" if filename.lower().endswith(".xlsx") else "csv"
    # The name on disk says nothing about who or what.
    conversion_import.file.save(f"conversions.{ending}", file)
    return conversion_import


@transaction.atomic
def check_list(
    *,
    conversion_import: ConversionImport,
    columns: dict[str, int],
    defaults: dict[str, str],
    at: datetime,
) -> ConversionImport:
    """Check every row; nothing is written about conversions yet.

    Raise ``Unreadable``, and ``NotReady`` when the list has been imported.
    """
    conversion_import.columns, conversion_import.defaults = columns, defaults
    read = read_list(conversion_import, at)
    known = set(known_conversions(read.rows))
    clicks = clicks_of(read.rows)
    unknown = sum(1 for row in read.rows if row.incoming.click and row.incoming.click not in clicks)
    updated = ConversionImport.objects.filter(
        pk=conversion_import.pk, state__in=[State.UPLOADED, State.READY]
    ).update(
        state=State.READY,
        columns=columns,
        defaults=defaults,
        errors=[_as_json(found) for found in read.problems[:KEPT_PROBLEMS]],
        rows_total=len(read.rows) + read.wrong_rows,
        error_count=read.wrong_rows,
        known_count=len(known),
        unknown_clicks=unknown,
    )
    if not updated:
        raise NotReady(f"Import {conversion_import.pk} is done.")
    conversion_import.refresh_from_db()
    return conversion_import


@dataclass(frozen=True, slots=True)
class Read:
    """The rows that can be stored, and what is wrong with the others."""

    rows: list[Listed]
    problems: list[RowProblem]
    wrong_rows: int


def read_list(conversion_import: ConversionImport, at: datetime) -> Read:
    reading = Reading(
        columns=conversion_import.columns,
        defaults=conversion_import.defaults,
        zone=ZoneInfo(conversion_import.organization.time_zone),
        at=at,
    )
    rows: list[Listed] = []
    problems: list[RowProblem] = []
    wrong_rows = 0
    with conversion_import.file.open("rb") as file:
        for checked in conversions_in(open_list(conversion_import, file), reading):
            if isinstance(checked, Listed):
                rows.append(checked)
            else:
                wrong_rows += 1
                problems.extend(checked)
    return Read(rows, problems, wrong_rows)


def _as_json(found: RowProblem) -> dict[str, object]:
    return {
        "row": found.row,
        "field": found.problem.field,
        "reason": found.problem.reason,
        "value": found.problem.value,
        "other_row": found.other_row,
    }


def clicks_of(rows: Iterable[Listed]) -> dict[str, KnownClick]:
    """The links behind the references and short codes of these rows."""
    texts = [row.incoming.click for row in rows]
    return known_codes(texts) | known_clicks(texts)


def known_conversions(rows: Iterable[Listed]) -> dict[tuple[str, str], Conversion]:
    """What is known already, by goal and id."""
    ids = [row.incoming.external_id for row in rows]
    wanted = {(row.incoming.goal.value, row.incoming.external_id) for row in rows}
    found: dict[tuple[str, str], Conversion] = {}
    for start in range(0, len(ids), AT_ONCE):
        for conversion in Conversion.objects.filter(external_id__in=ids[start : start + AT_ONCE]):
            key = (conversion.goal, conversion.external_id)
            if key in wanted:
                found[key] = conversion
    return found


@transaction.atomic
def import_list(
    *, conversion_import: ConversionImport, by: Member, at: datetime
) -> ConversionImport:
    """Write the valid rows. Raise ``NotReady`` on a second press, and ``Unreadable``."""
    started = ConversionImport.objects.filter(pk=conversion_import.pk, state=State.READY).update(
        state=State.DONE, finished_at=at
    )
    if not started:
        raise NotReady(f"Import {conversion_import.pk} is not ready.")
    conversion_import.refresh_from_db()
    rows = read_list(conversion_import, at).rows
    known = known_conversions(rows)
    new = [row for row in rows if _key(row) not in known]
    _create(conversion_import.organization, new, at)
    withdrawn = _withdraw(
        [known[_key(row)] for row in rows if row.withdrawn and _key(row) in known],
        conversion_import.filename,
        by,
        at,
    )
    conversion_import.created_count, conversion_import.withdrawn_count = len(new), withdrawn
    conversion_import.save(update_fields=["created_count", "withdrawn_count"])
    record(
        by=by,
        action="conversions.imported",
        subject=f"conversion-import:{conversion_import.pk}",
        detail={"new": len(new), "withdrawn": withdrawn},
        at=at,
    )
    return conversion_import


def _key(row: Listed) -> tuple[str, str]:
    return row.incoming.goal.value, row.incoming.external_id


def _create(organization: Organization, rows: list[Listed], at: datetime) -> None:
    clicks = clicks_of(rows)
    Conversion.objects.bulk_create(
        [
            Conversion(
                organization=organization,
                goal=row.incoming.goal,
                external_id=row.incoming.external_id,
                happened_at=row.incoming.happened_at,
                received_at=at,
                value=row.incoming.value,
                currency=row.incoming.currency,
                link_id=clicks[row.incoming.click].link_id
                if row.incoming.click in clicks
                else None,
                reference=row.incoming.click,
                source=Conversion.Source.FILE,
                withdrawn_at=at if row.withdrawn else None,
            )
            for row in rows
        ],
        batch_size=AT_ONCE,
        # Reported by the site in this very moment.
        ignore_conflicts=True,
    )


def _withdraw(conversions: list[Conversion], filename: str, by: Member, at: datetime) -> int:
    """Of what is known, withdraw what the list says, unless somebody decided about that by hand."""
    open_ones = [conversion for conversion in conversions if conversion.withdrawn_at is None]
    decided = set(
        ConversionCorrection.objects.filter(
            conversion__in=open_ones, changed__has_key="withdrawn"
        ).values_list("conversion_id", flat=True)
    )
    count = 0
    for conversion in open_ones:
        if conversion.pk not in decided:
            Conversion.objects.filter(pk=conversion.pk).update(withdrawn_at=at)
            keep_trace(
                conversion=conversion,
                changed={"withdrawn": ["no", "yes"]},
                reason=filename,
                by=by,
                at=at,
            )
            count += 1
    return count


def forget_old_conversion_lists(*, at: datetime) -> int:
    """Erase the files of lists that were uploaded a month ago, or imported; how many lists."""
    rows = [
        *ConversionImport.objects.filter(state=State.DONE).exclude(file="", errors=[]),
        *ConversionImport.objects.exclude(state=State.DONE)
        .filter(created_at__lt=at - KEEP_LISTS)
        .exclude(file="", errors=[]),
    ]
    for conversion_import in rows:
        done = conversion_import.state == State.DONE
        # The row first: a list that can be opened must have its file.
        ConversionImport.objects.filter(pk=conversion_import.pk).update(
            file="", errors=[], state=State.DONE if done else State.FORGOTTEN
        )
        if conversion_import.file:
            conversion_import.file.delete(save=False)
    return len(rows)
