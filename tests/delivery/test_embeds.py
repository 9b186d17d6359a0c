"""What a place on the intranet shows, and to whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.delivery.embed_cast import LIST, SITE, look, path_of
from tests.factories import PostFactory, TopicFactory, UnitFactory
from vaandel.delivery.models import Embed
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import MediaAsset, Post, PostPicture
from vaandel.programmes.models import Programme, Topic

pytestmark = pytest.mark.usefixtures("fresh_counts")


@pytest.fixture
def live(programme: Programme, topic: Topic) -> Callable[..., Post]:
    def live_post(*topics: Topic, **values: Any) -> Post:
        post = PostFactory.create(programme=programme, **values)
        post.topics.set(topics or [topic])
        return post

    return live_post


def titles(embed: Embed) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", look(embed).content.decode())


def test_it_shows_what_can_be_shared(embed: Embed, live: Callable[..., Post]) -> None:
    post = live(title="Four kilometres", summary="Of heat network.")

    response = look(embed)

    text = response.content.decode()
    assert (response.status_code, titles(embed)) == (200, ["Four kilometres"])
    assert "Of heat network." in text
    assert f'href="https://vaandel.example/o/acme/posts/{post.pk}/share/"' in text
    assert 'href="https://vaandel.example/o/acme/join/"' in text
    assert '<html lang="en">' in text


def test_only_the_sites_that_were_named_may_show_it(embed: Embed) -> None:
    embed.sites = [SITE, "https://wiki.acme.example:8443"]
    embed.save()

    response = look(embed)

    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self' https://intranet.acme.example https://wiki.acme.example:8443"
    )
    assert "X-Frame-Options" not in response.headers


def test_other_pages_may_still_not_be_framed(client: Client, db: None) -> None:
    response = client.get("/accounts/login/")

    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"


def test_nobody_leaves_anything_with_it(
    embed: Embed, live: Callable[..., Post], alice: Member, client_as: Callable[[Member], Client]
) -> None:
    """Also somebody who is signed in gets the same page, byte for byte."""
    live(title="Four kilometres")
    signed_in = client_as(alice)

    as_alice, as_nobody = signed_in.get(path_of(embed)), look(embed)

    assert as_alice.content == as_nobody.content
    assert (dict(as_alice.cookies), dict(as_nobody.cookies)) == ({}, {})
    for response in (as_alice, as_nobody):
        assert "Cookie" not in response.headers.get("Vary", "")
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Alice" not in as_alice.content.decode()
    assert "<script" not in as_alice.content.decode()


def test_what_was_fetched_need_not_be_fetched_again(
    embed: Embed, live: Callable[..., Post]
) -> None:
    live(title="Four kilometres")
    first = look(embed)

    same = look(embed, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    live(title="Another")
    other = look(embed, HTTP_IF_NONE_MATCH=first.headers["ETag"])

    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["ETag"] == first.headers["ETag"]
    assert (other.status_code, len(titles(embed))) == (200, 2)


@pytest.mark.parametrize(
    "values",
    [
        {"state": Post.State.DRAFT},
        {"state": Post.State.REVIEW},
        {"state": Post.State.PLANNED},
        {"state": Post.State.EXPIRED},
        {"state": Post.State.WITHDRAWN},
        {"expires_at": timezone.now() - timedelta(hours=1)},
        {"audience_languages": ["fr"]},
    ],
)
def test_what_is_not_for_everybody_now_is_not_shown(
    values: dict[str, Any], embed: Embed, live: Callable[..., Post]
) -> None:
    live(title="Secret", **values)
    live(title="Open")

    assert titles(embed) == ["Open"]


def test_what_is_for_one_department_is_not_shown(
    embed: Embed, live: Callable[..., Post], acme: Organization
) -> None:
    live(title="Secret").audience_units.add(UnitFactory.create(organization=acme))

    text = look(embed).content.decode()

    assert "Secret" not in text
    assert "Nothing to share at the moment." in text


def test_only_the_chosen_topics_the_newest_first_and_no_more_than_chosen(
    embed: Embed, live: Callable[..., Post], programme: Programme
) -> None:
    water = TopicFactory.create(programme=programme, name="Water")
    embed.topics.add(water)
    now = timezone.now()
    for number in range(5):
        live(water, title=f"{number}", published_at=now - timedelta(hours=number))
    live(title="Not this")

    first = titles(embed)
    Embed.objects.update(most=5)

    assert (first, titles(embed)) == (["0", "1", "2"], ["0", "1", "2", "3", "4"])


def test_of_another_organisation_nothing_is_shown(
    embed: Embed, live: Callable[..., Post], charlie: Member
) -> None:
    PostFactory.create(programme=charlie.enrolments.get().programme, title="Theirs")

    assert titles(embed) == []


def test_while_stopped_nothing_is_shown(
    embed: Embed, live: Callable[..., Post], acme: Organization
) -> None:
    live(title="Four kilometres")
    acme.stopped_at = timezone.now()
    acme.save()

    assert titles(embed) == []


def test_a_picture_is_described_and_comes_from_here(
    embed: Embed, live: Callable[..., Post], acme: Organization
) -> None:
    asset = MediaAsset.objects.create(organization=acme, file="media/a.jpg", alt="A trench")
    PostPicture.objects.create(post=live(), asset=asset)

    assert '<img src="/media/media/a.jpg" alt="A trench"' in look(embed).content.decode()


@pytest.mark.parametrize(
    ("language", "look_", "words"),
    [("nl", "dark", "Wat je kunt delen"), ("de", "light", "Was du teilen kannst")],
)
def test_it_has_its_own_language_and_look(
    language: str, look_: str, words: str, embed: Embed
) -> None:
    Embed.objects.update(language=language, look=look_)

    response = look(embed, HTTP_ACCEPT_LANGUAGE="fr")

    text = response.content.decode()
    assert f'<html lang="{language}" data-bs-theme="{look_}">' in text
    assert words in text
    assert response.headers["Content-Language"] == language


def test_a_signature_is_needed(embed: Embed) -> None:
    good = path_of(embed)
    forged = [
        "/embed/1.0/",
        f"/embed/{embed.pk}.{embed.nonce}~x/",
        good.replace(f"/{embed.pk}.", f"/{embed.pk + 1}."),
        f"{good[:-3]}x/",
        "/embed/~/",
    ]

    assert look(embed).status_code == 200
    assert [Client().get(path).status_code for path in forged] == [404] * 5
    assert Client().post(good).status_code == 405


def test_closed_and_renewed_addresses_say_that_they_are_over(
    embed: Embed, editor: Client, live: Callable[..., Post]
) -> None:
    live(title="Four kilometres")
    old = path_of(embed)
    editor.post(f"{LIST}{embed.pk}/revoke/")
    closed = Client().get(old)
    editor.post(f"{LIST}{embed.pk}/renew/", {"nonce": embed.nonce})
    embed.refresh_from_db()

    assert closed.status_code == 410
    assert "This place is closed." in closed.content.decode()
    assert "Four kilometres" not in closed.content.decode()
    assert closed.headers["Content-Security-Policy"].endswith(f"'self' {SITE}")
    assert Client().get(old).status_code == 410
    assert (path_of(embed) != old, titles(embed)) == (True, ["Four kilometres"])


def test_a_removed_place_is_not_there(embed: Embed, editor: Client) -> None:
    path = path_of(embed)

    editor.post(f"{LIST}{embed.pk}/remove/")

    assert Client().get(path).status_code == 404


def test_one_address_cannot_ask_without_end(embed: Embed, monkeypatch: Any) -> None:
    monkeypatch.setattr("vaandel.delivery.embeds.views.shown.PER_MINUTE", 3)

    found = [look(embed).status_code for _ in range(4)]
    elsewhere = look(embed, REMOTE_ADDR="198.51.100.7").status_code

    assert (found, elsewhere) == ([200, 200, 200, 429], 200)


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_however_many_posts(
    count: int, embed: Embed, live: Callable[..., Post], django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        live()

    with django_assert_num_queries(3):  # the place, its topics, posts
        response = look(embed)

    assert response.content.decode().count("<h2>") == count
