"""Two editors on one post: nobody's words are lost, and one press counts once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.posts.conftest import address, form_of
from vaandel.organizations.models import AuditEntry, Member
from vaandel.posts.models import Angle, Autosave, Post


@pytest.fixture
def second(carol: Member, client_as: Callable[[Member], Client]) -> Client:
    return client_as(carol)


def test_the_second_editor_sees_both_texts(draft: Post, studio: Client, second: Client) -> None:
    opened = form_of(draft)
    studio.post(address(draft), {**opened, "title": "Alice's words"})

    response = second.post(address(draft), {**opened, "title": "Carol's words"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "A colleague saved this post in the meantime" in page
    assert "Alice&#x27;s words" in page
    assert "Carol&#x27;s words" in page
    draft.refresh_from_db()
    assert (draft.title, draft.version) == ("Alice's words", 2)


def test_what_the_second_editor_typed_is_kept(
    draft: Post, carol: Member, studio: Client, second: Client
) -> None:
    opened = form_of(draft)
    studio.post(address(draft), {**opened, "title": "Alice's words"})

    second.post(address(draft), {**opened, "title": "Carol's words"})

    kept = Autosave.objects.get(post=draft, member=carol)
    assert kept.data["title"] == ["Carol's words"]


def test_only_what_somebody_changed_is_chosen_as_theirs(
    draft: Post, studio: Client, second: Client
) -> None:
    opened = form_of(draft)
    studio.post(address(draft), {**opened, "title": "Alice's title"})

    response = second.post(address(draft), {**opened, "summary": "Carol's summary"})

    chosen = {row.name: row.take_theirs for row in response.context["differences"]}
    assert chosen == {"title": True, "summary": False}


def test_the_choices_settle_it(draft: Post, studio: Client, second: Client) -> None:
    opened = form_of(draft)
    studio.post(address(draft), {**opened, "title": "Alice's title"})
    mine = {**opened, "title": "Carol's title", "summary": "Carol's summary"}
    second.post(address(draft), mine)

    settled = {**mine, "version": "2", "keep_title": "theirs", "keep_summary": "mine"}
    response = second.post(address(draft), settled)

    assert response.status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.summary) == ("Alice's title", "Carol's summary")
    assert draft.version == 3
    assert not Autosave.objects.filter(post=draft).exists()


def test_angles_are_compared_one_by_one(draft: Post, studio: Client, second: Client) -> None:
    opened = form_of(draft)
    studio.post(address(draft), {**opened, "angle_en_0": "Alice starts: ___"})

    response = second.post(address(draft), {**opened, "angle_en_1": "Carol starts: ___"})

    names = [row.name for row in response.context["differences"]]
    assert names == ["angle_en_0", "angle_en_1"]
    assert [row.text for row in Angle.objects.filter(post=draft)] == ["Alice starts: ___"]


def test_the_same_words_twice_are_no_conflict(draft: Post, studio: Client) -> None:
    sent = form_of(draft, title="A better title")

    answers = [studio.post(address(draft), sent).status_code for _press in range(2)]

    assert answers == [302, 302]
    draft.refresh_from_db()
    assert (draft.title, draft.version) == ("A better title", 2)


def test_pressing_publish_twice_publishes_once_and_says_so(draft: Post, studio: Client) -> None:
    sent = form_of(draft, action="publish")
    studio.post(address(draft), sent)

    response = studio.post(address(draft), sent, follow=True)

    assert "That has been done already." in response.content.decode()
    assert AuditEntry.objects.filter(action="post.published").count() == 1
