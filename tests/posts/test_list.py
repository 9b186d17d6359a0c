"""Finding posts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import MemberFactory, PostFactory, TopicFactory
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme

LIST = "/o/acme/studio/posts/"


def titles(client: Client, query: str = "") -> list[str]:
    page = client.get(LIST + query).content.decode()
    return re.findall(r'studio/posts/\d+/"[^>]*>([^<]+)</a>', page)


@pytest.fixture
def three(programme: Programme, alice: Member, carol: Member) -> list[Post]:
    now = timezone.now()
    topic = TopicFactory.create(programme=programme, name="Wind")
    rows = [
        PostFactory.create(
            programme=programme, title="bee", summary="About honey", kind="LINK", language="nl",
            created_by=alice, updated_at=now, published_at=now - timedelta(days=3),
        ),
        PostFactory.create(
            programme=programme, title="Ant", kind="VACANCY", language="en", created_by=carol,
            updated_at=now - timedelta(days=1), published_at=None, state="DRAFT",
            target_url="https://jobs.example/ant-keeper",
        ),
        PostFactory.create(
            programme=programme, title="Cow", kind="TEXT", language="fr", created_by=None,
            updated_at=now - timedelta(days=2), published_at=now - timedelta(days=1),
        ),
    ]  # fmt: skip
    rows[2].topics.add(topic)
    return rows


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["bee", "Ant", "Cow"]),
        ("?q=BE", ["bee"]),
        ("?q=honey", ["bee"]),
        ("?q=ant-keeper", ["Ant"]),
        ("?q=%25", []),
        ("?state=DRAFT", ["Ant"]),
        ("?kind=TEXT", ["Cow"]),
        ("?language=nl", ["bee"]),
        ("?sort=title", ["Ant", "bee", "Cow"]),
        ("?sort=published", ["Cow", "bee", "Ant"]),
        ("?state=LIVE&kind=TEXT&q=c", ["Cow"]),
        ("?state=NONSENSE&sort=x&topic=abc&author=0&kind=%00", ["bee", "Ant", "Cow"]),
        (f"?topic={10**30}&author={10**30}", ["bee", "Ant", "Cow"]),
        ("?page=99", ["bee", "Ant", "Cow"]),
    ],
)
def test_what_is_found(studio: Client, three: list[Post], query: str, found: list[str]) -> None:
    assert titles(studio, query) == found


def test_by_topic_and_author(studio: Client, three: list[Post], carol: Member) -> None:
    topic = three[2].topics.get()

    assert titles(studio, f"?topic={topic.pk}") == ["Cow"]
    assert titles(studio, f"?author={carol.pk}") == ["Ant"]


def test_others_posts_topics_and_authors_are_not_there(
    studio: Client, three: list[Post], charlie: Member
) -> None:
    programme = charlie.enrolments.get().programme
    foreign = PostFactory.create(programme=programme, title="Secret", created_by=charlie)
    foreign.topics.add(TopicFactory.create(programme=programme, name="Hidden topic"))

    page = studio.get(LIST).content.decode()

    assert "Secret" not in page
    assert "Hidden topic" not in page
    assert "Charlie Stranger" not in page


def test_no_posts_yet(studio: Client) -> None:
    page = studio.get(LIST).content.decode()

    assert "No posts yet" in page
    assert '<a class="btn" href="/o/acme/studio/posts/new/">New post</a>' in page


def test_an_approver_gets_no_button_in_an_empty_list(
    acme: Organization, client_as: Callable[[Member], Client]
) -> None:
    approver = MemberFactory.create(organization=acme, is_approver=True)

    assert "/posts/new/" not in client_as(approver).get(LIST).content.decode()


def test_nothing_found_leads_back(studio: Client, three: list[Post]) -> None:
    page = studio.get(f"{LIST}?q=zebra").content.decode()

    assert "Nothing found" in page
    assert '<a class="btn" href="/o/acme/studio/posts/">Show everything</a>' in page


def test_twenty_five_on_a_page(studio: Client, programme: Programme) -> None:
    PostFactory.create_batch(27, programme=programme)

    assert len(titles(studio)) == 25
    assert len(titles(studio, "?page=2&state=LIVE")) == 2
    assert 'href="?state=LIVE&amp;page=2"' in studio.get(f"{LIST}?state=LIVE").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(
    studio: Client,
    programme: Programme,
    acme: Organization,
    count: int,
    django_assert_num_queries: Callable[[int], object],
) -> None:
    for _number in range(count):
        author = MemberFactory.create(organization=acme)
        post = PostFactory.create(programme=programme, created_by=author)
        post.topics.add(TopicFactory.create(programme=programme))
    studio.get(LIST)

    # Session, user, member; how many; posts and topics; topics and authors to choose from.
    with django_assert_num_queries(8):  # type: ignore[attr-defined]  # a context
        found = titles(studio)

    assert len(found) == count
