"""From a post to what it brought, and from there to the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import PostFactory
from vaandel.impact.models import PostTotal
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme

LIST = "/o/acme/programme/posts/"


@pytest.fixture
def posts(programme: Programme) -> list[Post]:
    """Twenty-six with results, the newest first and with the fewest clicks."""
    found = []
    for age in range(26):
        published = timezone.now() - timedelta(days=age)
        post = PostFactory.create(programme=programme, title=f"Post {age}", published_at=published)
        PostTotal.objects.create(
            organization=programme.organization,
            post=post,
            sharers=9,
            clicks=age,
            updated_at=published,
        )
        found.append(post)
    return found


def test_a_post_leads_to_its_own_results_and_those_to_the_newest(
    client_as: Callable[[Member], Client], alice: Member, posts: list[Post]
) -> None:
    client, newest = client_as(alice), posts[0]
    own = f"{LIST}{newest.pk}/"

    editor = client.get(f"/o/acme/studio/posts/{newest.pk}/").content.decode()
    results = client.get(own).content.decode()
    others = client.get(f"{LIST}?sort=newest").content.decode()

    assert f'<a class="tap-line" href="{own}">' in editor
    assert f'<a href="{LIST}?sort=newest">Results of all posts</a>' in results
    assert f'<a href="{own}">Post 0</a>' in others


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({}, "Post 25", "Post 1"),
        ({"sort": "newest"}, "Post 0", "Post 24"),
        ({"sort": "newest", "page": "2"}, "Post 25", "Post 25"),
        ({"sort": "title"}, "Post 25", "Post 1"),
    ],
)
def test_the_order_of_the_results(
    client_as: Callable[[Member], Client],
    alice: Member,
    posts: list[Post],
    query: dict[str, str],
    first: str,
    last: str,
) -> None:
    response = client_as(alice).get(LIST, query)

    shown = [row.title for row in response.context["posts"]]
    assert (shown[0], shown[-1]) == (first, last)


def test_the_next_page_keeps_the_order(
    client_as: Callable[[Member], Client], alice: Member, posts: list[Post]
) -> None:
    page = client_as(alice).get(LIST, {"sort": "newest"}).content.decode()

    assert "?sort=newest&amp;page=2" in page
    assert f'<a class="nav-link" href="{LIST}?sort=newest" aria-current="page">' in page
