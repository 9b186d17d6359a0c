"""Importing a list of people: upload, match, check, and the writing by the worker.

The writing happens in one transaction at the end, so nothing is half imported. A worker
that is killed leaves no trace; when its lease has run out another one begins again. The
state is set to done in that same transaction and only by who holds the lease, so that a
list is written once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import IO

from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from vaandel.organizations.audit import record
from vaandel.organizations.importing.columns import guess_columns
from vaandel.organizations.importing.people import Person, people_in
from vaandel.organizations.importing.tables import Row, Table, Unreadable, read_table
from vaandel.organizations.models import Member, MemberImport
from vaandel.organizations.services.asking import send_pending_invitations
from vaandel.organizations.services.writing import Written, write_people
from vaandel.organizations.tenancy import every_tenant, tenant_scope

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
KEPT_PROBLEMS = 2_000
SAMPLE_ROWS = 5
KEEP_LISTS = timedelta(days=30)
# Without its file a list cannot be looked at or started any more.
FORGOTTEN = {"state": MemberImport.State.FAILED, "problem": "unreadable"}
PROGRESS_EVERY = 1_000


class NotReady(Exception):
    """The list is not in the state for this step, for instance because of a second press."""


def sample_of(table: Table) -> list[Row]:
    """The first rows, for the preview."""
    return [row for row, _number in zip(table.rows, range(SAMPLE_ROWS), strict=False)]


def open_table(member_import: MemberImport, file: IO[bytes]) -> Table:
    return read_table(file, size=member_import.file.size)


@transaction.atomic
def upload_list(
    *, file: File[bytes], filename: str, invite: bool, by: Member, at: datetime
) -> MemberImport:
    """Keep an uploaded list and guess its columns; raise ``Unreadable``."""
    table = read_table(file.file or file, size=file.size)
    sample = sample_of(table)
    if not sample:
        raise Unreadable("no_rows")
    columns = guess_columns(table.header, [row.cells for row in sample])
    file.seek(0)
    member_import = MemberImport(
        organization_id=by.organization_id,
        uploaded_by=by,
        filename=filename[:200],
        columns=columns,
        invite=invite,
        created_at=at,
    )
    # The name on disk says nothing about who or what.
    member_import.file.save("people.xlsx" if filename.endswith(".xlsx") else "people.csv", file)
    return member_import


@transaction.atomic
def check_list(*, member_import: MemberImport, columns: dict[str, int]) -> MemberImport:
    """Check every row with these columns; nothing is written about people yet."""
    problems: list[dict[str, object]] = []
    rows = wrong = 0
    with member_import.file.open("rb") as file:
        for checked in people_in(open_table(member_import, file), columns):
            rows += 1
            if isinstance(checked, Person):
                continue
            wrong += 1
            if len(problems) < KEPT_PROBLEMS:
                problems.extend(
                    {
                        "row": problem.row,
                        "field": problem.field,
                        "reason": problem.reason,
                        "value": problem.value,
                        "other_row": problem.other_row,
                    }
                    for problem in checked
                )
    updated = MemberImport.objects.filter(
        pk=member_import.pk, state__in=[MemberImport.State.UPLOADED, MemberImport.State.READY]
    ).update(
        state=MemberImport.State.READY,
        columns=columns,
        errors=problems,
        rows_total=rows,
        error_count=wrong,
    )
    if not updated:
        raise NotReady(f"Import {member_import.pk} has begun.")
    member_import.refresh_from_db()
    return member_import


@transaction.atomic
def start_import(*, member_import: MemberImport, by: Member, at: datetime) -> None:
    """Hand the valid rows to the worker. A second press raises ``NotReady``."""
    started = MemberImport.objects.filter(
        pk=member_import.pk,
        state=MemberImport.State.READY,
        rows_total__gt=F("error_count"),
    ).update(state=MemberImport.State.QUEUED, rows_done=0)
    if not started:
        raise NotReady(f"Import {member_import.pk} is not ready.")
    record(by=by, action="people.import_started", subject=f"import:{member_import.pk}", at=at)


def run_member_imports() -> int:
    """The worker's call: write one list that waits, and queue invitations made in bulk.

    Returns how many rows of either kind were handled, 0 when there is nothing to do.
    """
    with every_tenant():
        at = timezone.now()
        member_import = claim(at)
        if member_import is not None:
            with tenant_scope(member_import.organization_id):
                run_import(member_import)
        sent = send_pending_invitations(at=at)
    return sent + (member_import is not None)


def claim(at: datetime) -> MemberImport | None:
    """Take the lease of the oldest list that is due; only one worker gets it."""
    due = MemberImport.objects.filter(
        Q(state=MemberImport.State.QUEUED)
        | Q(state=MemberImport.State.RUNNING, leased_until__lt=at)
    ).order_by("pk")
    for member_import in due[:5]:
        if member_import.attempts >= MOST_ATTEMPTS:
            due.filter(pk=member_import.pk).update(
                state=MemberImport.State.FAILED, problem="interrupted", finished_at=at
            )
            continue
        leased_until = at + LEASE
        claimed = due.filter(pk=member_import.pk, attempts=member_import.attempts).update(
            state=MemberImport.State.RUNNING,
            leased_until=leased_until,
            attempts=F("attempts") + 1,
        )
        if claimed:
            member_import.refresh_from_db()
            return member_import
    return None


def run_import(member_import: MemberImport) -> None:
    """Read and check the list again, then write it in one transaction."""
    try:
        people = read_people(member_import)
        written = write_if_ours(member_import, people)
    except (Unreadable, FileNotFoundError):
        held(member_import).update(
            state=MemberImport.State.FAILED, problem="unreadable", finished_at=timezone.now()
        )
        return
    if written is not None:
        member_import.file.delete(save=False)
        MemberImport.objects.filter(pk=member_import.pk).update(file="")


def forget_old_lists(*, at: datetime) -> int:
    """Erase the names and addresses of lists that were uploaded a month ago; how many lists.

    A list that was written lost its file then; one that was never started, or failed, keeps it
    until here. What stays is that there was a list, and how many people it held.
    """
    old = MemberImport.objects.filter(created_at__lt=at - KEEP_LISTS).exclude(
        state__in=[MemberImport.State.QUEUED, MemberImport.State.RUNNING]
    )
    rows = list(old.exclude(file="", errors=[]))
    for member_import in rows:
        done = member_import.state == MemberImport.State.DONE
        # The row first: a list that can be opened must have its file.
        MemberImport.objects.filter(pk=member_import.pk).update(
            file="", errors=[], **({} if done else FORGOTTEN)
        )
        if member_import.file:
            member_import.file.delete(save=False)
    return len(rows)


def held(member_import: MemberImport) -> QuerySet[MemberImport]:
    """The row, as long as our lease is the last one that was given."""
    return MemberImport.objects.filter(
        pk=member_import.pk,
        state=MemberImport.State.RUNNING,
        attempts=member_import.attempts,
    )


def read_people(member_import: MemberImport) -> list[Person]:
    people: list[Person] = []
    with member_import.file.open("rb") as file:
        for count, checked in enumerate(
            people_in(open_table(member_import, file), member_import.columns), start=1
        ):
            if isinstance(checked, Person):
                people.append(checked)
            if count % PROGRESS_EVERY == 0:
                held(member_import).update(rows_done=count, leased_until=timezone.now() + LEASE)
    return people


def write_if_ours(member_import: MemberImport, people: list[Person]) -> Written | None:
    """All people and the end state, or nothing; None when another worker has the list now."""
    at = timezone.now()
    with transaction.atomic():
        ours = held(member_import).update(leased_until=at + LEASE)
        if not ours:
            return None
        written = write_people(
            organization=member_import.organization,
            people=people,
            invite=member_import.invite,
            by=member_import.uploaded_by,
            at=at,
        )
        record(
            by=member_import.uploaded_by,
            action="people.imported",
            subject=f"import:{member_import.pk}",
            organization_id=member_import.organization_id,
            detail={"new": written.created, "changed": written.updated},
            at=at,
        )
        held(member_import).update(
            state=MemberImport.State.DONE,
            rows_done=F("rows_total"),
            created_count=written.created,
            updated_count=written.updated,
            leased_until=None,
            finished_at=timezone.now(),
        )
    return written
