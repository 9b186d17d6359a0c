"""What an editor types is kept beside the post until it is saved or thrown away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.posts.conftest import address, form_of
from vaandel.organizations.models import Member
from vaandel.posts.models import Autosave, Post

SignIn = Callable[[Member], Client]


def test_typing_is_kept_without_changing_the_post(
    draft: Post, alice: Member, studio: Client
) -> None:
    response = studio.post(address(draft, "autosave"), form_of(draft, title="Half a tit"))

    assert (response.status_code, response.json()) == (200, {"saved": True})
    draft.refresh_from_db()
    assert (draft.title, draft.version) == ("Heat from the sewer", 1)
    kept = Autosave.objects.get(post=draft, member=alice)
    assert (kept.base_version, kept.data["title"]) == (1, ["Half a tit"])


def test_opening_it_again_offers_what_was_typed(draft: Post, studio: Client) -> None:
    studio.post(address(draft, "autosave"), form_of(draft, title="Half a title"))

    page = studio.get(address(draft)).content.decode()

    assert 'value="Half a title"' in page
    assert "did not save it yet" in page
    assert "Back to what was saved" in page


def test_what_one_editor_types_the_other_does_not_see(
    draft: Post, carol: Member, studio: Client, client_as: SignIn
) -> None:
    studio.post(address(draft, "autosave"), form_of(draft, title="Half a title"))

    page = client_as(carol).get(address(draft)).content.decode()

    assert "Half a title" not in page


def test_it_is_told_that_a_colleague_saved_since(
    draft: Post, carol: Member, studio: Client, client_as: SignIn
) -> None:
    studio.post(address(draft, "autosave"), form_of(draft, title="Half a title"))
    client_as(carol).post(address(draft), form_of(draft, summary="Carol was here."))

    page = studio.get(address(draft)).content.decode()

    assert "A colleague has saved the post since." in page


def test_saving_ends_it(draft: Post, studio: Client) -> None:
    studio.post(address(draft, "autosave"), form_of(draft, title="Half a title"))

    studio.post(address(draft), form_of(draft, title="A whole title"))

    assert not Autosave.objects.exists()
    assert "did not save it yet" not in studio.get(address(draft)).content.decode()


def test_it_can_be_thrown_away_twice(draft: Post, studio: Client) -> None:
    studio.post(address(draft, "autosave"), form_of(draft, title="Half a title"))

    answers = [studio.post(address(draft, "discard")).status_code for _press in range(2)]

    assert answers == [302, 302]
    assert not Autosave.objects.exists()
    assert "Half a title" not in studio.get(address(draft)).content.decode()


def test_half_a_form_is_kept_too(draft: Post, studio: Client) -> None:
    sent = form_of(draft, target_url="https://exa", event_at="tomorrow")

    response = studio.post(address(draft, "autosave"), sent)

    assert response.json() == {"saved": True}
    assert Autosave.objects.get().data["event_at"] == ["tomorrow"]


def test_no_nul_gets_into_the_database(draft: Post, studio: Client) -> None:
    studio.post(address(draft, "autosave"), form_of(draft, title="a\x00b"))

    assert Autosave.objects.get().data["title"] == ["ab"]


@pytest.mark.parametrize("version", ["", "0", "-1", "x", str(2**31), "9" * 40])
def test_a_version_that_cannot_be_is_refused(draft: Post, studio: Client, version: str) -> None:
    response = studio.post(address(draft, "autosave"), form_of(draft, version=version))

    assert (response.status_code, response.json()) == (422, {"saved": False})
    assert not Autosave.objects.exists()


def test_a_finished_post_keeps_nothing(draft: Post, studio: Client) -> None:
    Post.objects.filter(pk=draft.pk).update(state=Post.State.WITHDRAWN)

    assert studio.post(address(draft, "autosave"), form_of(draft)).status_code == 422
