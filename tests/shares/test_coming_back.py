"""Did you post it? Only the person can tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import ShareFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.posts.models import Post
from vaandel.shares.models import Share
from vaandel.shares.queries import unanswered

Answer = Callable[..., Any]


@pytest.fixture
def share(post: Post, bob_enrolment: Enrolment) -> Share:
    return ShareFactory.create(post=post, enrolment=bob_enrolment, channel="linkedin")


@pytest.fixture
def answer(bob_client: Client, share: Share) -> Answer:
    def send(what: str, *, htmx: bool = False, permalink: str = "") -> Any:
        return bob_client.post(
            f"/o/acme/shares/{share.pk}/back/",
            {"answer": what, "permalink": permalink},
            headers={"HX-Request": "true"} if htmx else {},
        )

    return send


def test_yes(answer: Answer, share: Share, bob_client: Client) -> None:
    response = answer("yes", permalink="https://www.linkedin.com/posts/bob_heat")

    share.refresh_from_db()
    assert (share.state, share.permalink) == (
        Share.State.CONFIRMED,
        "https://www.linkedin.com/posts/bob_heat",
    )
    assert share.answered_at is not None
    page = bob_client.get(response["Location"]).content.decode()
    assert "Thank you for telling us. Clicks on your link appear under My impact." in page
    assert "Did you post it?" not in page


def test_saying_yes_twice_changes_nothing(answer: Answer, share: Share) -> None:
    answer("yes", permalink="https://linkedin.com/posts/a")
    share.refresh_from_db()
    first = share.answered_at

    answer("yes")

    share.refresh_from_db()
    assert (share.answered_at, share.permalink) == (first, "https://linkedin.com/posts/a")


def test_no(answer: Answer, share: Share, bob_enrolment: Enrolment) -> None:
    answer("no")
    share.refresh_from_db()
    first = share.answered_at
    answer("no")

    share.refresh_from_db()
    assert (share.state, share.answered_at) == (Share.State.NOT_POSTED, first)
    assert unanswered(bob_enrolment) == []


def test_not_yet_comes_back_tomorrow(
    answer: Answer, share: Share, bob_enrolment: Enrolment
) -> None:
    answer("later")

    share.refresh_from_db()
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    assert (share.state, share.answered_at) == (Share.State.OPENED, None)
    assert unanswered(bob_enrolment) == []
    assert [q.share_id for q in unanswered(bob_enrolment, now=tomorrow)] == [share.pk]


def test_one_may_change_ones_mind(answer: Answer, share: Share) -> None:
    answer("no")
    answer("yes")

    share.refresh_from_db()
    assert share.state == Share.State.CONFIRMED


def test_not_yet_after_yes_changes_nothing(answer: Answer, share: Share) -> None:
    answer("yes")
    answer("later")

    share.refresh_from_db()
    assert (share.state, share.ask_again_at) == (Share.State.CONFIRMED, None)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("yes", "Thank you for telling us"),
        ("later", "we ask again tomorrow at the earliest"),
        ("no", "We do not ask about it again"),
    ],
)
def test_the_card_answers_in_place(answer: Answer, what: str, words: str) -> None:
    page = answer(what, htmx=True).content.decode()

    assert words in page
    assert "<html" not in page


@pytest.mark.parametrize(
    "permalink",
    [
        "https://example.com/posts/1",
        "https://linkedin.com.evil.example/x",
        "http://www.linkedin.com/posts/1",
        "javascript:alert(1)",
        "https://user@linkedin.com/x",
        "https://[::1",
        "nonsense",
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_a_link_to_somewhere_else_is_refused(
    answer: Answer, share: Share, permalink: str, htmx: bool
) -> None:
    response = answer("yes", htmx=htmx, permalink=permalink)

    page = response.content.decode()
    share.refresh_from_db()
    assert response.status_code == 422
    assert "This is not a link to a post on LinkedIn. Copy it from the address bar." in page
    assert f'value="{permalink}"' in page
    assert (share.state, share.permalink) == (Share.State.OPENED, "")


def test_a_link_without_https_in_front_is_completed(answer: Answer, share: Share) -> None:
    answer("yes", permalink="www.linkedin.com/posts/1")

    share.refresh_from_db()
    assert share.permalink == "https://www.linkedin.com/posts/1"


def test_an_answer_that_does_not_exist(answer: Answer, share: Share) -> None:
    assert answer("perhaps").status_code == 422
    share.refresh_from_db()
    assert share.state == Share.State.OPENED


def test_on_mastodon_any_server_will_do(
    bob_client: Client, post: Post, bob_enrolment: Enrolment
) -> None:
    share = ShareFactory.create(post=post, enrolment=bob_enrolment, channel="mastodon")
    address = f"/o/acme/shares/{share.pk}/back/"

    response = bob_client.post(
        address, {"answer": "yes", "permalink": "https://social.example/@bob/1"}
    )

    assert response.status_code == 302


def test_what_is_asked_about(post: Post, bob_enrolment: Enrolment, share: Share) -> None:
    now = timezone.now()
    ShareFactory.create(post=post)
    for fields in (
        {"channel": "qr"},
        {"state": Share.State.CONFIRMED},
        {"opened_at": now - timedelta(days=15)},
    ):
        ShareFactory.create(post=post, enrolment=bob_enrolment, **fields)

    [question] = unanswered(bob_enrolment, now=now)

    assert (question.share_id, question.post_id, question.post_title) == (
        share.pk,
        post.pk,
        "Four kilometres of heat",
    )
    assert (question.channel, question.channel_name) == ("linkedin", "LinkedIn")
    assert question.takes_permalink


def test_no_more_than_three_questions(post: Post, bob_enrolment: Enrolment) -> None:
    for _ in range(5):
        ShareFactory.create(post=post, enrolment=bob_enrolment)

    assert len(unanswered(bob_enrolment)) == 3
