"""What goes along with a text: pictures, the card of a link, or a document."""

from __future__ import annotations

import io
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from PIL import Image

from tests.posts.conftest import picture_bytes
from vaandel.channels.adapter import Abilities, Kind, Picture, Trouble
from vaandel.channels.adapters import ADAPTERS
from vaandel.posts.models import MediaAsset, Post, PostDocument, PostPicture
from vaandel.posts.services import attach_picture, store_picture
from vaandel.shares.publishing.drawn import Drawn
from vaandel.shares.publishing.media import Parts, parts_of

LINKEDIN = ADAPTERS["linkedin"].abilities
BLUESKY = ADAPTERS["bluesky"].abilities


def add_picture(post: Post, alt: str = "A pump", size: tuple[int, int] = (800, 600)) -> MediaAsset:
    asset = store_picture(
        organization=post.organization,
        content=picture_bytes(size=size),
        alt=alt,
        by=None,
        at=timezone.now(),
    )
    attach_picture(post=post, asset=asset)
    return asset


def bytes_of(stored: FieldFile) -> bytes:
    with stored.open("rb") as file:
        return bytes(file.read())


def test_pictures_in_their_order_with_their_descriptions(post: Post, settings: Any) -> None:
    settings.PUBLIC_URL = "https://share.acme.example"
    first, second = add_picture(post, "A pump"), add_picture(post, "A pipe", (100, 300))

    parts = parts_of(post, "pictures", abilities=LINKEDIN)

    assert [(each.alt, each.width, each.height) for each in parts.pictures] == [
        ("A pump", 800, 600),
        ("A pipe", 100, 300),
    ]
    assert [each.content for each in parts.pictures] == [
        bytes_of(first.file),
        bytes_of(second.file),
    ]
    assert parts.pictures[0].public_url == f"https://share.acme.example{first.file.url}"
    assert parts.pictures[0].media_type == "image/jpeg"
    assert (parts.card, parts.document) == (None, None)


def test_no_more_pictures_than_the_network_takes(post: Post) -> None:
    for number in range(3):
        add_picture(post, f"Number {number}")

    parts = parts_of(post, "pictures", abilities=Abilities(pictures=2))

    assert [each.alt for each in parts.pictures] == ["Number 0", "Number 1"]


def test_a_picture_that_is_too_heavy_for_a_network_is_drawn_anew(post: Post) -> None:
    asset = add_picture(post)

    few = Abilities(pictures=4, picture_bytes=asset.file.size - 1)
    drawn = parts_of(post, "pictures", abilities=few).pictures[0]

    assert len(drawn.content) < asset.file.size
    assert parts_of(post, "pictures", abilities=LINKEDIN).pictures[0].content != drawn.content


def test_the_card_has_the_picture_cut_for_it_and_says_its_true_size(post: Post) -> None:
    asset = add_picture(post, size=(900, 900))

    card = parts_of(post, "card", abilities=BLUESKY).card_for("https://vnd.example/abc")

    assert card is not None
    assert (card.url, card.title, card.description) == (
        "https://vnd.example/abc",
        post.title,
        post.summary,
    )
    assert card.picture is not None
    assert (card.picture.width, card.picture.height, card.picture.alt) == (1200, 630, "A pump")
    assert card.picture.content == bytes_of(asset.card)


def test_a_picture_from_before_there_were_sizes_is_on_the_card_as_it_is(post: Post) -> None:
    asset = MediaAsset(organization=post.organization, alt="Old", width=1, height=1)
    asset.file.save("old-picture.png", ContentFile(picture_bytes("PNG", (300, 200))))
    PostPicture.objects.create(post=post, asset=asset)

    card = parts_of(post, "card", abilities=LINKEDIN).card

    assert card is not None
    assert card.picture is not None
    assert (card.picture.width, card.picture.height, card.picture.media_type) == (
        300,
        200,
        "image/png",
    )


def test_a_card_without_picture(post: Post) -> None:
    card = parts_of(post, "card", abilities=LINKEDIN).card

    assert card is not None
    assert card.picture is None
    assert parts_of(post, "", abilities=LINKEDIN) == Parts()
    assert Parts().card_for("https://vnd.example/abc") is None


