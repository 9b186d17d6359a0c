"""The inbox and the list of sources, as editors see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import EnrolmentFactory
from tests.sources.conftest import Site
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Occasion, Post, Submission
from vaandel.posts.services import submit_story
from vaandel.programmes.models import Topic
from vaandel.sources.models import Item, Source

SignIn = Callable[[Member], Client]
INBOX = "/o/acme/studio/inbox/"
SOURCES = "/o/acme/studio/sources/"


@pytest.fixture
def source(acme: Organization, topic: Topic) -> Source:
    return Source.objects.create(
        organization=acme, url="https://news.example/feed", title="Trade journal", topic=topic
    )


def item(source: Source, title: str, **fields: Any) -> Item:
    return Item.objects.create(
        organization=source.organization,
        source=source,
        guid_digest=title,
        title=title,
        **{"summary_text": f"About {title}.", **fields},
    )


def story(member: Member, title: str) -> Submission:
    return submit_story(
        member=member,
        occasion=Occasion.DELIVERED,
        title=title,
        answers=["One two three.", "Four."],
        picture=None,
        wants_to_read_along=True,
        at=timezone.now(),
    )


def test_both_columns_are_shown(
    client_as: SignIn, alice: Member, bob: Member, source: Source, topic: Topic
) -> None:
    item(source, "Subsidy extended", url="https://news.example/1")
    story(bob, "A bridge delivered")
    for _ in range(5):
        EnrolmentFactory.create(programme=topic.programme).topics.add(topic)

    page = client_as(alice).get(INBOX).content.decode()

    for text in (
        "Subsidy extended",
        "About Subsidy extended.",
        "Trade journal, ",
        "Fits Heat networks: 5+ colleagues chose this topic.",
        "A bridge delivered",
        "Bob Sharer",
        "A project delivered, 4 words.",
        "Wants to read along first.",
        "Look at it together",
    ):
        assert text in page


def test_few_followers_are_not_counted_aloud(
    client_as: SignIn, alice: Member, source: Source, topic: Topic
) -> None:
    item(source, "Subsidy extended")
    EnrolmentFactory.create(programme=topic.programme).topics.add(topic)

    assert "Fits Heat networks." in client_as(alice).get(INBOX).content.decode()


def test_one_follower_more_does_not_show(
    client_as: SignIn, alice: Member, source: Source, topic: Topic
) -> None:
    item(source, "Subsidy extended")
    for enrolment in EnrolmentFactory.create_batch(6, programme=topic.programme):
        enrolment.topics.add(topic)

    page = client_as(alice).get(INBOX).content.decode()

    assert "Fits Heat networks: 5+ colleagues chose this topic." in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_costs_the_same_however_full(
    client_as: SignIn,
    alice: Member,
    bob: Member,
    source: Source,
    count: int,
    django_assert_num_queries: Any,
) -> None:
    for number in range(count):
        item(source, f"Item {number}")
        story(bob, f"Story {number}")
    client = client_as(alice)

    with django_assert_num_queries(9):
        page = client.get(INBOX).content.decode()

    assert page.count('<li class="inbox-item"') == 2 * count


def test_an_empty_inbox_says_what_to_do(client_as: SignIn, alice: Member) -> None:
    page = client_as(alice).get(INBOX).content.decode()

    assert "No sources yet." in page
    assert "Colleagues send in their own stories" in page


def test_the_inbox_can_be_searched_and_paged(
    client_as: SignIn, alice: Member, source: Source, bob: Member
) -> None:
    for number in range(30):
        item(source, f"Item {number:02}")
    story(bob, "A bridge")
    client = client_as(alice)

    first, second = client.get(INBOX), client.get(f"{INBOX}?page=2")
    found = client.get(f"{INBOX}?q=item+07").content.decode()

    assert first.content.decode().count('id="item-') == 25
    assert second.content.decode().count('id="item-') == 5
    assert found.count('id="item-') == 1
    assert "Nothing with “item 07” in it." in found
    assert client.get(f"{INBOX}?q={'x' * 200}&show=odd&page=x").status_code == 200


def test_one_press_makes_a_draft_with_what_the_page_shows(
    client_as: SignIn, alice: Member, source: Source, site: Site
) -> None:
    html = '<html lang="fr"><meta property="og:title" content="The page"><p>x</p>'
    row = item(source, "The item", url=site.shows("/a", html, kind="text/html"))
    client = client_as(alice)

    for _ in range(2):
        response = client.post(f"{INBOX}items/{row.pk}/use/")

    post = Post.objects.get()
    row.refresh_from_db()
    assert response.headers["Location"] == f"/o/acme/studio/posts/{post.pk}/"
    assert (post.title, post.language, post.target_url) == ("The page", "fr", row.url)
    assert list(post.topics.all()) == [source.topic]
    assert (row.state, row.post) == ("USED", post)
    assert "The item" not in client.get(INBOX).content.decode()


def test_without_its_page_the_item_itself_becomes_the_draft(
    client_as: SignIn, alice: Member, source: Source, site: Site
) -> None:
    row = item(source, "The item", url=f"{site.url}/none", image_url=f"{site.url}/none.jpg")

    client_as(alice).post(f"{INBOX}items/{row.pk}/use/")

    post = Post.objects.get()
    assert (post.title, post.summary, post.target_url, post.site_name) == (
        "The item",
        "About The item.",
        row.url,
        "Trade journal",
    )


def test_an_item_is_left_and_put_back(client_as: SignIn, alice: Member, source: Source) -> None:
    row = item(source, "The item")
    client = client_as(alice)

    plain = client.post(f"{INBOX}items/{row.pk}/dismiss/", follow=True).content.decode()
    assert "Not used. It is kept under “Not used”." in plain
    assert 'id="item-' not in plain
    assert "The item" in client.get(f"{INBOX}?show=dismissed").content.decode()

    fragment = client.post(f"{INBOX}items/{row.pk}/restore/", headers={"HX-Request": "true"})
    assert (
        fragment.content.decode().strip().startswith(f'<li class="inbox-item" id="item-{row.pk}"')
    )
    assert "Make post" in fragment.content.decode()

    fragment = client.post(f"{INBOX}items/{row.pk}/dismiss/", headers={"HX-Request": "true"})
    assert "Undo" in fragment.content.decode()
    row.refresh_from_db()
    assert row.state == "DISMISSED"


def test_a_story_is_used_left_and_put_back(client_as: SignIn, alice: Member, bob: Member) -> None:
    sent = story(bob, "A bridge")
    client = client_as(alice)

    client.post(f"{INBOX}stories/{sent.pk}/dismiss/")
    fragment = client.post(f"{INBOX}stories/{sent.pk}/restore/", headers={"HX-Request": "true"})
    assert "A bridge" in fragment.content.decode()
    for _ in range(2):
        response = client.post(f"{INBOX}stories/{sent.pk}/use/")

    post = Post.objects.get()
    assert response.headers["Location"] == f"/o/acme/studio/posts/{post.pk}/"
    assert post.title == "A bridge"


def test_an_address_is_tried_and_added(
    client_as: SignIn, alice: Member, topic: Topic, site: Site
) -> None:
    feed = "<rss><channel><title>Ours</title><item><title>x</title></item></channel></rss>"
    address = site.shows("/feed", feed)
    client = client_as(alice)

    page = client.post(SOURCES, {"url": address, "topic": topic.pk}, follow=True).content.decode()
    again = client.post(SOURCES, {"url": address, "topic": ""})

    assert "“Ours” is read from now on." in page
    assert "Works" in page
    assert again.status_code == 422
    assert "“Ours” is a source already." in again.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Fill in an address."),
        ("http://10.0.0.5/feed", "inside a private network"),
        ("no address", "This is not a web address."),
    ],
)
def test_a_wrong_address_is_explained_and_stays(
    client_as: SignIn, alice: Member, typed: str, said: str
) -> None:
    response = client_as(alice).post(SOURCES, {"url": typed})

    assert response.status_code == 422
    assert said in response.content.decode()
    assert f'value="{typed}"' in response.content.decode() or not typed


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(
    client_as: SignIn, alice: Member, source: Source, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count - 1):
        Source.objects.create(organization=source.organization, url=f"https://n.example/{number}")
    client = client_as(alice)

    with django_assert_num_queries(6):
        page = client.get(SOURCES).content.decode()

    assert page.count('id="source-') == count


def test_a_failing_source_says_why_in_words(
    client_as: SignIn, alice: Member, source: Source
) -> None:
    Source.objects.update(failures=2, last_error="not_found", last_error_detail="404")

    page = client_as(alice).get(SOURCES).content.decode()

    assert "Cannot be read" in page
    assert "The website has no page at this address." in page
    assert "(HTTP 404)" in page


def test_a_source_is_paused_removed_and_brought_back(
    client_as: SignIn, alice: Member, source: Source
) -> None:
    client = client_as(alice)
    item(source, "The item")

    assert "Paused" in client.post(f"{SOURCES}{source.pk}/pause/", follow=True).content.decode()
    assert (
        "is read again"
        in client.post(f"{SOURCES}{source.pk}/resume/", follow=True).content.decode()
    )
    removed = client.post(f"{SOURCES}{source.pk}/remove/", follow=True).content.decode()
    assert "“Trade journal” has been removed" in removed
    assert "No sources yet" in removed
    assert "The item" not in client.get(INBOX).content.decode()
    assert "is back" in client.post(f"{SOURCES}{source.pk}/restore/", follow=True).content.decode()
    assert "The item" in client.get(INBOX).content.decode()


def test_a_source_is_read_at_once_and_gets_another_topic(
    client_as: SignIn, alice: Member, source: Source, site: Site
) -> None:
    client = client_as(alice)
    Source.objects.update(url=site.shows("/f", status=500))
    failed = client.post(f"{SOURCES}{source.pk}/fetch/", follow=True).content.decode()
    assert "Trade journal: The website has a problem of its own." in failed

    Source.objects.update(url=site.shows("/f", "<rss><channel><title>x</title></channel></rss>"))
    good = client.post(f"{SOURCES}{source.pk}/fetch/", follow=True).content.decode()
    assert "was read just now" in good

    assert "Heat networks" in client.get(f"{SOURCES}{source.pk}/topic/").content.decode()
    client.post(f"{SOURCES}{source.pk}/topic/", {"topic": ""})
    source.refresh_from_db()
    assert source.topic is None
    assert client.post(f"{SOURCES}{source.pk}/topic/", {"topic": "x"}).status_code == 422


def test_others_have_no_business_here(
    client_as: SignIn, bob: Member, charlie: Member, source: Source
) -> None:
    row = item(source, "The item")

    for path in (INBOX, SOURCES, f"{SOURCES}{source.pk}/topic/"):
        assert client_as(bob).get(path).status_code == 403
        assert client_as(charlie).get(path).status_code == 404
        assert Client().get(path).status_code == 302
    assert client_as(charlie).post(f"{INBOX}items/{row.pk}/use/").status_code == 404
    theirs = f"/o/globex/studio/inbox/items/{row.pk}/use/"
    assert client_as(charlie).post(theirs).status_code == 404
    theirs = f"/o/globex/studio/sources/{source.pk}/remove/"
    assert client_as(charlie).post(theirs).status_code == 404


def test_html_of_others_is_shown_as_text(client_as: SignIn, alice: Member, source: Source) -> None:
    item(source, "<script>alert(1)</script>", summary_text="<img src=x onerror=alert(1)>")

    page = client_as(alice).get(INBOX).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
