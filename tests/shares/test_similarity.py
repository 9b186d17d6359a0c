"""A friendly hint when colleagues wrote much the same, which never says who."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import PostFactory, ShareFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.posts.models import Post
from vaandel.shares.bands import index_text
from vaandel.shares.models import Share
from vaandel.shares.services import edited_ratio
from vaandel.shares.similarity import ALIKE, BANDS, bands, grams, jaccard, likeness, whole

TEXT = "What struck me: how quiet it stayed in the street. Six weeks of open road and coffee."
NEAR = "What struck me: how quiet it stayed in our street. Six weeks of open road, and coffee!"
OTHER = "We are looking for an engineer who likes to dig. Do you know somebody in Utrecht?"


def shared(post: Post, text: str, **fields: object) -> Share:
    share = ShareFactory.create(post=post, text=text, **fields)
    index_text(share)
    return share


def look(client: Client, post: Post, text: str) -> str:
    response = client.post(f"/o/acme/posts/{post.pk}/share/look/", {"text": text})
    assert response.status_code == 200
    return response.content.decode().strip()


def test_alike_texts_give_a_hint(bob_client: Client, post: Post) -> None:
    shares = [shared(post, NEAR) for _ in range(3)]

    hint = look(bob_client, post, TEXT)

    assert "This looks like 3 posts of colleagues." in hint
    assert "That is fine." in hint
    assert "‘<mark>What struck me: how quiet it stayed in</mark>’" in hint
    for share in shares:
        assert share.enrolment is not None
        assert share.enrolment.member.user.name not in hint
    assert "our street" not in hint


def test_one_colleague_is_singular(bob_client: Client, post: Post) -> None:
    shared(post, NEAR)

    assert "This looks like a post of a colleague." in look(bob_client, post, TEXT)


@pytest.mark.parametrize(("number", "said"), [(20, "like 20 posts"), (21, "like more than 20")])
def test_the_number_stops_at_twenty(bob_client: Client, post: Post, number: int, said: str) -> None:
    for place in range(number):
        shared(post, f"{NEAR} {place}")

    assert said in look(bob_client, post, TEXT)


def test_what_does_not_count(bob_client: Client, bob_enrolment: Enrolment, post: Post) -> None:
    shared(post, TEXT, enrolment=bob_enrolment)
    shared(post, OTHER)
    shared(post, "")
    shared(post, TEXT, state=Share.State.NOT_POSTED)
    shared(PostFactory.create(programme=post.programme), TEXT)

    assert look(bob_client, post, TEXT) == ""


def test_the_hint_escapes_what_was_typed(bob_client: Client, post: Post) -> None:
    nasty = "<b>What struck me</b> how quiet it stayed in the street all those weeks"
    shared(post, nasty)

    hint = look(bob_client, post, nasty)

    assert "&lt;b&gt;What struck me&lt;/b&gt;" in hint
    assert "<b>" not in hint


def test_a_short_text_is_not_compared(bob_client: Client, post: Post) -> None:
    shared(post, "What struck me: so quiet.")

    assert look(bob_client, post, "What struck me: so quiet.") == ""


def test_a_text_that_is_too_long_is_not_compared(bob_client: Client, post: Post) -> None:
    assert look(bob_client, post, "a" * 30_000) == ""


def test_case_and_white_space_do_not_matter() -> None:
    assert jaccard(grams("Hello  World"), grams("hello\nworld")) == 1.0
    assert jaccard(grams(""), grams("hello world")) == 0.0
    assert grams("abcdefg") == {"abcde", "bcdef", "cdefg"}
    assert bands("Hello  World, hello") == bands("hello\nworld,  HELLO")
    assert whole("Hello  World") == whole("hello\nworld") != whole("hello worlds")


def test_many_long_texts_are_compared_fast() -> None:
    others = [f"{number} " + OTHER * 20 for number in range(300)]
    started = time.perf_counter()

    assert likeness(TEXT * 20, others) is None
    assert time.perf_counter() - started < 2


def test_the_fingerprint_is_the_same_in_another_process() -> None:
    asked = f"from vaandel.shares.similarity import bands; print(bands({TEXT!r}))"
    environment = {"PYTHONHASHSEED": "123"}

    told = subprocess.run(  # our own interpreter, with words of our own
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == str(bands(TEXT))
    assert len(set(bands(TEXT))) == BANDS


@given(st.text(max_size=200))
def test_any_text_has_a_fingerprint_that_fits_its_column(text: str) -> None:
    numbers = [whole(text), *bands(text)]

    assert all(-(2**63) <= number < 2**63 for number in numbers)
    assert len(numbers) == (BANDS + 1 if grams(text) else 1)


def test_nearly_all_alike_texts_have_a_band_in_common() -> None:
    """Texts that were changed word by word until they are only just alike."""
    dice = random.Random(2026)  # a seed of their own, the same every time
    words = [
        "".join(dice.choice("abcdefghijklmnoprstuvw") for _ in range(dice.randint(2, 9)))
        for _ in range(2000)
    ]
    pairs, found = 0, 0
    while pairs < 400:
        one = dice.choices(words, k=dice.randint(12, 90))
        other = [dice.choice(words) if dice.random() < 0.13 else word for word in one]
        text, changed = " ".join(one), " ".join(other)
        if not ALIKE <= jaccard(grams(text), grams(changed)) <= 0.8:
            continue
        pairs += 1
        found += not set(bands(text)).isdisjoint(bands(changed))

    assert found / pairs >= 0.95


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
