"""Links follow their post, and readers outside find something else to read."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import LinkFactory, PostFactory, ShareFactory, UnitFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.links.models import Kind, Link, LinkDay
from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import tenant_scope
from vaandel.posts.models import Post
from vaandel.shares.models import Reservation, Share
from vaandel.shares.services import (
    end_links_of_finished_posts,
    forget_unused_links,
    reserve_link,
)


@pytest.fixture
def share(post: Post) -> Share:
    return ShareFactory.create(post=post)


@pytest.mark.parametrize("state", [Post.State.WITHDRAWN, Post.State.EXPIRED, Post.State.DRAFT])
def test_links_end_with_their_post_and_come_back_with_it(
    post: Post, share: Share, bob_enrolment: Enrolment, state: str
) -> None:
    reserved = reserve_link(
        enrolment=bob_enrolment, post=post, channel="x", press=uuid.uuid4(), at=timezone.now()
    )
    elsewhere = ShareFactory.create(post=PostFactory.create(programme=post.programme))
    assert end_links_of_finished_posts() == 0

    Post.objects.filter(pk=post.pk).update(state=state)
    assert (end_links_of_finished_posts(), end_links_of_finished_posts()) == (2, 0)
    ended = set(Link.objects.exclude(ended_at=None).values_list("pk", flat=True))
    assert ended == {share.link_id, reserved.pk}

    Post.objects.filter(pk=post.pk).update(state=Post.State.LIVE)
    assert (end_links_of_finished_posts(), end_links_of_finished_posts()) == (2, 0)
    assert not Link.objects.exclude(ended_at=None).exists()
    assert elsewhere.link_id


def test_the_clock_needs_no_scope_of_its_own(post: Post, share: Share, acme: Organization) -> None:
    Post.objects.filter(pk=post.pk).update(state=Post.State.WITHDRAWN)

    with tenant_scope(acme.pk + 100):
        assert end_links_of_finished_posts() == 1


def test_the_ended_page_offers_something_else(post: Post, share: Share, programme: Any) -> None:
    Post.objects.filter(pk=post.pk).update(
        state=Post.State.WITHDRAWN, withdrawn_reason="Wrong figures"
    )
    end_links_of_finished_posts()
    for number in range(4):
        PostFactory.create(
            programme=programme,
            title=f"Live {number}",
            target_url=f"https://news.example/{number}",
            published_at=timezone.now() - timedelta(days=number),
        )
    for_some = PostFactory.create(programme=programme, title="Only for some")
    for_some.audience_units.add(UnitFactory.create(organization=programme.organization))
    PostFactory.create(programme=programme, title="Not yet", state=Post.State.PLANNED)
    PostFactory.create(programme=programme, title="Nowhere to go", target_url="")

    response = Client().get(f"/over/{share.link.code}/")

    page = response.content.decode()
    assert response.status_code == 200
    assert "not here any more" in page
    assert [title for title in ("Live 0", "Live 1", "Live 2", "Live 3") if title in page] == [
        "Live 0",
        "Live 1",
        "Live 2",
    ]
    assert 'href="https://news.example/0"' in page
    for hidden in ("Wrong figures", "Only for some", "Not yet", "Nowhere to go"):
        assert hidden not in page
    assert response["X-Robots-Tag"] == "noindex"
    assert Share.objects.count() == Link.objects.count() == 1


def test_the_readers_language_comes_first(post: Post, share: Share, programme: Any) -> None:
    old = timezone.now() - timedelta(days=9)
    PostFactory.create(programme=programme, title="Auf Deutsch", language="de", published_at=old)
    for _ in range(3):
        PostFactory.create(programme=programme, language="en")
    Link.objects.update(ended_at=timezone.now())

    page = Client().get(f"/over/{share.link.code}/", headers={"Accept-Language": "de"})

    assert "Auf Deutsch" in page.content.decode()
    assert '<html lang="de"' in page.content.decode()
    assert page["Content-Language"] == "de"


def test_other_organisations_stay_out_of_it(share: Share, charlie: Any) -> None:
    PostFactory.create(
        programme=charlie.organization_id and charlie.enrolments.get().programme,
        title="Globex news",
    )
    Link.objects.update(ended_at=timezone.now())

    page = Client().get(f"/over/{share.link.code}/").content.decode()

    assert "Globex" not in page


def test_a_link_that_works_says_so(share: Share) -> None:
    page = Client().get(f"/over/{share.link.code}/").content.decode()

    assert "This link works" in page
    assert f'href="{share.link.target_url}"' in page


def test_an_unknown_code(db: None) -> None:
    assert Client().get("/over/nothing/").status_code == 404


def test_reserved_links_that_nobody_used_are_forgotten(
    post: Post, bob_enrolment: Enrolment, share: Share
) -> None:
    now = timezone.now()

    def reserve(days: int) -> Link:
        return reserve_link(
            enrolment=bob_enrolment,
            post=post,
            channel="x",
            press=uuid.uuid4(),
            at=now - timedelta(days=days),
        )

    fresh, unused, used = reserve(1), reserve(8), reserve(8)
    LinkDay.objects.create(
        organization=post.organization, link=used, day=now.date(), kind=Kind.HUMAN, count=1
    )

    assert (forget_unused_links(), forget_unused_links()) == (1, 0)
    assert set(Link.objects.values_list("pk", flat=True)) == {fresh.pk, used.pk, share.link_id}
    assert Reservation.objects.count() == 2
    assert unused.pk


def test_links_of_many_organisations(globex: Organization, share: Share) -> None:
    LinkFactory.create(organization=globex)
    Post.objects.update(state=Post.State.EXPIRED)

    assert end_links_of_finished_posts() == 1
