"""What may be written in a share, the line about the employer, and what comes back to be mended."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from tests.factories import PostFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.links.models import Link
from vaandel.posts.models import Angle, CommercialClass, Post
from vaandel.shares.models import Share
from vaandel.shares.services import TextTooLong, Words, open_share


def test_without_a_start_the_words_are_ones_own(press: Any) -> None:
    press("x", text="All mine")

    share = Share.objects.select_related("link").get()
    assert share.edited_share == 1.0
    assert parse_qs(urlsplit(share.link.target_url).query)["utm_content"] == ["own"]


def test_no_words_of_ones_own_is_allowed(press: Any) -> None:
    response = press("x", json=True, text="  \n ")

    assert response.json()["text"].startswith("I work at Acme. http")
    assert (Share.objects.get().text, Share.objects.get().edited_share) == ("", 0.0)


def test_too_long_is_explained_and_nothing_is_lost(press: Any, settings: Any) -> None:
    settings.LINK_URL = "https://go.acme.nl"
    text = "a" * 300

    response = press("x", text=text)

    page = response.content.decode()
    assert response.status_code == 422
    assert "61 characters too long for X. Shorten your text, or choose another place." in page
    assert f"\n{text}</textarea>" in page
    assert (Share.objects.count(), Link.objects.count()) == (0, 0)
    problems = press("x", json=True, text=text).json()["problems"]
    assert problems == ["61 characters too long for X. Shorten your text, or choose another place."]


def test_one_too_many_is_singular(press: Any, settings: Any) -> None:
    settings.LINK_URL = "https://go.acme.nl"

    problems = press("x", json=True, text="a" * 240).json()["problems"]

    assert problems[0].startswith("1 character too long for X.")


def test_a_text_of_100_kb_comes_back_whole(press: Any) -> None:
    text = "word " * 20_000

    response = press("linkedin", text=text)

    page = response.content.decode()
    assert response.status_code == 422
    assert "This is too long for any network. Shorten your text." in page
    assert text.rstrip() in page


def test_a_gap_is_filled_first(press: Any) -> None:
    response = press("linkedin", text="What struck me: ___")

    assert response.status_code == 422
    assert "There is still a gap (___) in your text." in response.content.decode()
    assert Share.objects.count() == 0


def test_odd_characters_are_kept_or_taken_out(press: Any) -> None:
    text = "a\x00b \u202eRTL مرحبا 👩🏽‍🚀\r\nline <script>alert(1)</script>"

    sent = press("copy", json=True, text=text).json()["text"]

    assert sent.startswith("ab \u202eRTL مرحبا 👩🏽‍🚀\nline <script>alert(1)</script>\n\nI work")


def test_a_second_press_may_not_grow_too_long(post: Post, bob_enrolment: Enrolment) -> None:
    number, now = uuid.uuid4(), timezone.now()
    open_share(enrolment=bob_enrolment, post=post, words=Words(channel="x"), press=number, at=now)

    with pytest.raises(TextTooLong) as caught:
        open_share(
            enrolment=bob_enrolment,
            post=post,
            words=Words(channel="x", text="a" * 290),
            press=number,
            at=now,
        )

    assert caught.value.excess > 0


@pytest.mark.parametrize("text", [{"channel": "hyves"}, {"press": "no-uuid"}])
def test_a_form_that_was_tampered_with(press: Any, text: dict[str, str]) -> None:
    assert press(**text).status_code == 422
    assert Share.objects.count() == 0


def test_mastodon_needs_a_server(press: Any) -> None:
    refused = press("mastodon", text="Hi", instance="not a server")
    accepted = press("mastodon", json=True, text="Hi", instance="@bob@Mastodon.example")

    assert refused.status_code == 422
    assert "Write the name of your server" in refused.content.decode()
    assert accepted.json()["dialog"].startswith("https://mastodon.example/share?text=Hi%0A%0AI")
    assert Share.objects.get().instance == "mastodon.example"


def test_only_a_start_that_was_offered_counts(press: Any, post: Post) -> None:
    elsewhere = Angle.objects.create(
        organization=post.organization,
        post=PostFactory.create(programme=post.programme),
        language="en",
        text="Not here: ___",
    )

    press("linkedin", text="Hi", angle=elsewhere.pk)

    assert Share.objects.get().angle is None


def test_the_line_in_ones_own_words(press: Any) -> None:
    press("linkedin", text="Hi", disclosure="own", own_disclosure="  Proud of\nACME  since 2019 ")

    assert Share.objects.get().disclosure == "Proud of ACME since 2019"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"disclosure": "own", "own_disclosure": "I like heat"}, "Name Acme, or put a link"),
        ({"disclosure": "none"}, "In this post your employer has to be named."),
    ],
)
def test_a_line_that_does_not_do(
    press: Any, post: Post, fields: dict[str, str], words: str
) -> None:
    Post.objects.filter(pk=post.pk).update(commercial_class=CommercialClass.PRODUCT)

    response = press("linkedin", text="Kept words", **fields)

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "\nKept words</textarea>" in page


def test_the_line_may_be_left_out_of_news(press: Any) -> None:
    answer = press("linkedin", json=True, text="Hi", disclosure="none").json()

    assert answer["text"] == "Hi"
    assert Share.objects.get().disclosure == ""
