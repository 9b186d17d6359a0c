"""Each entry seals the one before; whatever is changed afterwards is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.archive.conftest import NOW, Append
from vaandel.archive.models import ArchiveChain, ArchiveEntry, NeverChanged
from vaandel.archive.queries import Verification, verify
from vaandel.archive.services import check, check_all, forget_old, keep_for, release
from vaandel.organizations.models import Organization

OVER = date(2020, 1, 1)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def without_triggers() -> Iterator[None]:
    """What somebody can do who owns the database."""
    if connection.vendor == "postgresql":
        # What constraints wait to check would keep the table from being altered.
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("ALTER TABLE archive_archiveentry DISABLE TRIGGER USER")
    else:
        sql("DROP TRIGGER archive_never_changed")
        sql("DROP TRIGGER archive_never_deleted")
    yield


def test_an_entry_is_sealed_with_the_one_before(add: Append) -> None:
    first = add("One")
    second = add("Zwei, drüben")

    assert (first.number, second.number) == (1, 2)
    assert first.content == '{"sharer":"Bob Sharer","text":"One","title":"Rates"}'
    assert second.content_digest == hashlib.sha256(second.content.encode()).hexdigest()
    assert (first.previous_digest, second.previous_digest) == ("", first.digest)
    lines = [
        "2",
        "2026-11-22T09:30:15.123456+00:00",
        "share.opened",
        "post:12",
        second.content_digest,
        first.digest,
        "2031-11-22",
    ]
    assert second.digest == hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_a_whole_chain_is_unbroken(acme: Organization, add: Append) -> None:
    for number in range(5):
        add(str(number))

    assert verify(acme) == Verification(5)
    assert verify(acme).ok


def test_no_archive_is_unbroken_too(acme: Organization) -> None:
    assert verify(acme) == Verification(0)


def test_every_organisation_has_a_chain_of_its_own(
    acme: Organization, globex: Organization, add: Append
) -> None:
    add()
    theirs = add(organization=globex)

    assert (theirs.number, theirs.previous_digest) == (1, "")
    assert [verify(acme), verify(globex)] == [Verification(1), Verification(1)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("content", '{"text":"The rate is 9 %."}'),
        ("content", ""),
        ("at", datetime(2026, 11, 21, tzinfo=UTC)),
        ("kind", "post.approved"),
        ("subject", "post:13"),
        ("keep_until", date(2027, 1, 1)),
        ("content_digest", "0" * 64),
        ("previous_digest", "0" * 64),
        ("digest", "0" * 64),
        ("number", 9),
    ],
)
def test_a_changed_entry_is_found(
    acme: Organization, add: Append, column: str, value: object
) -> None:
    for number in range(4):
        add(str(number))

    with without_triggers():
        sql(f"UPDATE archive_archiveentry SET {column} = %s WHERE number = 2", value)

    assert verify(acme) == Verification(1, first_broken=2)


def test_a_missing_entry_is_found(acme: Organization, add: Append) -> None:
    for number in range(4):
        add(str(number))

    with without_triggers():
        sql("DELETE FROM archive_archiveentry WHERE number = 3")

    assert verify(acme) == Verification(2, first_broken=3)


def test_entries_cut_off_the_end_are_found(acme: Organization, add: Append) -> None:
    for number in range(4):
        add(str(number))

    with without_triggers():
        sql("DELETE FROM archive_archiveentry WHERE number > 2")

    assert verify(acme) == Verification(2, first_broken=3)


def test_a_last_entry_that_was_sealed_anew_is_found(acme: Organization, add: Append) -> None:
    add("One")
    forged = add("Two").digest
    with without_triggers():
        sql("DELETE FROM archive_archiveentry WHERE number = 2")
        ArchiveChain.objects.update(length=1, digest=ArchiveEntry.objects.get().digest)
        assert add("Three").digest != forged
        ArchiveChain.objects.update(digest=forged)

    assert verify(acme) == Verification(2, first_broken=2)


def test_a_lost_end_is_found(acme: Organization, add: Append) -> None:
    add()
    ArchiveChain.objects.all().delete()

    assert verify(acme) == Verification(0, first_broken=1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE archive_archiveentry SET content = 'x'",
        "UPDATE archive_archiveentry SET content = ''",
        "UPDATE archive_archiveentry SET keep_until = '2020-01-01'",
        "DELETE FROM archive_archiveentry",
    ],
)
def test_the_database_refuses(acme: Organization, add: Append, statement: str) -> None:
    add()

    with pytest.raises(IntegrityError, match="neither changed nor deleted"), transaction.atomic():
        sql(statement)

    assert verify(acme) == Verification(1)


def test_content_after_its_time_may_go_and_nothing_with_it(acme: Organization, add: Append) -> None:
    add(keep_until=OVER)

    with pytest.raises(IntegrityError, match="neither changed"), transaction.atomic():
        sql("UPDATE archive_archiveentry SET content = '', subject = ''")
    with pytest.raises(IntegrityError, match="neither changed"), transaction.atomic():
        sql("UPDATE archive_archiveentry SET content = 'x'")

    assert verify(acme) == Verification(1)


def test_an_entry_is_not_saved_again_or_deleted(add: Append) -> None:
    entry = add()

    with pytest.raises(NeverChanged):
        entry.save()
    with pytest.raises(NeverChanged):
        entry.delete()


def test_after_its_time_the_content_goes_and_the_chain_stays(
    acme: Organization, add: Append
) -> None:
    old = add("One", keep_until=OVER)
    young = add("Two")

    assert forget_old(at=datetime(2020, 1, 1, 23, 59, tzinfo=UTC)) == 0
    assert forget_old(at=datetime(2020, 1, 2, tzinfo=UTC)) == 1
    assert forget_old(at=datetime(2020, 1, 2, tzinfo=UTC)) == 0

    contents = list(ArchiveEntry.objects.order_by("number").values_list("content", flat=True))
    assert contents == ["", young.content]
    assert old.content
    assert verify(acme) == Verification(2)


def test_an_organisation_goes_with_its_archive_once_that_is_released(
    acme: Organization, globex: Organization, add: Append
) -> None:
    add()
    add(organization=globex)
    with pytest.raises(IntegrityError, match="neither changed"), transaction.atomic():
        acme.delete()

    release(acme, at=NOW)
    acme.delete()

    assert ArchiveEntry.objects.get().organization_id == globex.pk
    with pytest.raises(IntegrityError, match="neither changed"), transaction.atomic():
        ArchiveEntry.objects.all().delete()


def test_the_last_check_is_remembered(acme: Organization, add: Append) -> None:
    add()

    assert check(acme, at=NOW).ok

    chain = ArchiveChain.objects.get()
    assert (chain.checked_at, chain.checked_length, chain.broken_at) == (NOW, 1, None)


def test_the_clock_finds_the_broken_ones(
    acme: Organization, globex: Organization, add: Append
) -> None:
    add()
    add(organization=globex)
    assert check_all() == 0
    with without_triggers():
        sql("UPDATE archive_archiveentry SET content = %s WHERE organization_id = %s", "x", acme.pk)

    assert check_all() == 1

    broken = ArchiveChain.objects.values_list("organization__slug", "broken_at")
    assert dict(broken) == {"acme": 1, "globex": None}


@pytest.mark.parametrize(
    ("years", "at", "until"),
    [
        (3, NOW, date(2029, 11, 22)),
        (5, NOW, date(2031, 11, 22)),
        (7, NOW, date(2033, 11, 22)),
        (3, datetime(2028, 2, 29, tzinfo=UTC), date(2031, 2, 28)),
    ],
)
def test_how_long_something_is_kept(years: int, at: datetime, until: date) -> None:
    assert keep_for(years, at=at) == until
    assert keep_for(years, at=at) > (at + timedelta(days=365 * years - 1)).date()
