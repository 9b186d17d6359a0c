"""A friendly hint when colleagues wrote much the same, which never says who."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from tests.factories import PostFactory, ShareFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.posts.models import Post
from vaandel.shares.models import Share
from vaandel.shares.services import edited_ratio
from vaandel.shares.similarity import grams, jaccard, likeness

TEXT = "What struck me: how quiet it stayed in the street. Six weeks of open road and coffee."
NEAR = "What struck me: how quiet it stayed in our street. Six weeks of open road, and coffee!"
OTHER = "We are looking for an engineer who likes to dig. Do you know somebody in Utrecht?"


def look(client: Client, post: Post, text: str) -> str:
    response = client.post(f"/o/acme/posts/{post.pk}/share/look/", {"text": text})
    assert response.status_code == 200
    return response.content.decode().strip()


def test_alike_texts_give_a_hint(bob_client: Client, post: Post) -> None:
    shares = [ShareFactory.create(post=post, text=NEAR) for _ in range(3)]

    hint = look(bob_client, post, TEXT)

    assert "This looks like 3 posts of colleagues." in hint
    assert "That is fine." in hint
    assert "‘<mark>What struck me: how quiet it stayed in</mark>’" in hint
    for share in shares:
        assert share.enrolment is not None
        assert share.enrolment.member.user.name not in hint
    assert "our street" not in hint


def test_one_colleague_is_singular(bob_client: Client, post: Post) -> None:
    ShareFactory.create(post=post, text=NEAR)

    assert "This looks like a post of a colleague." in look(bob_client, post, TEXT)


def test_what_does_not_count(bob_client: Client, bob_enrolment: Enrolment, post: Post) -> None:
    ShareFactory.create(post=post, enrolment=bob_enrolment, text=TEXT)
    ShareFactory.create(post=post, text=OTHER)
    ShareFactory.create(post=post, text="")
    ShareFactory.create(post=post, text=TEXT, state=Share.State.NOT_POSTED)
    ShareFactory.create(post=PostFactory.create(programme=post.programme), text=TEXT)

    assert look(bob_client, post, TEXT) == ""


def test_the_hint_escapes_what_was_typed(bob_client: Client, post: Post) -> None:
    nasty = "<b>What struck me</b> how quiet it stayed in the street all those weeks"
    ShareFactory.create(post=post, text=nasty)

    hint = look(bob_client, post, nasty)

    assert "&lt;b&gt;What struck me&lt;/b&gt;" in hint
    assert "<b>" not in hint


def test_a_short_text_is_not_compared(bob_client: Client, post: Post) -> None:
    ShareFactory.create(post=post, text="What struck me: so quiet.")

    assert look(bob_client, post, "What struck me: so quiet.") == ""


def test_a_text_that_is_too_long_is_not_compared(bob_client: Client, post: Post) -> None:
    assert look(bob_client, post, "a" * 30_000) == ""


def test_case_and_white_space_do_not_matter() -> None:
    assert jaccard(grams("Hello  World"), grams("hello\nworld")) == 1.0
    assert jaccard(grams(""), grams("hello world")) == 0.0
    assert grams("abcdefg") == {"abcde", "bcdef", "cdefg"}


def test_many_long_texts_are_compared_fast() -> None:
    others = [f"{number} " + OTHER * 20 for number in range(300)]
    started = time.perf_counter()

    assert likeness(TEXT * 20, others) is None
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("text", "start", "ratio"),
    [
        ("", "What struck me: ___", 0.0),
        ("What struck me:", "What struck me: ___", 0.0),
        ("What struck me: the silence here", "What struck me: ___", 0.5),
        ("Something else entirely", "What struck me: ___", 1.0),
        ("Anything", "", 1.0),
    ],
)
def test_which_part_is_ones_own(text: str, start: str, ratio: float) -> None:
    assert edited_ratio(text, start) == ratio
