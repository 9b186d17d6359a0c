"""A piece of a newsletter: chosen, looked at, copied."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from PIL import Image

from tests.factories import PostFactory, UnitFactory
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import MediaAsset, Post, PostPicture
from vaandel.programmes.models import Programme

PAGE = "/o/acme/channels/newsletter/"


@pytest.fixture(autouse=True)
def public_url(settings: Any) -> None:
    settings.PUBLIC_URL = "https://vaandel.example"


@pytest.fixture
def posts(programme: Programme) -> list[Post]:
    return [
        PostFactory.create(programme=programme, title=f"Post <{n}> & more", summary="A & B.")
        for n in range(4)
    ]


def chosen_as(language: str, *posts: Post) -> str:
    """The query of the form."""
    return urlencode({"posts": [post.pk for post in posts], "language": language}, doseq=True)


def copied(text: str, name: str) -> str:
    """What the button copies."""
    found = re.search(rf'<textarea[^>]* id="{name}"[^>]*>(.*?)</textarea>', text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def test_one_to_three_posts_become_html_and_text(editor: Client, posts: list[Post]) -> None:
    chosen = posts[:2]

    response = editor.get(f"{PAGE}?{chosen_as('en', *chosen)}")

    text = response.content.decode()
    piece, plain = copied(text, "html"), copied(text, "text")
    assert response.status_code == 200
    for post in chosen:
        address = f"https://vaandel.example/o/acme/posts/{post.pk}/share/"
        assert f'href="{address}"' in piece
        assert f"Look and share: {address}" in plain
        assert post.title in plain
        assert html.escape(post.title) in piece
    assert posts[2].title not in plain
    assert 'href="https://vaandel.example/o/acme/join/"' in piece
    assert plain.endswith("Take part: https://vaandel.example/o/acme/join/")


def test_it_works_in_old_mail_programs(editor: Client, posts: list[Post]) -> None:
    response = editor.get(f"{PAGE}?{chosen_as('en', posts[0])}")

    piece = copied(response.content.decode(), "html")
    assert piece.startswith('<table role="presentation"')
    assert not re.search(r"<(script|style|link|div|svg|form)\b", piece)
    assert " class=" not in piece
    assert all(url.startswith("https://") for url in re.findall(r'(?:src|href)="([^"]+)"', piece))
    assert len(piece.encode()) < 20_000


def test_its_picture_is_whole_and_small(
    editor: Client, posts: list[Post], acme: Organization, settings: Any
) -> None:
    folder = Path(settings.MEDIA_ROOT) / "media"
    folder.mkdir(parents=True)
    Image.new("RGB", (1600, 900), "#0b5a63").save(folder / "a.jpg")
    asset = MediaAsset.objects.create(organization=acme, file="media/a.jpg", alt="A trench")
    PostPicture.objects.create(post=posts[0], asset=asset)

    response = editor.get(f"{PAGE}?{chosen_as('en', posts[0])}")

    piece = copied(response.content.decode(), "html")
    assert 'src="https://vaandel.example/media/media/chat/a.jpg" alt="A trench"' in piece
    with Image.open(folder / "chat" / "a.jpg") as picture:
        assert picture.size == (1000, 500)


def test_it_has_the_organisations_colour_and_way_in(
    editor: Client, posts: list[Post], acme: Organization
) -> None:
    acme.colour = "#7a1f5c"
    acme.signup_domains = ["acme.example"]
    acme.save()

    response = editor.get(f"{PAGE}?{chosen_as('en', posts[0])}")

    piece = copied(response.content.decode(), "html")
    assert 'bgcolor="#7a1f5c"' in piece
    assert 'href="https://vaandel.example/sign-up/"' in piece


def test_around_it_stands_the_chosen_language(editor: Client, posts: list[Post]) -> None:
    response = editor.get(f"{PAGE}?{chosen_as('fr', posts[0])}")

    assert 'lang="fr"' in copied(response.content.decode(), "html")
    assert "Participer" in copied(response.content.decode(), "text")


@pytest.mark.parametrize(
    ("count", "said"), [(0, "Choose at least one post."), (4, "Choose at most three")]
)
def test_none_or_too_many_is_said_and_the_choice_stays(
    count: int, said: str, editor: Client, posts: list[Post]
) -> None:
    response = editor.get(f"{PAGE}?{chosen_as('nl', *posts[:count])}")

    text = response.content.decode()
    assert (response.status_code, said in text) == (422, True)
    assert text.count('checked id="id_posts') + text.count('" checked') >= count
    assert '<option value="nl" selected>' in text


def test_only_what_everybody_may_see_can_be_chosen(
    editor: Client, posts: list[Post], acme: Organization, programme: Programme
) -> None:
    posts[0].audience_units.add(UnitFactory.create(organization=acme))
    draft = PostFactory.create(programme=programme, state=Post.State.DRAFT, title="Draft")

    page = editor.get(PAGE).content.decode()
    refused = [
        editor.get(f"{PAGE}?{chosen_as('en', post)}").status_code for post in (posts[0], draft)
    ]

    assert "Draft" not in page
    assert html.escape(posts[0].title) not in page
    assert html.escape(posts[1].title) in page
    assert refused == [422, 422]


def test_of_another_organisation_nothing_can_be_chosen(
    posts: list[Post], charlie: Member, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(charlie)
    query = chosen_as("en", posts[0])

    assert client.get(f"/o/globex/channels/newsletter/?{query}").status_code == 422
    assert client.get(f"/o/globex/channels/newsletter/preview/?{query}").status_code == 404


def test_the_preview_is_the_piece_and_nothing_in_it_runs(editor: Client, posts: list[Post]) -> None:
    query = chosen_as("en", posts[0])
    piece = copied(editor.get(f"{PAGE}?{query}").content.decode(), "html")

    response = editor.get(f"{PAGE}preview/?{query}")

    assert piece in response.content.decode()
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "sandbox allow-popups" in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_without_posts_it_says_what_will_come(editor: Client) -> None:
    text = editor.get(PAGE).content.decode()

    assert "Nothing to put in it" in text
    assert '<form method="get"' not in text


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_however_many(
    count: int, editor: Client, posts: list[Post], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(4):  # session, user, member, posts
        editor.get(f"{PAGE}?{chosen_as('en', *posts[:count])}")
