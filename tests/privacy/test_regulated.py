"""Rules of law: what is kept of a person, what they can download, and what deleting leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import PostFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.archive.models import ArchiveEntry, Kind
from vaandel.archive.queries import verify
from vaandel.archive.services import append, named
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post
from vaandel.privacy.queries import data_of
from vaandel.privacy.services import delete_account
from vaandel.programmes.models import Programme
from vaandel.shares.models import TextRequest

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def post(programme: Programme) -> Post:
    return PostFactory.create(programme=programme, title="Rates")


@pytest.fixture
def request_of_bob(post: Post, bob_enrolment: Enrolment, alice: Member) -> TextRequest:
    return TextRequest.objects.create(
        organization_id=post.organization_id, post=post, enrolment=bob_enrolment, language="en",
        text="In my words", text_digest="x", state=TextRequest.State.REFUSED, note="Name the rate",
        created_at=NOW, decided_at=NOW, decided_by=alice,
    )  # fmt: skip


@pytest.fixture
def kept(acme: Organization, bob: Member, alice: Member) -> None:
    for who in (bob, alice):
        append(
            organization=acme, kind=Kind.SHARE_OPENED, subject="post:1", at=NOW,
            content={"title": "Rates", "text": f"of (#{bob.pk})", "sharer": named(who)},
            keep_until=date(2031, 11, 22),
        )  # fmt: skip
    Organization.objects.filter(pk=acme.pk).update(keeps_archive=True)


def part(member: Member, key: str) -> list[dict[str, object]]:
    [found] = [part for part in data_of(member.user) if part.section.key == key]
    return [dict(row) for row in found.rows]


def test_who_wrote_it_gets_the_text_and_who_decided_does_not(
    request_of_bob: TextRequest, bob: Member, alice: Member
) -> None:
    row = {
        "post": "Rates", "part": "wrote", "text": "In my words", "state": "REFUSED",
        "note": "Name the rate", "created_at": NOW, "decided_at": NOW,
    }  # fmt: skip

    assert part(bob, "own_texts") == [row]
    assert part(alice, "own_texts") == [row | {"part": "decided", "text": ""}]


def test_one_gets_the_entries_that_name_one(kept: None, bob: Member) -> None:
    [row] = part(bob, "archive")

    assert (row["organization"], row["kind"], row["at"]) == ("Acme", "share.opened", NOW)
    assert row["keep_until"] == date(2031, 11, 22)
    assert isinstance(row["content"], dict)
    assert row["content"]["Person"] == f"Bob Sharer (#{bob.pk})"


@pytest.mark.parametrize("keeps", [True, False])
def test_before_deleting_it_is_said(
    kept: None, acme: Organization, bob: Member, client_as: Callable[[Member], Client], keeps: bool
) -> None:
    Organization.objects.filter(pk=acme.pk).update(keeps_archive=keeps)

    page = client_as(bob).get("/me/delete/").content.decode()

    assert ("One thing stays with your name" in page) == keeps


def test_deleting_an_account_leaves_what_the_law_wants_kept(
    kept: None, request_of_bob: TextRequest, acme: Organization, bob: Member
) -> None:
    assert delete_account(user=bob.user, at=timezone.now())

    assert not TextRequest.objects.exists()
    assert ArchiveEntry.objects.count() == 2
    assert "Bob Sharer" in ArchiveEntry.objects.get(number=1).content
    assert verify(acme).ok
