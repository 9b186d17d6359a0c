"""The link in a mail: one post, one person, no signing in, and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import PostFactory, ShareFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.links.models import Link
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.shares.addresses import personal_url
from vaandel.shares.models import PersonalLink, Reminder, Reservation, Share
from vaandel.shares.services import personal_link, revoke_personal_links
from vaandel.shares.tokens import token_of

ORIGIN = "http://127.0.0.1:8000"


@pytest.fixture
def link(post: Post, bob_enrolment: Enrolment) -> PersonalLink:
    return personal_link(enrolment=bob_enrolment, post=post, at=timezone.now())


@pytest.fixture
def address(link: PersonalLink) -> str:
    assert personal_url(link).startswith(f"{ORIGIN}/p/")
    return personal_url(link).removeprefix(ORIGIN)


def send(client: Client, address: str, **fields: Any) -> Any:
    data = {"channel": "linkedin", "press": str(uuid.uuid4()), "disclosure": "en-0"} | fields
    return client.post(f"{address}open/", data, headers={"Accept": "application/json"})


def test_it_opens_the_share_page_without_signing_in(address: str) -> None:
    response = Client().get(address)

    page = response.content.decode()
    assert response.status_code == 200
    assert "Four kilometres of heat" in page
    assert "Copy text and open LinkedIn" in page
    assert f'action="{address}open/"' in page


def test_it_leads_nowhere_but_to_the_sign_in(address: str) -> None:
    page = Client().get(address).content.decode()

    assert 'href="/accounts/login/"' in page
    assert "/o/acme/" not in page


def test_the_address_is_not_handed_on(address: str) -> None:
    response = Client().get(address)

    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Cache-Control"] == "private, no-store"


def test_a_scanner_that_opens_it_changes_nothing(address: str, link: PersonalLink) -> None:
    client = Client()
    before = PersonalLink.objects.values().get()

    for _ in range(3):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    for page in ("reserve/", "open/", "look/", "later/"):
        assert client.get(f"{address}{page}").status_code == 405
        assert client.head(f"{address}{page}").status_code == 405

    assert PersonalLink.objects.values().get() == before
    for model in (Share, Link, Reservation, Reminder):
        assert model.objects.count() == 0


def test_one_press_shares(address: str, bob_enrolment: Enrolment) -> None:
    answer = send(Client(enforce_csrf_checks=True), address, text="From my phone").json()

    share = Share.objects.get()
    assert (share.enrolment, share.text, share.pk) == (
        bob_enrolment,
        "From my phone",
        answer["share"],
    )
    assert f"{address}shares/{share.pk}/back/" in answer["back"]


def test_the_page_of_the_share_opens_as_well(address: str) -> None:
    client = Client()
    share_id = send(client, address, channel="qr", text="Hi").json()["share"]

    for page in ("", "numbers/", "qr.svg", "qr.png"):
        response = client.get(f"{address}shares/{share_id}/{page}")
        assert response.status_code == 200
        assert response["Referrer-Policy"] == "no-referrer"


def test_other_posts_and_people_stay_closed(
    address: str, post: Post, bob_enrolment: Enrolment
) -> None:
    of_other_post = ShareFactory.create(
        post=PostFactory.create(programme=post.programme), enrolment=bob_enrolment
    )
    of_other_person = ShareFactory.create(post=post)

    for share in (of_other_post, of_other_person):
        for page in ("", "numbers/", "qr.svg", "flyer.pdf"):
            response = Client().get(f"{address}shares/{share.pk}/{page}")
            assert response.status_code == 404


def test_it_speaks_the_persons_language(address: str, bob: Member) -> None:
    bob.user.language = "nl"
    bob.user.save()

    page = Client(headers={"Accept-Language": "de"}).get(address).content.decode()

    assert '<html lang="nl"' in page


@pytest.mark.parametrize("token", ["1", "1~abc", "x~y", "~", "9999999999999999999999~zz"])
def test_a_token_that_was_not_made_here_does_not_exist(address: str, token: str) -> None:
    assert Client().get(f"/p/{token}/").status_code == 404


def test_a_changed_token_does_not_exist(address: str, link: PersonalLink) -> None:
    token = token_of(link.pk)

    assert Client().get(f"/p/{token[:-1]}/").status_code == 404
    assert Client().get(f"/p/{link.pk + 1}~{token.split('~')[1]}/").status_code == 404
    assert Client().get(f"/p/{token_of(link.pk + 1)}/").status_code == 404


def expire(link: PersonalLink) -> None:
    PersonalLink.objects.filter(pk=link.pk).update(expires_at=timezone.now())


def revoke(link: PersonalLink) -> None:
    assert revoke_personal_links(enrolment=link.enrolment, at=timezone.now()) == 1


def leave(link: PersonalLink) -> None:
    Enrolment.objects.filter(pk=link.enrolment_id).update(state=Enrolment.State.LEFT)


def leave_the_house(link: PersonalLink) -> None:
    Member.objects.filter(pk=link.enrolment.member_id).update(status=Member.Status.LEFT)


def lock_the_account(link: PersonalLink) -> None:
    user = link.enrolment.member.user
    user.is_active = False
    user.save()


def take_the_post_back(link: PersonalLink) -> None:
    Post.objects.filter(pk=link.post_id).update(state=Post.State.DRAFT)


@pytest.mark.parametrize(
    "end", [expire, revoke, leave, leave_the_house, lock_the_account, take_the_post_back]
)
def test_a_link_that_is_over_says_so_kindly(
    address: str, link: PersonalLink, end: Callable[[PersonalLink], None]
) -> None:
    end(link)

    response = Client().get(address)
    pressed = send(Client(), address)

    page = response.content.decode()
    assert response.status_code == pressed.status_code == 410
    assert "This link is over" in page
    assert 'href="/accounts/login/"' in page
    assert "Four kilometres of heat" not in page
    assert Share.objects.count() == 0


def test_who_pauses_can_still_share_what_they_were_sent(
    address: str, bob_enrolment: Enrolment
) -> None:
    Enrolment.objects.filter(pk=bob_enrolment.pk).update(state=Enrolment.State.PAUSED)

    assert Client().get(address).status_code == 200


def test_a_withdrawn_post_says_so(address: str, post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(state=Post.State.WITHDRAWN)

    page = Client().get(address).content.decode()

    assert "This post was withdrawn" in page
    assert 'name="channel"' not in page


def test_asking_again_gives_the_same_link_with_a_new_end(link: PersonalLink) -> None:
    later = timezone.now() + timedelta(days=10)
    expire(link)

    again = personal_link(enrolment=link.enrolment, post=link.post, at=later)

    assert again.pk == link.pk
    assert (again.expires_at, again.revoked_at) == (later + timedelta(days=30), None)


def test_asking_again_does_not_open_what_was_withdrawn(link: PersonalLink, address: str) -> None:
    revoke(link)
    before = PersonalLink.objects.values().get()

    again = personal_link(enrolment=link.enrolment, post=link.post, at=timezone.now())

    assert PersonalLink.objects.values().get() == before
    assert Client().get(address).status_code == 410
    assert personal_url(again) == f"{ORIGIN}/o/acme/posts/{link.post_id}/share/"
    assert Client().get(f"/o/acme/posts/{link.post_id}/share/").status_code == 302


def test_a_link_of_a_post_that_is_live_again_works_again(link: PersonalLink, address: str) -> None:
    take_the_post_back(link)
    assert Client().get(address).status_code == 410

    Post.objects.filter(pk=link.post_id).update(state=Post.State.LIVE)

    assert Client().get(address).status_code == 200


def test_the_page_costs_few_queries(address: str, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(10):
        Client().get(address)
