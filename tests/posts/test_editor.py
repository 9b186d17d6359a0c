"""Writing a post: beginning, saving, publishing, and what the page shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from tests.factories import MemberFactory, TopicFactory, UnitFactory
from tests.posts.conftest import address, form_of, picture_bytes, said_on
from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import AuditEntry, Member, Organization
from vaandel.posts import services
from vaandel.posts.models import Post
from vaandel.programmes.models import Topic

CHOICES = ("topics", "audience_units")


def test_beginning_without_a_link(studio: Client, alice: Member) -> None:
    response = studio.post("/o/acme/studio/posts/new/", {"kind": "TEXT"})

    post = Post.objects.get()
    assert response.headers["Location"] == address(post)
    assert (post.kind, post.state, post.created_by, post.language) == ("TEXT", "DRAFT", alice, "en")


def test_beginning_twice_is_one_draft(studio: Client) -> None:
    for _press in range(2):
        studio.post("/o/acme/studio/posts/new/", {"kind": "TEXT"})

    assert Post.objects.count() == 1


def test_a_draft_with_words_in_it_is_not_used_again(studio: Client, draft: Post) -> None:
    studio.post("/o/acme/studio/posts/new/", {"kind": "LINK"})

    assert Post.objects.count() == 2


def test_beginning_on_a_day_plans_for_that_day(studio: Client, alice: Member) -> None:
    day = timezone.localdate() + timedelta(days=9)

    studio.post("/o/acme/studio/posts/new/", {"kind": "LINK", "day": day.isoformat()})

    publish_at = Post.objects.get().publish_at
    assert publish_at is not None
    assert timezone.localtime(publish_at).date() == day


@pytest.mark.parametrize("day", ["yesterday", "2020-01-01", ""])
def test_a_day_that_says_nothing_plans_nothing(studio: Client, day: str) -> None:
    response = studio.post("/o/acme/studio/posts/new/", {"kind": "LINK", "day": day})

    assert response.status_code in {302, 422}
    assert not Post.objects.exclude(publish_at=None).exists()


def test_an_unknown_kind_is_refused(studio: Client) -> None:
    assert studio.post("/o/acme/studio/posts/new/", {"kind": "SONG"}).status_code == 422
    assert not Post.objects.exists()


def test_everything_that_is_filled_in_is_kept(
    draft: Post, studio: Client, acme: Organization, programme: object, bob: Member
) -> None:
    unit = UnitFactory.create(organization=acme)
    second = TopicFactory.create(programme=programme, name="People")

    response = studio.post(
        address(draft),
        form_of(
            draft,
            kind="EVENT",
            title=" Open evening ",
            summary="Come and see",
            body="Long text",
            target_url="news.example/open",
            language="nl",
            topics=[str(second.pk)],
            audience_units=[str(unit.pk)],
            audience_languages=["nl", "fr"],
            commercial_class="PRODUCT",
            facts_cleared="One\r\nTwo",
            please_do="Say why",
            please_do_not="No prices",
            ask_whom="Bob Sharer",
            contact="BOB@acme.example",
            event_at="2030-05-01T19:30",
            event_place="The hall",
            publish_at="2030-04-01T09:00",
            expires_at="2030-05-02T00:00",
            angle_nl_0="Eerst ___",
            angle_nl_4="Tweede",
            angle_fr_0="Alors ___",
            angle_en_0="",
        ),
    )

    assert response.status_code == 302
    draft.refresh_from_db()
    assert (draft.kind, draft.title, draft.summary) == ("EVENT", "Open evening", "Come and see")
    assert (draft.body, draft.target_url) == ("Long text", "https://news.example/open")
    assert (draft.language, draft.commercial_class) == ("nl", "PRODUCT")
    assert (draft.facts_cleared, draft.please_do) == ("One\r\nTwo", "Say why")
    assert (draft.please_do_not, draft.audience_languages) == ("No prices", ["nl", "fr"])
    assert list(draft.topics.all()) == [second]
    assert list(draft.audience_units.all()) == [unit]
    assert (draft.ask_whom, draft.contact) == (bob, bob)
    # Amsterdam is two hours ahead of UTC in spring.
    assert draft.event_at == datetime(2030, 5, 1, 17, 30, tzinfo=UTC)
    assert draft.event_place == "The hall"
    assert draft.publish_at == datetime(2030, 4, 1, 7, 0, tzinfo=UTC)
    angles = draft.angles.order_by("position").values_list("language", "text")
    assert list(angles) == [("nl", "Eerst ___"), ("nl", "Tweede"), ("fr", "Alors ___")]
    assert AuditEntry.objects.filter(action="post.edited", subject=f"post:{draft.pk}").count() == 1


def test_into_the_calendar(draft: Post, studio: Client) -> None:
    response = studio.post(
        address(draft), form_of(draft, publish_at="2030-01-15T09:30", action="plan"), follow=True
    )

    draft.refresh_from_db()
    assert draft.state == "PLANNED"
    assert "Goes out by itself on 15 January 2030 at 09:30." in said_on(response)


def test_a_planned_post_keeps_its_moment(draft: Post, studio: Client) -> None:
    studio.post(address(draft), form_of(draft, publish_at="2030-01-15T09:30", action="plan"))
    draft.refresh_from_db()

    emptied = studio.post(address(draft), form_of(draft, publish_at="", title="New title"))
    past = studio.post(address(draft), form_of(Post.objects.get(), publish_at="2020-01-15T09:30"))

    assert (emptied.status_code, past.status_code) == (302, 422)
    draft.refresh_from_db()
    assert draft.title == "New title"
    assert draft.publish_at == datetime(2030, 1, 15, 8, 30, tzinfo=UTC)


def test_publishing_pressed_twice_publishes_once(draft: Post, studio: Client) -> None:
    sent = form_of(draft, title="Heat from our sewer", action="publish")

    first = studio.post(address(draft), sent)
    second = studio.post(address(draft), sent, follow=True)

    assert first.status_code == 302
    assert "That has been done already." in said_on(second)
    assert AuditEntry.objects.filter(action="post.published").count() == 1


@pytest.mark.parametrize(
    ("people", "shown"), [(0, ">0<"), (4, "fewer than five"), (5, ">5+<"), (9, ">5+<")]
)
def test_small_audiences_are_not_counted_out(
    draft: Post, studio: Client, acme: Organization, topic: Topic, people: int, shown: str
) -> None:
    for _number in range(people):
        enrolment = Enrolment.objects.create(
            organization=acme,
            programme=draft.programme,
            member=MemberFactory.create(organization=acme),
            state=Enrolment.State.JOINED,
        )
        enrolment.topics.add(topic)

    assert shown in studio.get(address(draft)).content.decode()


def test_an_archived_topic_stays_on_its_post(draft: Post, studio: Client, topic: Topic) -> None:
    Topic.objects.filter(pk=topic.pk).update(archived_at=timezone.now())

    assert studio.post(address(draft), form_of(draft)).status_code == 302
    assert list(draft.topics.all()) == [topic]


def test_fetching_saves_first_and_hands_the_request_on(draft: Post, studio: Client) -> None:
    response = studio.post(
        address(draft),
        form_of(draft, target_url="https://news.example/other", title="Typed", action="fetch"),
    )

    assert (response.status_code, response.headers["Location"]) == (
        307, "/o/acme/studio/preview/",
    )  # fmt: skip
    draft.refresh_from_db()
    assert (draft.title, draft.target_url) == ("Typed", "https://news.example/other")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_whatever_the_post_has(
    draft: Post,
    studio: Client,
    acme: Organization,
    alice: Member,
    count: int,
    django_assert_num_queries: Callable[[int], object],
) -> None:
    for number in range(count):
        draft.topics.add(TopicFactory.create(programme=draft.programme, name=f"Chosen {number}"))
        draft.audience_units.add(UnitFactory.create(organization=acme, name=f"Team {number}"))
        TopicFactory.create(programme=draft.programme, name=f"Other {number}")
        UnitFactory.create(organization=acme, name=f"Rest {number}")
        services.add_picture(
            post=draft, file=ContentFile(picture_bytes()), by=alice, at=timezone.now()
        )
    rows = {f"angle_en_{number}": f"Angle ___ {number}" for number in range(count)}
    studio.post(address(draft), form_of(draft, **rows))
    studio.get(address(draft))

    with django_assert_num_queries(10):  # type: ignore[attr-defined]  # a context
        page = studio.get(address(draft)).content.decode()

    # Once in its field, and the first one on the card as well.
    assert page.count('data-angle="en">Angle ___') == count
    assert 'aria-label="Angle 1, English"' in page
    assert page.count('<img class="picture"') == count
    # The draft had a topic already.
    topics, units = (re.findall(f'<input[^>]*name="{name}"[^>]*>', page) for name in CHOICES)
    assert (len(topics), len(units)) == (1 + 2 * count, 2 * count)
    assert [sum("checked" in tag for tag in tags) for tags in (topics, units)] == [1 + count, count]
