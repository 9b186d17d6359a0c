"""The bands follow the texts: written with them, changed with them, gone with them."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import EnrolmentFactory, PostFactory, ShareFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.links.models import Link
from vaandel.posts.models import Post
from vaandel.privacy.services import delete_account
from vaandel.shares.bands import alike_texts, index_text, keep_bands
from vaandel.shares.models import Share, TextBand
from vaandel.shares.services import (
    Words,
    answer_not_posted,
    confirm_share,
    open_share,
)
from vaandel.shares.similarity import BANDS, bands

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TEXT = "What struck me: how quiet it stayed in the street. Six weeks of open road and coffee."
OTHER = "We are looking for an engineer who likes to dig. Do you know somebody in Utrecht?"


def digests(share: Share) -> set[int]:
    return set(TextBand.objects.filter(share=share).values_list("digest", flat=True))


def press(enrolment: Enrolment, post: Post, text: str, number: int = 1) -> Share:
    return open_share(
        enrolment=enrolment,
        post=post,
        words=Words(channel="linkedin", text=text),
        press=uuid.UUID(int=number),
        at=NOW,
    )


def test_a_press_notes_its_text_and_the_last_words_count(
    bob_enrolment: Enrolment, post: Post
) -> None:
    share = press(bob_enrolment, post, TEXT)
    first = digests(share)

    press(bob_enrolment, post, OTHER)

    assert set(bands(TEXT)) < first
    assert set(bands(OTHER)) < digests(share)
    assert digests(share).isdisjoint(first)
    assert len(first) == len(digests(share)) == BANDS + 1


def test_a_short_text_is_noted_as_a_whole_and_an_empty_one_not_at_all(
    bob_enrolment: Enrolment, post: Post
) -> None:
    assert len(digests(press(bob_enrolment, post, "So quiet.", 1))) == 1
    assert digests(press(bob_enrolment, post, "", 2)) == set()


def test_what_was_not_posted_is_not_compared_until_it_was(
    bob_enrolment: Enrolment, post: Post
) -> None:
    share = press(bob_enrolment, post, TEXT)

    answer_not_posted(share=share, at=NOW)
    assert digests(share) == set()
    assert keep_bands() == 0

    confirm_share(share=share, at=NOW)
    assert keep_bands() == 1
    assert len(digests(share)) == BANDS + 1


def test_the_clock_notes_what_is_missing_and_drops_what_is_over(post: Post) -> None:
    old, empty = ShareFactory.create(post=post, text=TEXT), ShareFactory.create(post=post, text="")
    over = PostFactory.create(programme=post.programme, state=Post.State.EXPIRED)
    ended = ShareFactory.create(post=over, text=TEXT)
    index_text(ended)

    assert keep_bands() == 2
    assert keep_bands() == 0
    assert len(digests(old)) == BANDS + 1
    assert digests(empty) == digests(ended) == set()


def test_bands_go_with_the_person(bob_enrolment: Enrolment, post: Post) -> None:
    share = press(bob_enrolment, post, TEXT)
    other = press(EnrolmentFactory.create(programme=post.programme), post, TEXT, 2)

    delete_account(user=bob_enrolment.member.user, at=NOW)

    assert digests(share) == set()
    assert len(digests(other)) == BANDS + 1


def test_a_look_asks_two_questions_at_most(bob_enrolment: Enrolment, post: Post) -> None:
    with CaptureQueriesContext(
        connection,
    ) as none:
        assert alike_texts(post, bob_enrolment, TEXT) is None
    for _ in range(3):
        index_text(ShareFactory.create(post=post, text=TEXT))
    with CaptureQueriesContext(connection) as three:
        found = alike_texts(post, bob_enrolment, TEXT)

    assert found is not None
    assert found.count == 3
    assert (len(none), len(three)) == (1, 2)


def test_a_short_text_asks_nothing(bob_enrolment: Enrolment, post: Post) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert alike_texts(post, bob_enrolment, "So quiet.") is None

    assert len(queries) == 0


def many(post: Post, texts: list[str]) -> None:
    enrolment = EnrolmentFactory.create(programme=post.programme)
    organization = post.organization
    links = Link.objects.bulk_create(
        Link(organization=organization, code=f"bulk{n}", target_url="https://acme.example/")
        for n in range(len(texts))
    )
    Share.objects.bulk_create(
        Share(
            organization=organization,
            post=post,
            enrolment=enrolment,
            link=link,
            press=uuid.UUID(int=1000 + number),
            channel="linkedin",
            language="en",
            text=text,
        )
        for number, (link, text) in enumerate(zip(links, texts, strict=True))
    )
    while keep_bands():
        pass


@pytest.mark.slow
@pytest.mark.parametrize("same", [True, False], ids=["all identical", "all different"])
def test_two_thousand_texts_take_no_longer_than_twenty(
    bob_enrolment: Enrolment, post: Post, same: bool
) -> None:
    many(post, [TEXT if same else f"{number:x} {number * 7919} " * 20 for number in range(2000)])
    alike_texts(post, bob_enrolment, TEXT)
    started = time.perf_counter()

    found = alike_texts(post, bob_enrolment, TEXT)

    assert time.perf_counter() - started < 0.1
    assert (found is not None and found.is_many) == same
