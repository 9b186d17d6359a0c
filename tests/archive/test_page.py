"""The archive in the studio: who may look, who may read, and what the log says of it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from django.test import Client
from django.utils import timezone

from tests.archive.conftest import NOW, Append
from tests.archive.test_chain import OVER, sql, without_triggers
from tests.factories import MemberFactory
from vaandel.archive.models import Kind
from vaandel.archive.services import check, forget_old
from vaandel.organizations.models import AuditEntry, Member, Organization

PAGE = "/o/acme/studio/archive/"
As = Callable[[Member], Client]


@pytest.fixture
def council(acme: Organization) -> Member:
    return MemberFactory.create(organization=acme, is_works_council=True)


@pytest.fixture
def approver(acme: Organization) -> Member:
    return MemberFactory.create(organization=acme, is_approver=True)


@pytest.fixture
def editor(acme: Organization) -> Member:
    return MemberFactory.create(organization=acme, is_editor=True)


def text_of(response: object) -> str:
    words = re.sub(r"<[^>]+>", " ", response.content.decode())  # type: ignore[attr-defined]
    return " ".join(words.split())


def test_the_owner_sees_what_is_kept(alice: Member, client_as: As, add: Append) -> None:
    add()

    page = text_of(client_as(alice).get(PAGE))

    assert "Network opened with a text Rates 22 November 2031" in page
    assert "Not checked yet. It is checked once a day." in page


@pytest.mark.parametrize(
    ("who", "page", "entry", "export"),
    [
        ("alice", 200, 200, 200),
        ("approver", 200, 200, 200),
        ("council", 200, 403, 403),
        ("editor", 403, 403, 403),
        ("bob", 403, 403, 403),
        ("charlie", 404, 404, 404),
    ],
)
def test_who_may_come_in(
    who: str, page: int, entry: int, export: int, request: pytest.FixtureRequest, client_as: As,
    add: Append,
) -> None:  # fmt: skip
    add()
    client = client_as(request.getfixturevalue(who))

    assert client.get(PAGE).status_code == page
    checked = client.post(f"{PAGE}check/").status_code
    assert checked == (302 if export == 200 else export)
    assert client.get(f"{PAGE}1/").status_code == entry
    assert client.post(f"{PAGE}export/").status_code == export


def test_the_works_council_does_not_see_who_shared_what(
    council: Member, client_as: As, add: Append
) -> None:
    add("A text of Bob")

    client = client_as(council)
    page = client.get(PAGE, {"words": "nothing like it"})

    assert "Network opened with a text" in text_of(page)
    for secret in ("Rates", "A text of Bob", "Bob Sharer", 'name="words"', "export/"):
        assert secret not in page.content.decode()


def test_looking_and_exporting_stand_in_the_log(alice: Member, client_as: As, add: Append) -> None:
    add()
    client = client_as(alice)

    client.get(PAGE, {"kind": "share.opened", "since": "2026-11-01"})
    client.get(f"{PAGE}1/")
    client.post(f"{PAGE}export/", {"since": "2026-11-22", "until": ""})

    rows = AuditEntry.objects.filter(by=alice).order_by("pk").values_list("action", "detail")
    assert list(rows) == [
        ("archive.opened", {"kind": "share.opened", "since": "2026-11-01"}),
        ("archive.read", {"name": "#1"}),
        ("archive.exported", {"since": "2026-11-22", "until": ""}),
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["4", "3", "2", "1"]),
        ({"kind": "post.approved"}, ["2"]),
        ({"subject": "post:7"}, ["3"]),
        ({"words": "SPECIAL"}, ["4"]),
        ({"since": "2026-11-22"}, ["4", "3", "2"]),
        ({"until": "2026-11-21"}, ["1"]),
        ({"since": "nonsense", "kind": "nonsense", "subject": "x"}, ["4", "3", "2", "1"]),
        ({"kind": "text.refused"}, []),
    ],
)
def test_finding(
    alice: Member, client_as: As, add: Append, asked: dict[str, str], found: list[str]
) -> None:
    add(at=NOW - timedelta(days=1))
    add(kind=Kind.POST_APPROVED)
    add(subject="post:7")
    add("something special")

    page = client_as(alice).get(PAGE, asked)

    assert re.findall(r'href="/o/acme/studio/archive/(\d+)/"', page.content.decode()) == found
    assert page.status_code == 200


def test_an_entry_in_words(alice: Member, client_as: As, add: Append) -> None:
    add(
        content={
            "title": "Rates", "text": "The rate is 3 %.", "media": ["aa"], "note": "",
            "angles": [{"language": "en", "text": "Three"}], "risk_lines": {"en": "Mind it."},
            "version": 3, "language": "nl", "summary": "To tell",
            "expires_at": "2026-12-22T16:00:00+00:00",
        },
    )  # fmt: skip

    page = text_of(client_as(alice).get(f"{PAGE}1/"))

    for words in (
        "Text The rate is 3 %.",
        "en · Three",
        "en: Mind it.",
        "Version 3",
        "Rates",
        "Language Dutch",
        "Why share it To tell",
        "Ends 22 December 2026, 17:00",
    ):
        assert words in page
    assert "Note" not in page


def test_what_was_erased_says_so(alice: Member, client_as: As, add: Append) -> None:
    add(keep_until=OVER)
    forget_old(at=timezone.now())
    client = client_as(alice)

    assert "erased after its time" in text_of(client.get(PAGE))
    assert "The seal stays" in text_of(client.get(f"{PAGE}1/"))
    assert client.get(f"{PAGE}2/").status_code == 404


def test_the_state_of_the_chain(
    acme: Organization, alice: Member, client_as: As, add: Append
) -> None:
    add()
    client = client_as(alice)

    page = text_of(client.post(f"{PAGE}check/", follow=True))
    assert "Checked: the chain is unbroken." in page
    assert "1 entry." in page
    with without_triggers():
        sql("UPDATE archive_archiveentry SET subject = 'post:9'")
    check(acme, at=NOW)

    assert "Broken at entry 1." in text_of(client.get(PAGE))
    page = text_of(client.post(f"{PAGE}check/", follow=True))
    assert "The chain is broken at entry 1. Restore it from a backup, and ask why." in page


def test_the_export_is_a_zip_of_the_period(alice: Member, client_as: As, add: Append) -> None:
    add(at=NOW - timedelta(days=1))
    add("In it")
    response = client_as(alice).post(f"{PAGE}export/", {"since": "2026-11-22"})

    content = b"".join(cast(Any, response).streaming_content)

    assert response.headers["Content-Type"] == "application/zip"
    assert re.fullmatch(
        r'attachment; filename="archive-acme-\d{4}-\d\d-\d\d\.zip"',
        response.headers["Content-Disposition"],
    )
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        [line] = files.read("archive.jsonl").decode().splitlines()
    assert "In it" in line


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(
    alice: Member, client_as: As, add: Append, count: int, django_assert_max_num_queries: object
) -> None:
    for number in range(count):
        add(str(number))
    client = client_as(alice)

    with django_assert_max_num_queries(9):  # type: ignore[operator]
        page = client.get(PAGE)

    assert page.content.decode().count("/studio/archive/1/") == 1


@pytest.mark.parametrize(("keeps", "shown"), [(True, True), (False, False)])
def test_the_menu_leads_there_once_there_is_an_archive(
    acme: Organization, alice: Member, client_as: As, keeps: bool, shown: bool
) -> None:
    Organization.objects.filter(pk=acme.pk).update(keeps_archive=keeps)

    page = client_as(alice).get("/o/acme/topics/").content.decode()

    assert (f'href="{PAGE}"' in page) == shown
