"""Every type of mail in the studio: looked at with real content, and sent to oneself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.mails.trying import MOST
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import previews
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.programmes.models import Topic
from vaandel.shares.models import PersonalLink

Door = Callable[[Member], Client]
Publish = Callable[..., Post]
MAILS = "/o/acme/studio/mails/"


def test_the_page_shows_a_picture_of_every_type(alice: Member, client_as: Door, post: Post) -> None:
    page = client_as(alice).get(MAILS).content.decode()

    for name in previews():
        assert f'href="{MAILS}{name}/"' in page
        assert f'<iframe src="{MAILS}{name}/html/"' in page


def test_without_a_post_there_are_mails_that_need_none(alice: Member, client_as: Door) -> None:
    client = client_as(alice)

    assert f'<iframe src="{MAILS}proposal/html/"' not in client.get(MAILS).content.decode()
    assert f'<iframe src="{MAILS}question/html/"' in client.get(MAILS).content.decode()
    page = client.get(f"{MAILS}proposal/")
    assert page.status_code == 200
    assert "Publish one, and you see it here." in page.content.decode()
    assert client.get(f"{MAILS}proposal/html/").status_code == 404
    assert client.post(f"{MAILS}proposal/send/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_few_queries(
    alice: Member,
    client_as: Door,
    publish: Publish,
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(count):
        publish(title=f"Post {number}")
    client = client_as(alice)

    for address in (MAILS, f"{MAILS}digest/", f"{MAILS}digest/html/", f"{MAILS}proposal/"):
        with django_assert_max_num_queries(10):
            assert client.get(address).status_code == 200


def test_a_mail_is_shown_with_the_post_and_language_of_ones_choice(
    alice: Member, client_as: Door, publish: Publish
) -> None:
    publish(title="The newest")
    older = publish(title="The older one")
    client = client_as(alice)

    page = client.get(
        f"{MAILS}proposal/", {"post": str(older.pk), "language": "nl"}
    ).content.decode()

    assert "Alice, iets voor jouw netwerk: The older one" in page
    assert f"html/?post={older.pk}&amp;language=nl" in page
    html = client.get(f"{MAILS}proposal/html/", {"post": str(older.pk), "language": "fr"})
    assert "The older one" in html.content.decode()
    assert 'lang="fr"' in html.content.decode()
    alice.user.refresh_from_db()
    assert alice.user.language == "en"


@pytest.mark.parametrize(
    "query", [{"post": "0"}, {"post": "x"}, {"language": "xx"}, {"look": "?"}, {"width": "<b>"}]
)
def test_a_choice_that_is_none_is_what_it_is_at_first(
    alice: Member, client_as: Door, post: Post, query: dict[str, str]
) -> None:
    client = client_as(alice)

    page = client.get(f"{MAILS}proposal/", query)
    html = client.get(f"{MAILS}proposal/html/", query)

    assert page.status_code == html.status_code == 200


def test_dark_light_and_pictures_are_as_chosen(alice: Member, client_as: Door, post: Post) -> None:
    client = client_as(alice)

    light = client.get(f"{MAILS}proposal/html/")
    dark = client.get(f"{MAILS}proposal/html/", {"look": "dark", "bare": "on"})

    assert "@media not all" in light.content.decode()
    assert "@media all" in dark.content.decode()
    assert "prefers-color-scheme" not in light.content.decode() + dark.content.decode()
    assert "img-src 'self'" in light.headers["Content-Security-Policy"]
    assert "img-src 'none'" in dark.headers["Content-Security-Policy"]
    for response in (light, dark):
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none';")
        assert "sandbox allow-popups" in policy
        assert "allow-scripts" not in policy
        assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert '<base target="_blank">' in response.content.decode()


def test_links_that_are_somebodys_own_are_examples(
    alice: Member, client_as: Door, post: Post
) -> None:
    client = client_as(alice)

    html = client.get(f"{MAILS}proposal/html/").content.decode()

    assert f'href="{settings.PUBLIC_URL}/mails/example/"' in html
    for own in ("/a/", "/m/", "/p/", "/unsubscribe/"):
        assert f'href="{settings.PUBLIC_URL}{own}' not in html
    assert not PersonalLink.objects.exists()
    example = Client().get("/mails/example/")
    assert example.status_code == 200
    assert "This link was an example" in example.content.decode()


def test_a_test_goes_through_the_queue_to_oneself(
    alice: Member, client_as: Door, post: Post
) -> None:
    response = client_as(alice).post(f"{MAILS}proposal/send/", {"language": "nl", "look": "dark"})

    assert response.status_code == 302
    assert (
        response.headers["Location"]
        == f"{MAILS}proposal/?post={post.pk}&language=nl&width=wide&look=dark"
    )
    mail = OutgoingMessage.objects.get()
    assert (mail.to_address, mail.kind, mail.state) == ("alice@acme.example", "test", "QUEUED")
    assert (mail.tenant, mail.person) == (alice.organization_id, alice.user_id)
    assert mail.subject == f"[test] Alice, iets voor jouw netwerk: {post.title}"
    assert mail.headers == {}
    assert "/mails/example/" in mail.html
    assert "@media (prefers-color-scheme: dark)" in mail.html
    assert f"/o/acme/studio/posts/{post.pk}/" in mail.text


def test_who_takes_part_finds_the_own_share_page_in_a_test(
    alice: Member, client_as: Door, post: Post, topic: Topic
) -> None:
    enrolment = Enrolment.objects.create(
        organization=alice.organization,
        programme=post.programme,
        member=alice,
        state=Enrolment.State.JOINED,
    )
    enrolment.topics.add(topic)

    client_as(alice).post(f"{MAILS}proposal/send/", {})

    mail = OutgoingMessage.objects.get()
    share = next(word for word in mail.text.split() if "/p/" in word)
    assert Client().get(share.removeprefix(settings.PUBLIC_URL)).status_code == 200
    assert PersonalLink.objects.get().enrolment == enrolment


def test_ten_tests_in_an_hour_are_enough(alice: Member, client_as: Door, post: Post) -> None:
    client = client_as(alice)
    for _number in range(MOST):
        client.post(f"{MAILS}question/send/", {})

    response = client.post(f"{MAILS}question/send/", {}, follow=True)

    assert OutgoingMessage.objects.count() == MOST
    assert "That was ten in an hour." in response.content.decode()


def test_only_editors_and_owners_look_at_mails(
    bob: Member, charlie: Member, client_as: Door, client: Client, post: Post
) -> None:
    for address in (MAILS, f"{MAILS}proposal/", f"{MAILS}proposal/html/"):
        assert client_as(bob).get(address).status_code == 403
        assert client_as(charlie).get(address).status_code == 404
        assert client.get(address).status_code == 302
    assert client_as(bob).post(f"{MAILS}proposal/send/").status_code == 403
    assert not OutgoingMessage.objects.exists()


def test_an_unknown_type_is_not_there(alice: Member, client_as: Door) -> None:
    for address in ("nothing/", "nothing/html/"):
        assert client_as(alice).get(f"{MAILS}{address}").status_code == 404
    assert client_as(alice).get(f"{MAILS}proposal/send/").status_code == 405
