"""Who answers for a post sees that it is worth a thank-you, and never whom it reaches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import EnrolmentFactory, MemberFactory, PostFactory, ShareFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.links.models import Kind, LinkDay
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme
from vaandel.recognition.models import Thanks

As = Callable[[Member], Client]


@pytest.fixture
def post(programme: Programme) -> Post:
    return PostFactory.create(programme=programme, title="Four kilometres of pipe")


def clicked(post: Post, enrolment: Enrolment) -> None:
    share = ShareFactory.create(post=post, enrolment=enrolment)
    LinkDay.objects.create(
        organization=post.organization,
        link=share.link,
        day=timezone.now().date(),
        kind=Kind.HUMAN,
        count=2,
    )


@pytest.fixture
def carol(acme: Organization) -> Member:
    return MemberFactory.create(organization=acme, is_editor=True)


@pytest.mark.parametrize("field", ["contact", "reviewed_by", "created_by"])
def test_the_named_person_of_a_post_is_asked_and_two_presses_do_it(
    client_as: As, carol: Member, bob: Member, bob_enrolment: Enrolment, post: Post, field: str
) -> None:
    clicked(post, bob_enrolment)
    Post.objects.update(**{field: carol})
    client = client_as(carol)

    page = client.get("/o/acme/").content.decode()
    assert "Posts worth a thank-you" in page
    assert bob.user.name not in page
    address = f"/o/acme/posts/{post.pk}/thanks/"
    words = client.get(address).context["form"]["text"].value()
    client.post(address, {"text": words})

    assert Thanks.objects.get().text == words
    assert "Posts worth a thank-you" not in client.get("/o/acme/").content.decode()


def test_a_contact_without_a_role_is_asked_too(
    client_as: As, acme: Organization, bob_enrolment: Enrolment, post: Post
) -> None:
    recruiter = MemberFactory.create(organization=acme)
    clicked(post, bob_enrolment)
    Post.objects.update(contact=recruiter)

    assert post.title in client_as(recruiter).get("/o/acme/").content.decode()


def test_others_are_not_asked(
    client_as: As, alice: Member, carol: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    clicked(post, bob_enrolment)
    Post.objects.update(contact=carol)

    assert "Posts worth a thank-you" not in client_as(alice).get("/o/acme/").content.decode()


def test_an_owner_answers_for_what_is_nobodys(
    client_as: As, alice: Member, carol: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    clicked(post, bob_enrolment)

    assert post.title in client_as(alice).get("/o/acme/").content.decode()
    assert post.title not in client_as(carol).get("/o/acme/").content.decode()


def test_old_posts_and_ones_own_shares_are_left_out(
    client_as: As, bob: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    clicked(post, bob_enrolment)
    Post.objects.update(contact=bob)
    assert "Posts worth a thank-you" not in client_as(bob).get("/o/acme/").content.decode()

    clicked(post, EnrolmentFactory.create(programme=post.programme))
    assert "Posts worth a thank-you" in client_as(bob).get("/o/acme/").content.decode()

    Post.objects.update(published_at=timezone.now() - timedelta(days=31))
    assert "Posts worth a thank-you" not in client_as(bob).get("/o/acme/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_posts(
    client_as: As,
    alice: Member,
    programme: Programme,
    count: int,
    django_assert_num_queries: Any,
) -> None:
    for _ in range(count):
        clicked(
            PostFactory.create(programme=programme), EnrolmentFactory.create(programme=programme)
        )
    client = client_as(alice)

    with django_assert_num_queries(6):
        page = client.get("/o/acme/thanks/").content.decode()

    assert page.count("Fewer than five people shared it") == count


def test_from_five_people_the_list_says_how_many(
    client_as: As, alice: Member, programme: Programme, post: Post
) -> None:
    for _ in range(5):
        clicked(post, EnrolmentFactory.create(programme=programme))

    page = client_as(alice).get("/o/acme/thanks/").content.decode()

    assert "5 people shared it · 10 clicks" in page


def test_nobody_to_thank(client_as: As, bob: Member) -> None:
    assert "Nobody to thank for now" in client_as(bob).get("/o/acme/thanks/").content.decode()
