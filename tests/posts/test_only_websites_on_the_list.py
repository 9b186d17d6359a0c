"""An organisation can say which websites its posts lead to."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import AngleFactory, PostFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.links.services import NotAllowed, NotATarget, aim, create_link
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post
from vaandel.posts.services import missing_for
from vaandel.programmes.models import Programme
from vaandel.shares.services import PostNotLive, reserve_link

SignIn = Callable[[Member], Client]
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def choosy(acme: Organization) -> Organization:
    acme.destinations = ["acme.example", ".news.example"]
    acme.save()
    return acme


def test_links_lead_there_only(choosy: Organization) -> None:
    def made(url: str) -> str:
        return create_link(organization=choosy, target_url=url, channel="x", at=NOW).target_url

    assert made("https://acme.example/a") == "https://acme.example/a"
    assert made("https://deep.news.example/") == "https://deep.news.example/"
    with pytest.raises(NotAllowed):
        made("https://else.example/")
    with pytest.raises(NotATarget):
        made("ftp://acme.example/")


def test_nor_can_they_be_aimed_elsewhere_later(choosy: Organization) -> None:
    link = create_link(organization=choosy, target_url="https://acme.example/", channel="x", at=NOW)

    with pytest.raises(NotAllowed):
        aim(link, "https://else.example/")


def test_the_editor_says_so_at_the_field(
    choosy: Organization, alice: Member, programme: Programme, client_as: SignIn
) -> None:
    post = PostFactory.create(programme=programme, state=Post.State.DRAFT)
    address = reverse("posts:edit", args=["acme", post.pk])

    answer = client_as(alice).post(
        address,
        {
            "version": post.version,
            "kind": "LINK",
            "language": "en",
            "title": "A title",
            "target_url": "https://else.example/",
        },
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Posts of your organisation may not lead to this website." in page


def test_an_older_draft_needs_another_link_first(
    choosy: Organization, programme: Programme
) -> None:
    post = PostFactory.create(
        programme=programme, state=Post.State.DRAFT, target_url="https://else.example/"
    )
    assert "target_allowed" in missing_for(post)
    post.target_url = "https://acme.example/"
    assert "target_allowed" not in missing_for(post)


def test_a_post_that_went_out_earlier_is_no_longer_shared(
    choosy: Organization, programme: Programme, bob_enrolment: Enrolment
) -> None:
    post = PostFactory.create(programme=programme, target_url="https://else.example/")
    AngleFactory.create(post=post)

    with pytest.raises(PostNotLive):
        reserve_link(
            enrolment=bob_enrolment, post=post, channel="linkedin", press=uuid.uuid4(), at=NOW
        )
