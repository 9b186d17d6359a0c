"""Making, changing and taking down posts on the practice network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from vaandel.accounts.models import User
from vaandel.accounts.pictures import NotAPicture, on_white, opened, saved
from vaandel.channels.counting import mastodon
from vaandel.demo.models import PracticePicture, PracticePost, new_key

MOST_CHARACTERS: Final = 500
MOST_PICTURES: Final = 4
LONGEST_ALT: Final = 1500


class NotTaken(Exception):
    """What was sent is no post or picture; the message says why, as Mastodon does."""


def make_post(
    *, author: User, text: str, language: str, key: str, pictures: Sequence[str], at: datetime
) -> PracticePost:
    """The same ``key`` twice is one post. ``pictures`` are ids; raises ``NotTaken``."""
    key = key[:100] or new_key()
    known = PracticePost.objects.filter(author=author, key=key).first()
    if known is not None:
        return known
    _check(text, pictures)
    try:
        with transaction.atomic():
            post = PracticePost.objects.create(
                author=author, key=key, text=text, language=language[:10], created_at=at
            )
            _put(pictures, post)
    except IntegrityError:
        return PracticePost.objects.get(author=author, key=key)
    return post


@transaction.atomic
def change_post(*, post: PracticePost, text: str, pictures: Sequence[str], at: datetime) -> None:
    """Pictures that are not among these ids are taken away; raises ``NotTaken``."""
    _check(text, pictures)
    post.text, post.edited_at = text, at
    post.save(update_fields=["text", "edited_at"])
    for picture in post.pictures.exclude(pk__in=_numbers(pictures)):
        _forget(picture)
    _put(pictures, post)


@transaction.atomic
def delete_post(post: PracticePost) -> None:
    for picture in post.pictures.all():
        _forget(picture)
    post.delete()


def add_picture(*, author: User, content: bytes, alt: str) -> PracticePicture:
    """Drawn anew, without anything in it but what is seen; raises ``NotTaken``."""
    try:
        drawn = saved(on_white(opened(content)), "JPEG")
    except NotAPicture as error:
        raise NotTaken("Validation failed: File content type is invalid") from error
    file = ContentFile(drawn, name="picture.jpg")
    return PracticePicture.objects.create(author=author, file=file, alt=alt[:LONGEST_ALT])


def _check(text: str, pictures: Sequence[str]) -> None:
    if not text.strip() and not pictures:
        raise NotTaken("Validation failed: Text can't be blank")
    if mastodon(text) > MOST_CHARACTERS:
        raise NotTaken(f"Validation failed: Text character limit of {MOST_CHARACTERS} exceeded")
    if len(pictures) > MOST_PICTURES:
        raise NotTaken(f"Validation failed: Cannot attach more than {MOST_PICTURES} files")


def _put(pictures: Sequence[str], post: PracticePost) -> None:
    mine = PracticePicture.objects.filter(pk__in=_numbers(pictures), author=post.author_id)
    mine.filter(post=None).update(post=post)


def _numbers(pictures: Sequence[str]) -> list[int]:
    return [int(each) for each in pictures if each.isdecimal() and len(each) < 19]


def _forget(picture: PracticePicture) -> None:
    transaction.on_commit(lambda: picture.file.storage.delete(picture.file.name or ""))
    picture.delete()
