"""The share page as people see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import (
    AngleFactory,
    EnrolmentFactory,
    MemberFactory,
    PostFactory,
    ShareFactory,
    TopicFactory,
)
from vaandel.ambassadors.models import ChannelUse, Enrolment
from vaandel.links.models import Link
from vaandel.organizations.models import Member
from vaandel.posts.models import Angle, CommercialClass, Post
from vaandel.shares.models import Reservation, Share

SignIn = Callable[[Member], Client]


def page_of(client: Client, post: Post) -> str:
    response = client.get(f"/o/acme/posts/{post.pk}/share/")
    assert response.status_code == 200
    return response.content.decode()


def test_everything_to_share_with_is_there(bob_client: Client, post: Post) -> None:
    page = page_of(bob_client, post)

    for words in (
        "Four kilometres of heat",
        "Heat networks",
        "You may share this",
        "Read the article on news.example",
        'data-start="What struck me: ___"',
        "I begin with an empty sheet",
        "I work at Acme.",
        "Four kilometres, 318 homes",
        "Ready on 20 November",
        "<span>A photo of your own</span>",
        "Addresses of homes",
        "Ask Alice Editor.",
        "Copy text and open LinkedIn",
        "You paste and post. Vaandel never puts anything online in your name.",
    ):
        assert words in page, words


def test_looking_changes_nothing(bob_client: Client, post: Post) -> None:
    bob_client.get(f"/o/acme/posts/{post.pk}/share/")
    bob_client.head(f"/o/acme/posts/{post.pk}/share/")

    assert (Share.objects.count(), Link.objects.count(), Reservation.objects.count()) == (0, 0, 0)


def test_no_finished_text_is_offered(bob_client: Client, post: Post) -> None:
    page = page_of(bob_client, post)

    assert ">\n</textarea>" in page


def test_different_people_get_a_different_start_first(
    client_as: SignIn, post: Post, bob_client: Client
) -> None:
    firsts = set()
    for _ in range(3):
        enrolment = EnrolmentFactory.create(programme=post.programme)
        page = page_of(client_as(enrolment.member), post)
        firsts.add(page.split('data-start="', 1)[1].split('"', 1)[0])

    assert len(firsts) == 3


def test_the_main_button_is_the_first_network_somebody_uses(
    bob_client: Client, bob_enrolment: Enrolment, post: Post
) -> None:
    for channel in ("bluesky", "linkedin"):
        ChannelUse.objects.create(
            organization=post.organization, enrolment=bob_enrolment, channel=channel
        )
    page = page_of(bob_client, post)

    main = page.split("btn-primary", 1)[1]
    assert 'value="bluesky"' in main.split(">", 1)[0]
    assert "Open Bluesky with your text" in page


def test_a_network_we_no_longer_know_is_passed_over(
    bob_client: Client, bob_enrolment: Enrolment, post: Post
) -> None:
    ChannelUse.objects.create(
        organization=post.organization, enrolment=bob_enrolment, channel="hyves"
    )

    assert "Copy text and open LinkedIn" in page_of(bob_client, post)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Post.State.WITHDRAWN, "This post was withdrawn"),
        (Post.State.EXPIRED, "This post is over"),
    ],
)
def test_a_post_that_is_over_has_no_buttons(
    bob_client: Client, post: Post, state: str, words: str
) -> None:
    Post.objects.filter(pk=post.pk).update(state=state)

    page = page_of(bob_client, post)

    assert words in page
    assert 'name="channel"' not in page
    assert "badge-good" not in page


def test_an_editor_sees_a_planned_post_without_buttons(
    client_as: SignIn, alice: Member, post: Post
) -> None:
    Post.objects.filter(pk=post.pk).update(state=Post.State.PLANNED)

    page = page_of(client_as(alice), post)

    assert "This post is not there yet" in page
    assert 'name="channel"' not in page


def test_an_editor_who_does_not_take_part_looks_along(
    client_as: SignIn, alice: Member, post: Post
) -> None:
    page = page_of(client_as(alice), post)

    assert "This is how ambassadors see it." in page
    assert 'name="channel"' not in page


def test_who_does_not_take_part_cannot_press(client_as: SignIn, alice: Member, post: Post) -> None:
    data = {"channel": "linkedin", "press": "6f0e2f64-7b9b-4c51-a3a5-3f0d1c6a9f11"}

    response = client_as(alice).post(f"/o/acme/posts/{post.pk}/share/open/", data)

    assert response.status_code == 403
    assert Share.objects.count() == 0


def test_who_left_cannot_press(press: Any, bob_enrolment: Enrolment) -> None:
    Enrolment.objects.filter(pk=bob_enrolment.pk).update(state=Enrolment.State.LEFT)

    assert press().status_code == 403


@pytest.mark.parametrize("page", ["", "reserve/", "open/", "look/", "later/"])
def test_strangers_find_nothing(client_as: SignIn, charlie: Member, post: Post, page: str) -> None:
    address = f"/o/acme/posts/{post.pk}/share/{page}"
    client = client_as(charlie)

    response = client.post(address) if page else client.get(address)

    assert response.status_code == 404


@pytest.mark.parametrize("page", ["", "back/", "numbers/", "qr.svg", "flyer.pdf"])
def test_nobody_reaches_a_share_of_somebody_else(
    client_as: SignIn, bob_client: Client, charlie: Member, alice: Member, post: Post, page: str
) -> None:
    theirs = ShareFactory.create(post=post)
    address = f"/o/acme/shares/{theirs.pk}/{page}"

    for client in (bob_client, client_as(alice), client_as(charlie)):
        response = client.post(address) if page == "back/" else client.get(address)
        assert response.status_code == 404


def test_a_draft_does_not_exist_for_ambassadors(bob_client: Client, post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(state=Post.State.DRAFT)

    assert bob_client.get(f"/o/acme/posts/{post.pk}/share/").status_code == 404


def test_what_people_typed_is_shown_as_text(bob_client: Client, post: Post) -> None:
    nasty = '<script>alert("x")</script>'
    Post.objects.filter(pk=post.pk).update(
        title=nasty, facts_cleared=nasty, please_do_not=nasty, site_name=nasty
    )
    Angle.objects.filter(post=post).update(text=f"{nasty} ___")

    page = page_of(bob_client, post)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" in page


def test_the_line_cannot_be_left_out_of_a_product_post(bob_client: Client, post: Post) -> None:
    assert 'value="none"' in page_of(bob_client, post)
    Post.objects.filter(pk=post.pk).update(commercial_class=CommercialClass.PRODUCT)

    assert 'value="none"' not in page_of(bob_client, post)


def test_the_words_of_an_unanswered_share_are_still_there(
    bob_client: Client, bob_enrolment: Enrolment, post: Post
) -> None:
    ShareFactory.create(post=post, enrolment=bob_enrolment, text="The silence of the street.")

    page = page_of(bob_client, post)

    assert "\nThe silence of the street.</textarea>" in page
    assert "Did you post it?" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_much_there_is(
    bob_client: Client,
    bob_enrolment: Enrolment,
    post: Post,
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(count):
        post.topics.add(TopicFactory.create(programme=post.programme))
        AngleFactory.create(post=post, position=10 + number)
        ShareFactory.create(
            post=post, enrolment=bob_enrolment, opened_at=timezone.now() - timedelta(hours=number)
        )
        ShareFactory.create(post=post)
        PostFactory.create(programme=post.programme)
        MemberFactory.create(organization=post.organization)

    with django_assert_max_num_queries(10):
        page_of(bob_client, post)
