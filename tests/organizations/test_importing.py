"""A list becomes members in one go, or not at all."""

from __future__ import annotations

import html
import io
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone, translation

from tests.factories import MemberFactory, UnitFactory, UserFactory
from vaandel.accounts.models import User
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import (
    AuditEntry,
    Invitation,
    Member,
    MemberImport,
    Organization,
    Unit,
)
from vaandel.organizations.problems import IMPORT_PROBLEMS
from vaandel.organizations.services import decline_invitation, invite_member, run_member_imports
from vaandel.organizations.services.imports import (
    NotReady,
    check_list,
    claim,
    forget_old_lists,
    read_people,
    start_import,
    upload_list,
    write_if_ours,
)

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LIST = (
    b"Naam;E-mail;Afdeling;Functie\n"
    b"Noor de Wit;Noor@acme.example;Warmte;Monteur\n"
    b"Ravi;ravi@acme.example;warmte;\n"
    b"Wrong;no address;Net;\n"
)


def uploaded(by: Member, content: bytes = LIST, *, invite: bool = True) -> MemberImport:
    return upload_list(
        file=ContentFile(content, name="people.csv"),
        filename="people.csv",
        invite=invite,
        by=by,
        at=AT,
    )


def queued(by: Member, content: bytes = LIST, *, invite: bool = True) -> MemberImport:
    member_import = uploaded(by, content, invite=invite)
    check_list(member_import=member_import, columns=member_import.columns)
    start_import(member_import=member_import, by=by, at=AT)
    return member_import


def test_nothing_is_written_before_the_import(alice: Member) -> None:
    member_import = uploaded(alice)
    check_list(member_import=member_import, columns=member_import.columns)

    assert member_import.state == MemberImport.State.READY
    assert (member_import.rows_total, member_import.error_count) == (3, 1)
    assert member_import.errors == [
        {"row": 4, "field": "email", "reason": "invalid", "value": "no address", "other_row": 0}
    ]
    assert Member.objects.count() == 1
    assert Unit.objects.count() == 0


def test_the_worker_writes_all_valid_rows(acme: Organization, alice: Member) -> None:
    member_import = queued(alice)

    handled = run_member_imports()
    mailed = OutgoingMessage.objects.filter(kind="invitation").count()

    member_import.refresh_from_db()
    noor = Member.objects.get(user__email="noor@acme.example")
    assert handled == 3  # the list and two invitations
    assert mailed == 2
    assert member_import.state == MemberImport.State.DONE
    assert (member_import.created_count, member_import.updated_count) == (2, 0)
    assert not member_import.file
    assert (noor.user.name, noor.user.language, noor.job_title) == ("Noor de Wit", "en", "Monteur")
    assert not noor.user.has_usable_password()
    assert [unit.name for unit in Unit.objects.all()] == ["Warmte"]
    assert AuditEntry.objects.get(action="people.imported").detail == {"new": 2, "changed": 0}
    assert run_member_imports() == 0


def test_what_people_chose_stays_and_empty_cells_change_nothing(
    acme: Organization, alice: Member
) -> None:
    unit = UnitFactory.create(organization=acme, name="Old")
    user = UserFactory.create(email="ravi@acme.example", name="Ravi himself", language="fr")
    ravi = MemberFactory.create(
        organization=acme, user=user, unit=unit, job_title="Cook", is_coach=True
    )
    left = MemberFactory.create(
        organization=acme,
        user=UserFactory.create(email="noor@acme.example", name=""),
        status=Member.Status.LEFT,
        left_at=AT,
    )
    queued(alice, invite=False)

    run_member_imports()

    ravi.refresh_from_db()
    left.refresh_from_db()
    assert (ravi.user.name, ravi.user.language, ravi.job_title) == ("Ravi himself", "fr", "Cook")
    assert ravi.unit is not None
    assert ravi.unit.name == "Warmte"
    assert ravi.is_coach
    assert (left.status, left.left_at, left.user.name) == ("ACTIVE", None, "Noor de Wit")
    done = MemberImport.objects.get()
    assert (done.created_count, done.updated_count) == (1, 1)
    assert OutgoingMessage.objects.count() == 0
    assert Invitation.objects.count() == 0


def test_whoever_said_no_gets_a_row_and_no_mail(acme: Organization, alice: Member) -> None:
    ravi = MemberFactory.create(
        organization=acme, user=UserFactory.create(email="ravi@acme.example")
    )
    long_ago = timezone.now() - timedelta(days=30)
    invitation = invite_member(member=ravi, by=alice, at=long_ago)
    assert invitation is not None
    decline_invitation(invitation=invitation)
    queued(alice)

    run_member_imports()

    assert Invitation.objects.filter(member=ravi).count() == 2
    assert OutgoingMessage.objects.filter(to_address="ravi@acme.example").count() == 1
    assert OutgoingMessage.objects.filter(to_address="noor@acme.example").count() == 1


