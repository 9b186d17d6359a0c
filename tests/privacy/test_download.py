"""Everything about somebody, in one file that people and programs can read."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client

from tests.factories import ShareFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member, MemberImport
from vaandel.organizations.tenancy import tenant_scope
from vaandel.posts.models import MediaAsset, Post
from vaandel.privacy.queries import data_of
from vaandel.privacy.sections import SECTIONS
from vaandel.programmes.models import Programme
from vaandel.recognition.models import Thanks
from vaandel.shares.models import Share
from vaandel.sources.models import Source

DOCS = Path(__file__).parents[2] / "docs" / "user" / "my-data.md"


def archive_of(client: Client) -> zipfile.ZipFile:
    response: Any = client.post("/me/export/")
    assert response.status_code == 200
    assert re.fullmatch(
        r'attachment; filename="vaandel-\d{4}-\d\d-\d\d\.zip"', response["Content-Disposition"]
    )
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def data(client: Client) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(archive_of(client).read("data.json"))
    return document


def test_every_part_is_there_with_its_keys(
    client_as: Callable[[Member], Client], everywhere: Member
) -> None:
    document = data(client_as(everywhere))

    assert list(document) == ["format", "made_at", "from", *(part.key for part in SECTIONS)]
    for part in SECTIONS:
        for row in document[part.key]:
            assert list(row) == [column.key for column in part.columns], part.key


def test_what_was_shared_stands_in_it_with_texts_and_clicks_per_day(
    client_as: Callable[[Member], Client], everywhere: Member, share: Share
) -> None:
    document = data(client_as(everywhere))

    [row] = document["shares"]
    assert row["text"] == "I welded <b>this</b> myself."
    assert (row["clicks"], row["clicks_per_day"]) == (7, {"2026-11-20": 3, "2026-11-21": 4})
    assert row["short_link"].endswith(f"/s/{share.link.code}")
    assert [row["text"] for row in document["thanks_received"]] == ["Somebody applied."]
    assert [row["answers"] for row in document["stories"]] == [["It held.", ""]]
    assert [row["parts"] for row in document["posts"]] == [["contact"]]
    assert [row["subject"] for row in document["mails"]] == ["Something for your network"]
    assert [row["action"] for row in document["log"]] == ["post.edited"]


def test_somebody_elses_things_do_not(
    client_as: Callable[[Member], Client], everywhere: Member, alice: Member, charlie: Member
) -> None:
    document = data(client_as(charlie))

    filled = {part.key for part in SECTIONS if document[part.key]}
    assert filled == {"account", "memberships", "enrolments"}
    assert "Acme" not in json.dumps(document)


def test_a_thank_you_to_many_is_one_row_so_that_nobody_counts_them(
    client_as: Callable[[Member], Client],
    everywhere: Member,
    alice: Member,
    bob_enrolment: Enrolment,
    post: Post,
) -> None:
    first = Thanks.objects.get()
    Thanks.objects.create(
        organization=alice.organization,
        by=alice,
        to=bob_enrolment,
        post=post,
        text=first.text,
        given_at=first.given_at,
    )

    [row] = data(client_as(alice))["thanks_given"]

    assert row == {
        "post": "Four kilometres of pipe",
        "text": "Somebody applied.",
        "given_at": "2026-11-24T09:30:00Z",
    }


def test_the_page_reads_well_and_shows_markup_as_it_was_typed(
    client_as: Callable[[Member], Client], everywhere: Member
) -> None:
    archive = archive_of(client_as(everywhere))
    page = archive.read("index.html").decode()

    assert "I welded &lt;b&gt;this&lt;/b&gt; myself." in page
    assert "<dt>State</dt><dd>Not this one</dd>" in page
    assert "<dt>Network</dt><dd>LinkedIn</dd><dt>Language</dt><dd>English</dd>" in page
    assert "<dt>Action</dt><dd>Post changed</dd>" in page
    assert "2026-11-20: 3\n2026-11-21: 4" in page
    assert 'href="style.css"' in page
    assert "style=" not in page
    assert "<script" not in page
    assert archive.read("style.css")


def test_the_page_is_in_ones_own_language(
    client_as: Callable[[Member], Client], bob: Member
) -> None:
    bob.user.language = "nl"
    bob.user.save()

    page = archive_of(client_as(bob)).read("index.html").decode()

    assert '<html lang="nl">' in page
    assert "Mijn gegevens in Vaandel" in page


def test_photo_and_pictures_are_in_it_and_a_lost_file_does_no_harm(
    client_as: Callable[[Member], Client], everywhere: Member
) -> None:
    asset = MediaAsset.objects.get()
    names = archive_of(client_as(everywhere)).namelist()
    assert {f"files/{everywhere.user.photo.name}", f"files/{asset.file.name}"} < set(names)

    asset.file.storage.delete(str(asset.file.name))

    assert f"files/{asset.file.name}" not in archive_of(client_as(everywhere)).namelist()


def test_looking_makes_no_file_and_nobody_is_sent_to_sign_in(
    client_as: Callable[[Member], Client], client: Client, bob: Member
) -> None:
    assert "Make the file" in client_as(bob).get("/me/export/").content.decode()
    for method in (client.get, client.post):
        assert method("/me/export/")["Location"] == "/accounts/login/?next=/me/export/"


def test_it_reaches_over_organisations_also_from_within_one(
    everywhere: Member, charlie: Member
) -> None:
    with tenant_scope(charlie.organization):
        found = {part.section.key: len(part.rows) for part in data_of(everywhere.user)}

    assert found["shares"] == 1


@pytest.mark.parametrize("part", SECTIONS, ids=lambda part: part.key)
def test_every_key_is_documented(part: Any) -> None:
    text = DOCS.read_text()

    assert f"`{part.key}`" in text
    assert [c.key for c in part.columns if f"`{c.key}`" not in text] == []


def test_ways_to_sign_in_are_told_without_their_secrets(
    client_as: Callable[[Member], Client], bob: Member
) -> None:
    Authenticator.objects.create(
        user=bob.user, type=Authenticator.Type.TOTP, data={"secret": "hidden"}
    )
    EmailAddress.objects.create(user=bob.user, email="bob@acme.example", verified=True)
    UserSession.objects.create(
        user=bob.user, session_key="hidden-too", ip="192.0.2.1", user_agent="Firefox"
    )

    archive = archive_of(client_as(bob))

    document = json.loads(archive.read("data.json"))
    assert [row["kind"] for row in document["sign_in"]] == ["totp"]
    assert document["addresses"] == [{"email": "bob@acme.example", "verified": True}]
    assert [row["browser"] for row in document["sessions"]] == ["Firefox"]
    assert b"hidden" not in archive.read("data.json") + archive.read("index.html")


def test_what_an_owner_set_up_stands_in_it(
    client_as: Callable[[Member], Client], alice: Member, programme: Programme
) -> None:
    programme.owner = alice
    programme.save()
    shared = {"organization": alice.organization}
    Source.objects.create(**shared, url="https://feed.example/rss", added_by=alice)
    MemberImport.objects.create(**shared, filename="people.csv", rows_total=3, uploaded_by=alice)

    document = data(client_as(alice))

    assert document["programmes"] == [{"name": "Colleagues tell"}]
    assert [row["address"] for row in document["sources"]] == ["https://feed.example/rss"]
    assert [(row["file"], row["rows"]) for row in document["imports"]] == [("people.csv", 3)]


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_however_much_was_shared(
    everywhere: Member,
    bob_enrolment: Enrolment,
    post: Post,
    count: int,
    django_assert_num_queries: Any,
) -> None:
    for _ in range(count):
        ShareFactory.create(post=post, enrolment=bob_enrolment)

    with django_assert_num_queries(51):
        data_of(everywhere.user)
