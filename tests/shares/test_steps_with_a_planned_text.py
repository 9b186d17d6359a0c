"""Every step with a planned text until it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.shares.planned_cast import LIST, TUESDAY, Make, State, page_of, press
from tests.shares.planned_cast import bob_account as bob_account
from tests.shares.planned_cast import make as make
from tests.shares.planned_cast import tuesday as tuesday
from vaandel.organizations.models import Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Topic
from vaandel.shares.models import Share


def test_cancelling_can_be_undone(bob_client: Client, make: Make) -> None:
    publication = make(due_at=TUESDAY + timedelta(days=1), planned=True)

    page = press(bob_client, publication, "cancel").content.decode()

    publication.refresh_from_db()
    assert publication.state == State.CANCELLED
    assert page.count("Cancelled. Your text is kept.") == 1
    assert f'action="{LIST}{publication.pk}/undo/"' in page

    page = press(bob_client, publication, "undo", **{"from": "list"}).content.decode()

    publication.refresh_from_db()
    assert publication.state == State.ARMED
    assert "It is planned again." in page


@pytest.mark.parametrize("asked", ["0", "x", "9" * 30])
def test_there_is_nothing_to_undo_for_any_other_number(
    bob_client: Client, make: Make, asked: str
) -> None:
    make(State.CANCELLED, ended_at=TUESDAY)

    assert "Cancelled. Your text is kept." not in page_of(bob_client, f"{LIST}?cancelled={asked}")


def test_the_second_press_hears_how_it_stands(bob_client: Client, make: Make) -> None:
    publication = make(due_at=TUESDAY + timedelta(days=1))
    press(bob_client, publication, "cancel")

    page = press(bob_client, publication, "cancel").content.decode()

    assert "That was done already, or it is on its way." in page


def test_moving(bob_client: Client, make: Make) -> None:
    publication = make(due_at=TUESDAY + timedelta(days=1), planned=True)

    page = press(bob_client, publication, "move", day="2026-11-26", time="10:30").content.decode()

    publication.refresh_from_db()
    assert publication.due_at == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert "Planned for Thursday 26 November 2026, 10:30." in page


def test_moving_into_the_past_is_refused(bob_client: Client, make: Make) -> None:
    publication = make(due_at=TUESDAY + timedelta(days=1), planned=True)

    response = press(bob_client, publication, "move", day="2026-11-23", time="10:30")

    assert response.status_code == 422
    assert "That moment has passed. Choose a later one." in response.content.decode()
    assert 'value="2026-11-23"' in response.content.decode()


def test_other_words(bob_client: Client, make: Make) -> None:
    publication = make(due_at=TUESDAY + timedelta(days=1), planned=True)
    page = page_of(bob_client, f"{LIST}{publication.pk}/words/")
    assert "Keep these words" in page

    page = press(bob_client, publication, "words", text="Better words.").content.decode()

    publication.refresh_from_db()
    assert (publication.text, publication.state) == ("Better words.", State.ARMED)
    assert "Your new words are kept." in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A ___ in it", "There is still a gap (___) in your text."),
        ("x" * 3100, "characters too long for LinkedIn."),
    ],
)
def test_other_words_that_cannot_go(bob_client: Client, make: Make, text: str, words: str) -> None:
    publication = make(State.REJECTED, problem="duplicate")

    response = press(bob_client, publication, "words", text=text)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert text in response.content.decode()


def test_no_other_words_for_what_is_under_way(bob_client: Client, make: Make) -> None:
    publication = make(State.SENDING)

    for page in (
        bob_client.get(f"{LIST}{publication.pk}/words/", follow=True),
        press(bob_client, publication, "words", text="Too late."),
    ):
        assert "That was done already, or it is on its way." in page.content.decode()
    publication.refresh_from_db()
    assert publication.text != "Too late."


def test_other_words_for_a_post_that_is_over(bob_client: Client, post: Post, make: Make) -> None:
    publication = make(due_at=TUESDAY + timedelta(days=1))
    Post.objects.filter(pk=post.pk).update(state=Post.State.EXPIRED)

    page = press(bob_client, publication, "words", text="Other words.").content.decode()

    assert "This post is not offered for sharing any more." in page


@pytest.mark.parametrize(
    ("state", "step", "after"),
    [
        (State.ARMED, "now", State.ARMED),
        (State.REJECTED, "again", State.ARMED),
        (State.REJECTED, "leave", State.CANCELLED),
        (State.ASKING, "confirm", State.ARMED),
        (State.ASKING, "leave", State.CANCELLED),
    ],
)
def test_one_press(bob_client: Client, make: Make, state: str, step: str, after: str) -> None:
    publication = make(state, due_at=TUESDAY + timedelta(hours=1), problem="broken")

    response = press(bob_client, publication, step)

    publication.refresh_from_db()
    assert response.status_code == 200
    assert publication.state == after


@pytest.mark.parametrize("step", ["now", "again", "confirm", "undo"])
def test_nothing_goes_when_the_post_is_over(
    bob_client: Client, post: Post, make: Make, step: str
) -> None:
    publication = make(State.REJECTED)
    Post.objects.filter(pk=post.pk).update(state=Post.State.WITHDRAWN)

    page = press(bob_client, publication, step).content.decode()

    assert "This post is not offered for sharing any more." in page


def test_by_the_dialog_with_the_same_text(bob_client: Client, make: Make) -> None:
    publication = make(State.REJECTED, problem="disconnected", text="My ditch.")

    page = press(bob_client, publication, "dialog").content.decode()

    publication.refresh_from_db()
    assert publication.state == State.CANCELLED
    assert "\nMy ditch.</textarea>" in page


def test_it_is_there(bob_client: Client, make: Make) -> None:
    publication = make(State.UNKNOWN, problem="cannot_tell")

    wrong = press(bob_client, publication, "there", permalink="https://evil.example/1")
    right = press(
        bob_client, publication, "there", permalink="www.linkedin.com/feed/update/urn:li:share:1"
    )

    assert wrong.status_code == 422
    assert "This is not a link to a post on LinkedIn." in wrong.content.decode()
    publication.refresh_from_db()
    assert publication.state == State.PUBLISHED
    assert publication.permalink == "https://www.linkedin.com/feed/update/urn:li:share:1"
    assert "Thank you for telling us." in right.content.decode()
    assert Share.objects.get().state == Share.State.CONFIRMED


def test_it_is_not_there(bob_client: Client, make: Make) -> None:
    publication = make(State.UNKNOWN, problem="cannot_tell")

    page = press(bob_client, publication, "not-there").content.decode()

    publication.refresh_from_db()
    assert publication.state == State.REJECTED
    assert "You can send it again now, or leave it." in page
    assert "You told us that it is not there. Send it again, or leave it." in page
    told = page.split("What happened", 1)[1]
    assert "You told us that it is not there." in told
    assert f'action="{LIST}{publication.pk}/again/"' in page


def test_while_we_look_nobody_has_to_say_anything(bob_client: Client, make: Make) -> None:
    publication = make(State.UNKNOWN, problem="no_answer")

    page = page_of(bob_client, f"{LIST}{publication.pk}/")

    assert "Not certain yet: we look whether it is there" in page
    assert "It is there</button>" not in page


def test_what_the_law_asks_approval_for_is_said(
    bob_client: Client, post: Post, topic: Topic, make: Make
) -> None:
    waiting = make(due_at=TUESDAY + timedelta(days=1), planned=True)
    refused = make(State.REJECTED, problem="broken")
    Topic.objects.filter(pk=topic.pk).update(regulated=True, keep_years=5)
    Organization.objects.update(keeps_archive=True)

    again = press(bob_client, refused, "again").content.decode()
    words = press(bob_client, waiting, "words", text="My very own words.")

    said = "This text is not among those that were approved for this topic."
    assert said in again
    assert words.status_code == 422
    assert said in words.content.decode()
