"""A document is handed to colleagues as a file, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import MemberFactory
from tests.posts.documents import pdf
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.models import ConnectedAccount
from vaandel.channels.sealing import ACCOUNT, sealed
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post, PostDocument
from vaandel.shares.addresses import personal_url
from vaandel.shares.publishing.outgoing import parts_kind
from vaandel.shares.services import personal_link, revoke_personal_links

SignIn = Callable[[Member], Client]


@pytest.fixture
def about(post: Post) -> Post:
    """A live post about a document."""
    document = PostDocument(
        organization=post.organization,
        post=post,
        name="Plan für 2027.pdf",
        size=len(pdf()),
        pages=2,
    )
    document.file.save("plan.pdf", ContentFile(pdf()))
    Post.objects.filter(pk=post.pk).update(kind="DOCUMENT")
    return Post.objects.get(pk=post.pk)


@pytest.fixture
def address(about: Post) -> str:
    return f"/o/acme/posts/{about.pk}/document/"


@pytest.fixture
def by_mail(about: Post, bob_enrolment: Enrolment) -> str:
    link = personal_link(enrolment=bob_enrolment, post=about, at=timezone.now())
    return personal_url(link).partition("/p/")[2]


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def status_of(response: Any) -> int:
    if response.streaming:
        # Read to the end, which closes the file.
        content_of(response)
    return int(response.status_code)


def said(response: Any) -> str:
    return str(response.content.decode())


def test_it_comes_as_a_file_and_is_never_shown_here(bob_client: Client, address: str) -> None:
    response = bob_client.get(address)

    assert content_of(response) == pdf()
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''Plan%20f%C3%BCr%202027.pdf"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cache-Control"] == "private, no-store"


def test_from_a_mail_without_signing_in(
    client: Client, by_mail: str, bob_enrolment: Enrolment
) -> None:
    page = client.get(f"/p/{by_mail}")
    assert f'href="/p/{by_mail}document/"' in said(page)

    response = client.get(f"/p/{by_mail}document/")
    assert content_of(response) == pdf()
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"

    revoke_personal_links(enrolment=bob_enrolment, at=timezone.now())
    assert client.get(f"/p/{by_mail}document/").status_code == 410


def test_nobody_and_strangers(
    client: Client, address: str, charlie: Member, client_as: SignIn
) -> None:
    assert client.get(address).status_code == 302
    assert client_as(charlie).get(address).status_code == 404
    assert client_as(charlie).get(address.replace("acme", "globex")).status_code == 404


def test_not_by_the_address_of_pictures(client: Client, about: Post) -> None:
    assert client.get(f"/media/{about.document.file.name}").status_code == 404


@pytest.mark.parametrize(
    ("state", "colleague", "studio"),
    [
        ("DRAFT", 404, 200),
        ("REVIEW", 404, 200),
        ("PLANNED", 404, 200),
        ("LIVE", 200, 200),
        ("EXPIRED", 404, 200),
        ("WITHDRAWN", 404, 200),
    ],
)
def test_who_gets_it_when(
    about: Post,
    address: str,
    bob_client: Client,
    acme: Organization,
    client_as: SignIn,
    state: str,
    colleague: int,
    studio: int,
) -> None:
    Post.objects.filter(pk=about.pk).update(state=state)
    approver = client_as(MemberFactory.create(organization=acme, is_approver=True))

    assert status_of(bob_client.get(address)) == colleague
    assert status_of(approver.get(address)) == studio


def test_what_is_not_there(bob_client: Client, about: Post, address: str) -> None:
    path = Path(about.document.file.path)
    path.unlink()
    assert bob_client.get(address).status_code == 404

    Post.objects.filter(pk=about.pk).update(kind="LINK")
    path.write_bytes(pdf())
    assert bob_client.get(address).status_code == 404


def test_the_share_page_hands_it_over_where_it_does_not_go_along(
    bob_client: Client, about: Post, address: str
) -> None:
    page = said(bob_client.get(f"/o/acme/posts/{about.pk}/share/"))

    assert f'<a href="{address}" download>' in page
    assert "Plan für 2027.pdf" in page
    assert "2 pages, " in page
    assert "By itself only the link goes along." in page


def test_the_share_page_says_when_it_goes_along(
    bob_client: Client, about: Post, bob_enrolment: Enrolment, settings: Any
) -> None:
    settings.NETWORK_APPS = {"LINKEDIN_CLIENT_ID": "x", "LINKEDIN_CLIENT_SECRET": "y"}
    later = timezone.now() + timedelta(days=50)
    ConnectedAccount.objects.create(
        organization_id=about.organization_id,
        enrolment=bob_enrolment,
        channel="linkedin",
        remote_id="p1",
        scopes=["w_member_social"],
        keys_sealed=sealed(ACCOUNT, {"access_token": "x"}),
        access_until=later,
        session_until=later,
    )

    page = said(bob_client.get(f"/o/acme/posts/{about.pk}/share/"))

    assert "With “Post now on LinkedIn” it goes along by itself." in page


def test_the_page_of_a_withdrawn_post_does_not_hand_it_over(
    about: Post, bob_client: Client, address: str
) -> None:
    Post.objects.filter(pk=about.pk).update(state=Post.State.WITHDRAWN)

    page = bob_client.get(f"/o/acme/posts/{about.pk}/share/").content.decode()

    assert address not in page


def test_another_post_has_none(bob_client: Client, post: Post) -> None:
    assert "/document/" not in said(bob_client.get(f"/o/acme/posts/{post.pk}/share/"))


def test_the_share_page_asks_no_more_with_a_document(
    bob_client: Client, about: Post, django_assert_num_queries: Any
) -> None:
    share = f"/o/acme/posts/{about.pk}/share/"
    Post.objects.filter(pk=about.pk).update(kind="LINK")
    with CaptureQueriesContext(connection) as without:
        bob_client.get(share)
    Post.objects.filter(pk=about.pk).update(kind="DOCUMENT")

    with django_assert_num_queries(len(without)):
        bob_client.get(share)


@pytest.mark.parametrize("channel", sorted(ADAPTERS))
def test_only_where_documents_are_taken_it_goes_along(about: Post, channel: str) -> None:
    expected = "document" if channel == "linkedin" else "card"
    if not ADAPTERS[channel].abilities.card:
        expected = "document" if channel == "linkedin" else ""

    assert parts_kind(about, channel, with_card=True) == expected
    about.kind = "LINK"
    assert parts_kind(about, "linkedin", with_card=True) == "card"
