"""Every type of mail, in every language: what must be true of all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest
from django.conf import settings
from django.urls import resolve
from PIL import Image

from tests.factories import AngleFactory, PostFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.mails.trying import example_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview, previews
from vaandel.mailing.rendering import LINE_LENGTH, Rendered, content_of
from vaandel.organizations.models import Member
from vaandel.posts.models import MediaAsset, Post, PostPicture
from vaandel.programmes.models import Programme, Topic

NOW = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Above about 100 kB some programs cut a mail off.
MOST_BYTES = 90_000
# What people get because they take part: each must say how to stop, also to the mail program.
REGULAR = {"proposal", "digest", "urgent", "question"}
# Made by the organisation itself, so the same in every language.
OWN_WORDS = ("Heat network", "What struck me", "Alice", "Acme", "go.example.com")


class Reading(HTMLParser):
    """Links with their words, and pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[list[str]] = []
        self.pictures: list[dict[str, str]] = []
        self.language = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append([found["href"], ""])
            self._inside = True
        elif tag == "img":
            self.pictures.append(found)
        elif tag == "html":
            self.language = found.get("lang", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.links[-1][1] += data.strip()


@dataclass(frozen=True)
class Seen:
    message: OutgoingMessage
    mail: Rendered
    reading: Reading


@pytest.fixture
def reader(alice: Member, programme: Programme, topic: Topic) -> Member:
    """Owner, editor and ambassador: somebody who can get every mail."""
    enrolment = Enrolment.objects.create(
        organization=alice.organization,
        programme=programme,
        member=alice,
        state=Enrolment.State.JOINED,
    )
    enrolment.topics.add(topic)
    logo = Path(settings.MEDIA_ROOT) / "logos" / "logo.png"
    logo.parent.mkdir(parents=True)
    Image.new("RGBA", (300, 80), (90, 30, 20, 128)).save(logo)
    alice.organization.logo = "logos/logo.png"
    alice.organization.colour = "#b8472a"
    alice.organization.reply_to = "answers@acme.example"
    alice.organization.save()
    return alice


@pytest.fixture
def posts(reader: Member, programme: Programme, topic: Topic) -> list[Post]:
    made = []
    for number in range(3):
        post = PostFactory.create(
            programme=programme, title=f"Heat network {number}", summary="", published_at=NOW
        )
        post.topics.add(topic)
        AngleFactory.create(post=post, text="What struck me: ___", language="en")
        Image.new("RGB", (80, 40), "teal").save(Path(settings.MEDIA_ROOT) / f"{number}.jpg")
        picture = MediaAsset.objects.create(
            organization=reader.organization, file=f"{number}.jpg", alt="Heat network in a street"
        )
        PostPicture.objects.create(post=post, asset=picture)
        made.append(post)
    return made


def example_for(reader: Member, post: Post, language: str) -> Example:
    return example_of(
        reader, post=post, language=language, at=NOW, share_url=f"{settings.PUBLIC_URL}/p/1~a/"
    )


def seen(preview: Preview, reader: Member, post: Post, language: str) -> Seen:
    message = preview.make(example_for(reader, post, language))
    mail = content_of(message)
    reading = Reading()
    reading.feed(mail.html)
    return Seen(message, mail, reading)


every_mail = pytest.mark.parametrize("name", list(previews()))
every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_mail
@every_language
def test_a_mail_is_light_and_whole(
    name: str, language: str, reader: Member, posts: list[Post]
) -> None:
    found = seen(previews()[name], reader, posts[0], language)

    assert len(found.mail.html.encode()) < MOST_BYTES
    assert found.reading.language == language
    assert found.message.language == language
    assert found.mail.subject
    assert "!" not in found.mail.subject + found.mail.text
    assert "prefers-color-scheme" in found.mail.html
    assert not re.search(r"<script|<form|url\(|@import|data:", found.mail.html)
    assert not re.search(r"\{[{%]|%\(", found.mail.html + found.mail.text + found.mail.subject)


@every_mail
@every_language
def test_pictures_are_ours_and_none_is_a_pixel(
    name: str, language: str, reader: Member, posts: list[Post]
) -> None:
    found = seen(previews()[name], reader, posts[0], language)

    assert found.reading.pictures
    for picture in found.reading.pictures:
        assert picture["src"].startswith(f"{settings.PUBLIC_URL}/")
        assert "?" not in picture["src"]
        assert int(picture["width"]) >= 20
        assert "alt" in picture


@every_mail
@every_language
def test_links_are_ours_and_say_where_they_lead(
    name: str, language: str, reader: Member, posts: list[Post]
) -> None:
    found = seen(previews()[name], reader, posts[0], language)

    for address, words in found.reading.links:
        assert address.startswith(f"{settings.PUBLIC_URL}/"), address
        assert resolve(urlsplit(address).path).view_name
        assert words, address


@every_mail
@every_language
def test_the_plain_text_can_do_what_the_html_can(
    name: str, language: str, reader: Member, posts: list[Post]
) -> None:
    found = seen(previews()[name], reader, posts[0], language)

    plain = {urldefrag(word)[0] for word in found.mail.text.split() if "://" in word}
    for address, _words in found.reading.links:
        assert urldefrag(address)[0] in plain
    for line in found.mail.text.splitlines():
        assert len(line) <= LINE_LENGTH or "://" in line
        assert f"{settings.PUBLIC_URL}/" not in line or len(line.split()) == 1, line
    assert "<" not in found.mail.text
    assert "\n\n\n" not in found.mail.text


@every_mail
@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_nothing_stays_in_english(
    name: str, language: str, reader: Member, posts: list[Post]
) -> None:
    english = seen(previews()[name], reader, posts[0], "en").mail
    other = seen(previews()[name], reader, posts[0], language).mail

    kept = set(lines_of(english)) & set(lines_of(other))
    assert kept == set()


def lines_of(mail: Rendered) -> list[str]:
    """The lines with words of ours in them."""
    lines = [mail.subject, *mail.text.splitlines()]
    lines = [line for line in lines if "://" not in line and re.search("[a-z]", line)]
    return [line for line in lines if not any(own in line for own in OWN_WORDS)]


@every_mail
def test_headers_say_how_to_stop_and_where_answers_go(
    name: str, reader: Member, posts: list[Post]
) -> None:
    message = seen(previews()[name], reader, posts[0], "en").message

    assert ("List-Unsubscribe" in message.headers) == ("List-Unsubscribe-Post" in message.headers)
    if name in REGULAR:
        assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message.headers["List-Unsubscribe"].startswith(f"<{settings.PUBLIC_URL}/")
        assert message.headers["List-Id"]
        assert message.reply_to == "answers@acme.example"
        assert message.from_name == "Acme"
    assert message.essential == (message.tenant is None)


@every_mail
def test_mails_of_an_organisation_wear_its_colours(
    name: str, reader: Member, posts: list[Post]
) -> None:
    found = seen(previews()[name], reader, posts[0], "en")

    logos = [picture for picture in found.reading.pictures if "/logos/mail/" in picture["src"]]
    own = found.message.tenant is not None
    assert [logo["alt"] for logo in logos] == (["Acme"] if own else [])
    assert ("#b8472a" in found.mail.html) == own


@every_mail
def test_making_an_example_writes_nothing(name: str, reader: Member, posts: list[Post]) -> None:
    seen(previews()[name], reader, posts[0], "en")

    assert not OutgoingMessage.objects.exists()
    reader.user.refresh_from_db()
    assert reader.user.language == "en"