def test_drawn_once_for_all_who_share_it_and_described_as_it_is_now(post: Post) -> None:
    asset = add_picture(post, "A pump")
    parts_of(post, "pictures", abilities=LINKEDIN)
    Path(asset.file.path).unlink()
    asset.alt = "A new pump"
    asset.save()

    kept = parts_of(post, "pictures", abilities=LINKEDIN).pictures[0]

    assert (kept.alt, kept.width) == ("A new pump", 800)


@pytest.mark.parametrize("kind", ["pictures", "card", "document"])
def test_what_is_not_there_any_more_is_for_the_person_to_decide(post: Post, kind: str) -> None:
    asset = add_picture(post)
    document = PostDocument(organization=post.organization, post=post, size=3, pages=1)
    document.file.save("plan.pdf", ContentFile(b"PDF"))
    for stored in (asset.file, asset.card, document.file):
        Path(stored.path).unlink()

    with pytest.raises(Trouble) as refused:
        parts_of(post, kind, abilities=LINKEDIN)

    assert (refused.value.kind, refused.value.code) == (Kind.REJECTED, "refused_media")


def test_a_damaged_file_is_for_the_person_to_decide(post: Post) -> None:
    asset = add_picture(post)
    Path(asset.file.path).write_bytes(bytes_of(asset.file)[:300])

    with pytest.raises(Trouble) as refused:
        parts_of(post, "pictures", abilities=LINKEDIN)

    assert (refused.value.kind, refused.value.code) == (Kind.REJECTED, "refused_media")


def test_a_store_that_fails_for_a_moment_is_tried_again(post: Post) -> None:
    asset = add_picture(post)
    path = Path(asset.file.path)
    path.unlink()
    path.mkdir()

    with pytest.raises(Trouble) as later:
        parts_of(post, "pictures", abilities=LINKEDIN)

    assert later.value.kind is Kind.TRANSIENT


def test_the_document_as_it_was_uploaded(post: Post) -> None:
    document = PostDocument(
        organization=post.organization, post=post, name="Plan 2027.pdf", size=8, pages=2
    )
    document.file.save("x.pdf", ContentFile(b"%PDF-1.7"))

    sent = parts_of(post, "document", abilities=LINKEDIN).document

    assert sent is not None
    assert (sent.content, sent.name, sent.title) == (b"%PDF-1.7", "Plan 2027.pdf", post.title)


def a_picture(size: int) -> Picture:
    return Picture(content=bytes(size), media_type="image/jpeg", width=1, height=1)


class Maker:
    """Counts how often something was made."""

    def __init__(self, size: int = 10, pause: float = 0) -> None:
        self.size = size
        self.pause = pause
        self.made = 0

    def __call__(self) -> Picture:
        self.made += 1
        time.sleep(self.pause)
        return a_picture(self.size)


def test_the_longest_unused_goes_first() -> None:
    drawn, one, two, three = Drawn(most_bytes=25), Maker(), Maker(), Maker()
    drawn.get("one", one)
    drawn.get("two", two)
    drawn.get("one", one)
    drawn.get("three", three)

    drawn.get("one", one)
    drawn.get("three", three)
    assert (one.made, two.made, three.made) == (1, 1, 1)
    drawn.get("two", two)
    assert two.made == 2


def test_one_that_is_larger_than_all_room_is_not_kept() -> None:
    drawn, large = Drawn(most_bytes=25), Maker(26)

    assert len(drawn.get("large", large).content) == 26
    drawn.get("large", large)
    assert large.made == 2


def test_what_could_not_be_made_is_tried_again() -> None:
    drawn, maker = Drawn(most_bytes=25), Maker()

    def fail() -> Picture:
        raise Trouble(Kind.REJECTED, "refused_media")

    with pytest.raises(Trouble):
        drawn.get("one", fail)
    assert drawn.get("one", maker) == a_picture(10)


def test_threads_that_need_the_same_make_it_once() -> None:
    drawn, maker = Drawn(most_bytes=25), Maker(pause=0.05)
    threads = [threading.Thread(target=drawn.get, args=("one", maker)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert maker.made == 1


def test_a_whole_photo_for_bluesky(post: Post) -> None:
    add_picture(post, size=(4000, 3000))

    picture = parts_of(post, "pictures", abilities=BLUESKY).pictures[0]

    assert len(picture.content) <= 976 * 1024
    assert Image.open(io.BytesIO(picture.content)).size == (picture.width, picture.height)
