"""What *Today* shows to whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.factories import AskFactory, PostFactory, ShareFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Ask
from vaandel.home.queries import PROMPTS, prompt_of
from vaandel.links.models import Kind, LinkDay
from vaandel.organizations.models import Member
from vaandel.posts.models import MediaAsset, Post, PostPicture
from vaandel.programmes.models import Programme, Topic
from vaandel.recognition.models import Thanks
from vaandel.shares.models import Share

As = Callable[[Member], Client]
# Ten past ten in Amsterdam.
TUESDAY = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tuesday() -> Any:
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def offer(programme: Programme, topic: Topic, bob_enrolment: Enrolment) -> Callable[..., Ask]:
    def offer_post(**values: Any) -> Ask:
        post = PostFactory.create(programme=programme, **values)
        post.topics.add(topic)
        return AskFactory.create(post=post, enrolment=bob_enrolment)

    return offer_post


def page_of(client: Client, path: str = "/o/acme/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_proposals_with_flag_reason_and_two_ways_on(
    client_as: As, bob: Member, offer: Callable[..., Ask]
) -> None:
    ask = offer(title="Heat <b>network</b> ready", summary="The route is done & tested.")

    page = page_of(client_as(bob))

    assert "Tuesday 24 November" in page
    assert "<h1>Good morning, Bob</h1>" in page
    assert "There is one proposal for you this week." in page
    assert "Heat &lt;b&gt;network&lt;/b&gt; ready" in page
    assert "The route is done &amp; tested." in page
    assert "You follow the topic Heat networks." in page
    assert "You may share this" in page
    assert f'href="/o/acme/posts/{ask.post_id}/share/"' in page
    assert f'action="/o/acme/asks/{ask.pk}/postpone/"' in page
    for choice in ("Tomorrow", "Monday 30 November", "After my holidays", "Rather not this post"):
        assert choice in page


@pytest.mark.parametrize(
    ("hour", "zone", "greeting"),
    [
        (4, "Europe/Amsterdam", "Good morning, Bob"),
        (11, "Europe/Amsterdam", "Good afternoon, Bob"),
        (17, "Europe/Amsterdam", "Good evening, Bob"),
        (3, "Europe/Amsterdam", "Good evening, Bob"),
        (17, "America/New_York", "Good afternoon, Bob"),
    ],
)
def test_the_greeting_is_by_the_clock_of_the_person(
    client_as: As, bob: Member, bob_enrolment: Enrolment, hour: int, zone: str, greeting: str
) -> None:
    bob.user.time_zone = zone
    bob.user.save()

    with time_machine.travel(TUESDAY.replace(hour=hour), tick=False):
        assert f"<h1>{greeting}</h1>" in page_of(client_as(bob))


def test_without_proposals_it_says_when_we_look_again(
    client_as: As, bob: Member, bob_enrolment: Enrolment
) -> None:
    page = page_of(client_as(bob))

    assert "Nothing for you this week" in page
    assert "On Monday we look again." in page
    assert "proposal-actions" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_ten_queries_however_much_there_is(
    client_as: As,
    bob: Member,
    bob_enrolment: Enrolment,
    offer: Callable[..., Ask],
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(count):
        offer()
        ShareFactory.create(post=PostFactory.create(), enrolment=bob_enrolment)
    client = client_as(bob)
    client.get("/o/acme/")

    with django_assert_max_num_queries(10) as queries:
        page = page_of(client)

    assert len(queries) == 9  # one more for somebody who shared
    assert page.count('<li class="proposal"') == count


def test_the_month_counts_clicks_and_own_posts(
    client_as: As, bob: Member, bob_enrolment: Enrolment, programme: Programme
) -> None:
    share = ShareFactory.create(
        post=PostFactory.create(programme=programme),
        enrolment=bob_enrolment,
        state=Share.State.CONFIRMED,
    )
    for day, count in [(date(2026, 11, 23), 41), (date(2026, 10, 31), 7)]:
        LinkDay.objects.create(
            organization=bob.organization, link=share.link, day=day, kind=Kind.HUMAN, count=count
        )

    page = page_of(client_as(bob))

    assert "Your impact in November" in page
    assert "<dd>41</dd>" in page
    assert "<dd>1</dd>" in page


def test_the_newest_thanks_is_shown(
    client_as: As, bob: Member, alice: Member, bob_enrolment: Enrolment, programme: Programme
) -> None:
    share = ShareFactory.create(
        post=PostFactory.create(programme=programme), enrolment=bob_enrolment
    )
    for text, days in [("An older one.", 3), ("Somebody comes to talk. <b>Thanks</b>", 1)]:
        Thanks.objects.create(
            organization=bob.organization,
            to=bob_enrolment,
            post=share.post,
            text=text,
            by_name="Alice Editor",
            by_function="Recruitment",
            given_at=TUESDAY - timedelta(days=days),
        )

    page = page_of(client_as(bob))

    assert "Somebody comes to talk. &lt;b&gt;Thanks&lt;/b&gt;" in page
    assert "Alice Editor, Recruitment" in page
    assert "An older one." not in page


def test_an_unanswered_share_is_asked_about(
    client_as: As, bob: Member, bob_enrolment: Enrolment, programme: Programme
) -> None:
    post = PostFactory.create(programme=programme, title="Heat network ready")
    share = ShareFactory.create(
        post=post, enrolment=bob_enrolment, opened_at=TUESDAY - timedelta(hours=3)
    )

    page = page_of(client_as(bob))

    assert "Did you post it?" in page
    assert "You opened LinkedIn 3 hours ago with “Heat network ready”." in page
    assert f'action="/o/acme/shares/{share.pk}/back/"' in page


def test_what_was_put_aside_can_be_taken_back(
    client_as: As, bob: Member, offer: Callable[..., Ask]
) -> None:
    ask = offer(title="Heat network ready")
    client = client_as(bob)
    answer = client.post(f"/o/acme/asks/{ask.pk}/postpone/", {"choice": "monday"})

    page = page_of(client, answer["Location"])

    assert "“Heat network ready” rests until Monday 30 November." in page
    assert f'action="/o/acme/asks/{ask.pk}/take-back/"' in page
    client.post(f"/o/acme/asks/{ask.pk}/take-back/")
    assert "Heat network ready" in page_of(client)


def test_one_question_at_a_time_keeps_to_ten_queries(
    client_as: As,
    bob: Member,
    bob_enrolment: Enrolment,
    programme: Programme,
    offer: Callable[..., Ask],
    django_assert_max_num_queries: Any,
) -> None:
    offer()
    aside = offer()
    Ask.objects.filter(pk=aside.pk).update(state=Ask.State.DECLINED, answered_at=TUESDAY)
    ShareFactory.create(
        post=PostFactory.create(programme=programme),
        enrolment=bob_enrolment,
        opened_at=TUESDAY - timedelta(hours=3),
    )
    client = client_as(bob)
    assert "Did you post it?" in page_of(client)

    with django_assert_max_num_queries(10):
        page = page_of(client, f"/o/acme/?aside={aside.pk}")

    assert "will not come back" in page
    assert "Did you post it?" not in page


@pytest.mark.parametrize("aside", ["0", "x", "-1", "9" * 30, ""])
def test_a_made_up_undo_changes_nothing(
    client_as: As, bob: Member, bob_enrolment: Enrolment, aside: str
) -> None:
    assert "put-aside" not in page_of(client_as(bob), f"/o/acme/?aside={aside}")


def test_undo_of_somebody_else_is_not_shown(
    client_as: As, bob: Member, bob_enrolment: Enrolment, post_of_other: Ask
) -> None:
    assert "put-aside" not in page_of(client_as(bob), f"/o/acme/?aside={post_of_other.pk}")


@pytest.fixture
def post_of_other(programme: Programme) -> Ask:
    return AskFactory.create(post=PostFactory.create(programme=programme), state=Ask.State.DECLINED)


@pytest.mark.parametrize("state", [None, Enrolment.State.INVITED])
def test_who_does_not_take_part_is_invited_and_sees_nothing_else(
    client_as: As, bob: Member, programme: Programme, post: Post, state: str | None
) -> None:
    if state:
        Enrolment.objects.create(
            organization=bob.organization, programme=programme, member=bob, state=state
        )

    page = page_of(client_as(bob))

    assert "Would you like to tell about your work at Acme?" in page
    assert 'href="/o/acme/join/"' in page
    assert "occasion" not in page
    assert "impact" not in page.split("<main")[1]


@pytest.fixture
def post(programme: Programme) -> Post:
    return PostFactory.create(programme=programme)


def test_who_paused_sees_until_when_and_can_start_again(
    client_as: As, bob: Member, offer: Callable[..., Ask]
) -> None:
    offer(title="Not shown")
    Enrolment.objects.update(state=Enrolment.State.PAUSED, paused_until=date(2026, 12, 7))
    client = client_as(bob)

    page = page_of(client)

    assert "You have paused until Monday 7 December" in page
    assert "Not shown" not in page
    assert '<form method="post" action="/o/acme/settings/resume/">' in page
    client.post("/o/acme/settings/resume/")
    assert "Not shown" in page_of(client)


def test_a_pause_that_is_over_is_over(
    client_as: As, bob: Member, offer: Callable[..., Ask]
) -> None:
    offer(title="Shown")
    Enrolment.objects.update(state=Enrolment.State.PAUSED, paused_until=date(2026, 11, 24))

    assert "Shown" in page_of(client_as(bob))


def test_who_left_reads_a_kind_word(client_as: As, bob: Member, bob_enrolment: Enrolment) -> None:
    Enrolment.objects.update(state=Enrolment.State.LEFT)

    page = page_of(client_as(bob))

    assert "You no longer take part" in page
    assert "Take part again" in page


def test_strangers_and_nobody_do_not_come_in(
    client_as: As, charlie: Member, bob_enrolment: Enrolment
) -> None:
    assert client_as(charlie).get("/o/acme/").status_code == 404
    assert Client().get("/o/acme/").status_code == 302


def test_the_question_changes_by_week_and_person(bob_enrolment: Enrolment) -> None:
    monday = date(2026, 11, 23)
    weeks = [
        [prompt_of(bob_enrolment, monday + timedelta(days=7 * w + d)) for d in range(7)]
        for w in range(4)
    ]

    assert all(len(set(week)) == 1 for week in weeks)
    assert {week[0].occasion for week in weeks} == set(PROMPTS)
    other = Enrolment(pk=bob_enrolment.pk + 1)
    assert prompt_of(other, monday) != prompt_of(bob_enrolment, monday)


def test_the_first_picture_comes_first_and_the_others_when_they_are_near(
    client_as: As, bob: Member, offer: Callable[..., Ask]
) -> None:
    for name in ("one", "two", "three"):
        ask = offer()
        asset = MediaAsset.objects.create(
            organization=bob.organization, file=f"media/{name}.jpg", thumbnail=f"media/{name}.webp"
        )
        PostPicture.objects.create(post=ask.post, asset=asset)

    pictures = re.findall(
        r'<img class="banner picture" src="([^"]+)"([^>]*)>', page_of(client_as(bob))
    )

    assert [source for source, _ in pictures] == [
        "/media/media/three.webp",
        "/media/media/two.webp",
        "/media/media/one.webp",
    ]
    sized = ' alt="" width="800" height="500" decoding="async"'
    assert [rest for _, rest in pictures] == [
        f'{sized} fetchpriority="high"',
        f'{sized} loading="lazy"',
        f'{sized} loading="lazy"',
    ]


def test_fonts_are_asked_for_in_the_head_and_htmx_is_not(client_as: As, bob: Member) -> None:
    page = page_of(client_as(bob))
    head = page[: page.index("</head>")]

    assert re.findall(r'<link rel="preload" href="/static/dist/fonts/([\w-]+)\.', head) == [
        "source-sans-3-latin-wght-normal",
        "bricolage-grotesque-latin-wght-normal",
    ]
    assert re.findall(r'src="/static/dist/([\w-]+)\.[^"]*"( data-htmx="[^"]+" defer)?', page) == [
        ("theme", ""),
        ("vaandel", ' data-htmx="/static/dist/htmx.js" defer'),
    ]