def test_starting_twice_is_one_import(alice: Member) -> None:
    member_import = queued(alice)

    with pytest.raises(NotReady):
        start_import(member_import=member_import, by=alice, at=AT)
    with pytest.raises(NotReady):
        check_list(member_import=member_import, columns=member_import.columns)

    assert AuditEntry.objects.filter(action="people.import_started").count() == 1


def test_a_list_without_valid_rows_does_not_start(alice: Member) -> None:
    with pytest.raises(NotReady):
        queued(alice, b"email\nnonsense\n")


def test_two_workers_write_a_list_once(alice: Member) -> None:
    queued(alice)
    at = timezone.now()

    first, second = claim(at), claim(at)

    assert first is not None
    assert second is None
    assert write_if_ours(first, read_people(first)) is not None
    assert write_if_ours(first, []) is None
    assert Member.objects.count() == 3


def test_a_killed_worker_leaves_nothing_and_another_begins_again(alice: Member) -> None:
    queued(alice)
    killed = claim(timezone.now() - timedelta(minutes=6))
    assert killed is not None
    people = read_people(killed)

    # It was thought dead; its lease ran out and another worker takes over.
    run_member_imports()

    assert write_if_ours(killed, people) is None
    assert MemberImport.objects.get().state == MemberImport.State.DONE
    assert Member.objects.count() == 3
    assert Invitation.objects.count() == 2


def test_a_list_that_kills_its_worker_three_times_is_given_up(alice: Member) -> None:
    queued(alice)
    for _attempt in range(3):
        assert claim(timezone.now()) is not None
        MemberImport.objects.update(leased_until=timezone.now() - timedelta(seconds=1))

    assert run_member_imports() == 0

    member_import = MemberImport.objects.get()
    assert (member_import.state, member_import.problem) == ("FAILED", "interrupted")
    assert Member.objects.count() == 1


def test_a_file_that_is_gone_fails_clearly(alice: Member) -> None:
    member_import = queued(alice)
    member_import.file.storage.delete(str(member_import.file.name))

    run_member_imports()

    member_import.refresh_from_db()
    assert (member_import.state, member_import.problem) == ("FAILED", "unreadable")


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_the_page_of_a_file_that_is_gone_says_upload_it_again(
    client_as: Callable[[Member], Client], alice: Member, language: str
) -> None:
    alice.user.language = language
    alice.user.save()
    member_import = uploaded(alice)
    check_list(member_import=member_import, columns=member_import.columns)
    member_import.file.storage.delete(str(member_import.file.name))
    address = f"/o/acme/people/import/{member_import.pk}/"

    response = client_as(alice).get(address)
    pressed = client_as(alice).post(f"{address}columns/", {"email": "1"})

    with translation.override(language):
        problem = str(IMPORT_PROBLEMS["unreadable"])
    page = html.unescape(response.content.decode())
    assert response.status_code == 200
    assert problem in page
    assert 'href="/o/acme/people/import/"' in page
    assert "<progress" not in page
    assert f"{address}start/" not in page
    assert (pressed.status_code, pressed["Location"]) == (302, address)


def test_an_error_while_writing_leaves_nobody(
    alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(alice)

    def explode(*args: object, **kwargs: object) -> None:
        raise MemoryError

    monkeypatch.setattr("vaandel.organizations.services.imports.record", explode)
    with pytest.raises(MemoryError):
        run_member_imports()

    assert Member.objects.count() == 1
    assert User.objects.count() == 1
    assert Unit.objects.count() == 0


@pytest.mark.slow
def test_ten_thousand_people_fit_in_little_memory_and_time(alice: Member) -> None:
    lines = ["Naam;E-mail;Afdeling;Functie"]
    lines += [
        f"Person number {n};person{n}@acme.example;Department {n % 40};Function {n % 90}"
        for n in range(10_000)
    ]
    started = time.monotonic()
    tracemalloc.start()

    queued(alice, "\n".join(lines).encode(), invite=False)
    run_member_imports()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert Member.objects.count() == 10_001
    assert Unit.objects.count() == 40
    assert peak < 100 * 1024 * 1024
    assert time.monotonic() - started < 60


# --- the pages ---------------------------------------------------------------------------


def post_file(client: Client, content: bytes, name: str = "people.csv") -> object:
    file = io.BytesIO(content)
    file.name = name
    return client.post("/o/acme/people/import/", {"file": file, "invite": "on"})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "This file is empty."),
        (b"email;name\n", "There are only column names in this file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This file is damaged, or no CSV or XLSX file."),
        (b"PK\x03\x04broken", "This XLSX file is damaged."),
        (b"a@s.example;A\n", "The first row looks like a person."),
        (b'email;name\na@s.example;"A\n', "From line 2 on a quotation mark is missing"),
        (b"x" * (10 * 1024 * 1024 + 1), "This file is larger than 10 MB."),
    ],
)
def test_a_damaged_file_is_told_clearly(
    alice: Member, client_as: Callable[[Member], Client], content: bytes, told: str
) -> None:
    response = post_file(client_as(alice), content)

    assert response.status_code == 422  # type: ignore[attr-defined]
    assert told in response.content.decode()  # type: ignore[attr-defined]
    assert MemberImport.objects.count() == 0


