"""What the person saw is what readers see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.channels.conformance.bench import (
    LINK,
    TEXT,
    Bench,
    a_card,
    a_document,
    a_picture,
)
from tests.channels.conformance.harness import Harness
from vaandel.channels.adapter import Kind

WORDS = [
    TEXT,
    "Für Größe & Maß: „Straßenbahn“ – é à ç ø ß",
    "Zwei Familien 👨‍👩‍👧‍👦 und 🇳🇱🏳️‍🌈 👍🏽",
    "مدينة دافئة بدون غاز",
    "地域熱供給は四キロ",
    "a (b) [c] {d} <e> *f* _g_ ~h~ |i| \\j # @ & \"k\" 'l' <b>m</b>",
    "first line\n\nthird line\nfourth",
]


@pytest.mark.parametrize("words", WORDS)
def test_a_text_stands_to_the_letter_with_its_link(
    bench: Bench, harness: Harness, words: str
) -> None:
    account = bench.connect()
    outgoing = bench.outgoing(words)
    published = bench.publish(account, outgoing, bench.memory())
    assert published.remote_id
    assert published.permalink.startswith(("https://", "http://127.0.0.1", "http://localhost"))
    (post,) = harness.standing()
    assert post.text == outgoing.text
    assert LINK in post.text or LINK in post.links


def test_a_card_shows_what_the_link_leads_to(bench: Bench, harness: Harness) -> None:
    account = bench.connect()
    bench.publish(account, bench.outgoing(card=a_card()), bench.memory())
    (post,) = harness.standing()
    assert LINK in post.text or LINK in post.links
    if bench.adapter.abilities.card:
        assert post.card_title == "Heat for 900 homes"


def test_pictures_carry_their_alternative_texts(bench: Bench, harness: Harness) -> None:
    account = bench.connect()
    most = min(bench.adapter.abilities.pictures, harness.pictures)
    alts = ["A trench with two red pipes", "Eine Straße, ein „Rohr“ 🚧"][:most]
    pictures = [a_picture(alt) for alt in alts]
    bench.publish(account, bench.outgoing(pictures=pictures), bench.memory())
    (post,) = harness.standing()
    assert list(post.alts) == alts


def test_a_document_goes_along_where_there_are_documents(bench: Bench, harness: Harness) -> None:
    account = bench.connect()
    if bench.adapter.abilities.documents:
        bench.publish(account, bench.outgoing(document=a_document()), bench.memory())
        (post,) = harness.standing()
        assert post.document_title == "Heat in nine pages"


def test_a_text_that_is_too_long_is_refused_as_such(bench: Bench, harness: Harness) -> None:
    account = bench.connect()
    outgoing = bench.outgoing("a" * ((harness.longest or 500) + 1))
    if harness.longest is None:
        bench.publish(account, outgoing, bench.memory())
        assert len(harness.standing()) == 1
        return
    trouble = bench.refused(lambda: bench.publish(account, outgoing, bench.memory()), account)
    assert (trouble.kind, trouble.code) == (Kind.REJECTED, "too_long")
    assert harness.standing() == []


def test_too_many_at_once_come_back_at_the_moment_that_was_named(
    bench: Bench, harness: Harness
) -> None:
    account = bench.connect()
    outgoing, memory = bench.outgoing(), bench.memory()
    until = timezone.now() + timedelta(minutes=40)
    harness.throttle(until)
    trouble = bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    assert trouble.kind is Kind.THROTTLED
    assert trouble.code in {"throttled", "daily_limit"}
    assert trouble.retry_at is not None
    if harness.says_when:
        assert abs(trouble.retry_at - until) < timedelta(seconds=10)
    bench.publish(account, outgoing, memory)
    assert len(harness.standing()) == 1


def test_what_is_taken_down_is_gone_and_once_more_is_no_trouble(
    bench: Bench, harness: Harness
) -> None:
    account = bench.connect()
    published = bench.publish(account, bench.outgoing(), bench.memory())

    def take_down() -> None:
        bench.adapter.delete(bench.app, account, published.remote_id)

    if not (bench.adapter.abilities.deletes and harness.deletes):
        assert bench.refused(take_down, account).code == "cannot_delete"
        return
    take_down()
    assert harness.standing() == []
    take_down()


def test_other_words_take_the_place_of_the_first(bench: Bench, harness: Harness) -> None:
    account = bench.connect()
    published = bench.publish(account, bench.outgoing(), bench.memory())
    other = bench.outgoing("Five kilometres (not four)")

    def correct() -> None:
        again = bench.adapter.correct(bench.app, account, published.remote_id, other)
        assert again.remote_id == published.remote_id

    if not (bench.adapter.abilities.corrects and harness.corrects):
        assert bench.refused(correct, account).code == "cannot_correct"
        return
    correct()
    (post,) = harness.standing()
    assert post.text == other.text