def test_from_file_to_members_without_javascript(
    alice: Member, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(alice)
    post_file(client, LIST)
    member_import = MemberImport.objects.get()
    page = f"/o/acme/people/import/{member_import.pk}/"

    preview = client.get(page).content.decode()
    columns = {"column_email": "1", "column_name": "0", "column_unit": "2", "column_job_title": ""}
    check = client.post(f"{page}columns/", columns, follow=True).content.decode()
    errors = client.get(f"{page}problems/").content.decode("utf-8-sig")
    client.post(f"{page}start/")
    client.post(f"{page}start/")
    waiting = client.get(page).content.decode()
    fragment = client.get(page, headers={"HX-Request": "true"}).content.decode()
    run_member_imports()
    done = client.get(page).content.decode()

    assert "noor@acme.example" in preview.lower()
    assert "<strong>2 people</strong> can be imported." in check
    assert "1 row cannot." in check
    assert "is no mail address" in check
    assert errors.splitlines()[1] == "4;Mail address;is no mail address;no address"
    assert "Waiting its turn" in waiting
    assert 'hx-trigger="load delay:2s"' in waiting
    assert "<html" not in fragment
    assert "Waiting its turn" in fragment
    assert "2 new members." in done
    assert "hx-trigger" not in done
    assert Member.objects.filter(job_title="Monteur").count() == 0


def test_the_mail_column_must_be_chosen(
    alice: Member, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(alice)
    post_file(client, b"who;where\nNoor;Net\n")
    page = f"/o/acme/people/import/{MemberImport.objects.get().pk}/"

    response = client.post(f"{page}columns/", {"column_email": "", "column_name": "0"})

    assert response.status_code == 422
    assert "Choose the column with the mail addresses." in response.content.decode()


def test_a_coach_sees_only_their_own_lists(
    acme: Organization, alice: Member, client_as: Callable[[Member], Client]
) -> None:
    coach = MemberFactory.create(organization=acme, is_coach=True)
    theirs, ours = uploaded(alice), uploaded(coach)
    client = client_as(coach)

    assert client.get(f"/o/acme/people/import/{ours.pk}/").status_code == 200
    assert client.get(f"/o/acme/people/import/{theirs.pk}/").status_code == 404
    assert client_as(alice).get(f"/o/acme/people/import/{ours.pk}/").status_code == 200


def test_formulas_in_the_problems_file_are_guarded(
    alice: Member, client_as: Callable[[Member], Client]
) -> None:
    member_import = uploaded(alice, b"email;name\n=cmd|' /C calc'!A0;x\n")
    check_list(member_import=member_import, columns=member_import.columns)

    found = client_as(alice).get(f"/o/acme/people/import/{member_import.pk}/problems/")

    assert ";'=cmd|' /c calc'!a0" in found.content.decode()


def test_names_and_addresses_of_a_list_are_kept_a_month(alice: Member) -> None:
    waiting = uploaded(alice, b"email\ndan@acme.example\nnonsense\n")
    check_list(member_import=waiting, columns=waiting.columns)
    storage, name = waiting.file.storage, str(waiting.file.name)
    month = AT + timedelta(days=29)

    assert [forget_old_lists(at=month), storage.exists(name)] == [0, True]
    assert forget_old_lists(at=month + timedelta(days=2)) == 1
    assert forget_old_lists(at=month + timedelta(days=2)) == 0

    waiting.refresh_from_db()
    assert (waiting.file.name, waiting.errors, waiting.state) == ("", [], "FAILED")
    assert (waiting.rows_total, storage.exists(name)) == (2, False)
