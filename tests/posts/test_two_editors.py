"""Two editors at once, and what was typed but not saved: nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from tests.posts.conftest import address, form_of
from vaandel.organizations.models import Member
from vaandel.posts import services
from vaandel.posts.models import Autosave, Post
from vaandel.posts.services import Content, EditedMeanwhile

CHOSEN = 'value="{}" checked'


@pytest.fixture
def second(carol: Member, client_as: Callable[[Member], Client]) -> Client:
    return client_as(carol)


def test_saving_on_an_older_version_is_refused(draft: Post, alice: Member, carol: Member) -> None:
    content = Content(fields={"title": "First"})
    services.save_post(post=draft, version=1, content=content, by=alice, at=timezone.now())

    with pytest.raises(EditedMeanwhile) as meanwhile:
        services.save_post(
            post=draft, version=1, content=Content(fields={"title": "Second"}), by=carol,
            at=timezone.now(),
        )  # fmt: skip

    assert (meanwhile.value.post.title, meanwhile.value.post.version) == ("First", 2)


def test_both_texts_stand_side_by_side(draft: Post, studio: Client, second: Client) -> None:
    opened = form_of(draft)
    studio.post(address(draft), {**opened, "title": "Alice was here", "summary": "From Alice"})

    response = second.post(address(draft), {**opened, "title": "Carol was here"})

    assert response.status_code == 409
    page = response.content.decode()
    assert "Alice was here" in page
    assert "Carol was here" in page
    # Both changed the title: Carol's own words are proposed. Only Alice changed the summary.
    assert 'name="keep_title" value="mine" checked' in page
    assert 'name="keep_summary" value="theirs" checked' in page
    assert page.count('class="conflict-pair"') == 2
    # Nothing is lost: in the form and in what was kept.
    assert 'value="Carol was here"' in page
    kept = Autosave.objects.get(post=draft)
    assert kept.data["title"] == ["Carol was here"]
    draft.refresh_from_db()
    assert draft.title == "Alice was here"


def test_saving_the_choices_settles_it(draft: Post, studio: Client, second: Client) -> None:
    opened = form_of(draft)
    studio.post(
        address(draft),
        {**opened, "title": "Alice", "summary": "From Alice", "angle_en_1": "By Alice ___"},
    )
    mine = {**opened, "title": "Carol", "please_do": "By Carol"}
    second.post(address(draft), mine)

    settled = second.post(
        address(draft),
        {
            **mine,
            "version": "2",
            "keep_title": "mine",
            "keep_summary": "theirs",
            "keep_angle_en_1": "theirs",
            "keep_please_do": "mine",
        },
    )

    assert settled.status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.summary, draft.please_do) == ("Carol", "From Alice", "By Carol")
    assert [angle.text for angle in draft.angles.order_by("position")] == [
        "What struck me: ___", "By Alice ___",
    ]  # fmt: skip
    assert not Autosave.objects.exists()


def test_what_is_chosen_may_still_be_wrong_and_stays(
    draft: Post, studio: Client, second: Client
) -> None:
    opened = form_of(draft)
    studio.post(address(draft), {**opened, "title": "Alice"})
    second.post(address(draft), {**opened, "title": "Carol"})

    response = second.post(
        address(draft),
        {**opened, "title": "Carol", "version": "2", "keep_title": "theirs", "target_url": "no"},
    )

    assert response.status_code == 422
    assert 'value="Alice"' in response.content.decode()


def test_the_same_words_twice_are_no_conflict(draft: Post, studio: Client) -> None:
    sent = form_of(draft, title="Once")

    answers = [studio.post(address(draft), sent).status_code for _press in range(2)]

    assert answers == [302, 302]
    draft.refresh_from_db()
    assert draft.version == 2


@pytest.mark.parametrize("base", ["", "not json", "[1]", "{}"])
def test_damaged_marks_lose_nothing(draft: Post, studio: Client, second: Client, base: str) -> None:
    opened = form_of(draft)
    studio.post(address(draft), {**opened, "title": "Alice"})

    response = second.post(address(draft), {**opened, "title": "Carol", "base": base})

    assert response.status_code == 409
    assert 'name="keep_title" value="mine" checked' in response.content.decode()


def test_every_kind_of_field_is_shown_in_words(
    draft: Post, studio: Client, second: Client, bob: Member
) -> None:
    opened = form_of(draft)
    studio.post(
        address(draft),
        {
            **opened, "topics": [], "language": "fr", "no_facts": "on", "contact": "Bob Sharer",
            "expires_at": "2030-01-15T09:30", "audience_languages": ["nl", "fr"],
        },
    )  # fmt: skip

    page = second.post(address(draft), {**opened, "title": "Carol"}).content.decode()

    for words in (
        "Heat networks", "(empty)", "Français", "yes", "Bob Sharer", "15 January 2030, 09:30",
        "Français, Nederlands",
    ):  # fmt: skip
        assert f'<span class="conflict-text">{words}</span>' in page


def test_using_the_colleagues_version(draft: Post, studio: Client, second: Client) -> None:
    opened = form_of(draft)
    studio.post(address(draft), {**opened, "title": "Alice"})
    second.post(address(draft), {**opened, "title": "Carol"})

    page = second.post(address(draft, "discard"), follow=True).content.decode()

    assert 'value="Alice"' in page
    assert not Autosave.objects.exists()


class TestAutosave:
    def test_what_is_typed_is_kept_and_offered_again(
        self, draft: Post, studio: Client, second: Client
    ) -> None:
        kept = studio.post(address(draft, "autosave"), form_of(draft, title="Typed so far"))

        assert (kept.status_code, kept.json()) == (200, {"saved": True})
        draft.refresh_from_db()
        assert (draft.title, draft.version) == ("Heat from the sewer", 1)
        page = studio.get(address(draft)).content.decode()
        assert "and did not save it yet." in page
        assert 'value="Typed so far"' in page
        assert "Typed so far" not in second.get(address(draft)).content.decode()

    def test_half_a_thought_is_kept_too(self, draft: Post, studio: Client) -> None:
        response = studio.post(
            address(draft, "autosave"), form_of(draft, target_url="htt", title="x" * 300)
        )

        assert response.status_code == 200
        assert 'value="htt"' in studio.get(address(draft)).content.decode()

    def test_saving_and_going_back_both_end_it(self, draft: Post, studio: Client) -> None:
        studio.post(address(draft, "autosave"), form_of(draft, title="Typed"))
        studio.post(address(draft, "discard"))
        assert not Autosave.objects.exists()

        studio.post(address(draft, "autosave"), form_of(draft, title="Typed"))
        studio.post(address(draft), form_of(draft, title="Saved"))
        assert not Autosave.objects.exists()

    def test_on_an_older_version_it_says_so_and_ends_in_both_texts(
        self, draft: Post, studio: Client, second: Client
    ) -> None:
        opened = form_of(draft)
        second.post(address(draft, "autosave"), {**opened, "title": "Carol typed"})
        studio.post(address(draft), {**opened, "title": "Alice saved"})

        page = second.get(address(draft)).content.decode()
        saved = second.post(address(draft), {**opened, "title": "Carol typed"})

        assert "When you save, you see both versions." in page
        assert saved.status_code == 409

    def test_nul_characters_are_left_out(self, draft: Post, studio: Client) -> None:
        response = studio.post(address(draft, "autosave"), form_of(draft, title="a\x00b"))

        assert response.status_code == 200
        assert Autosave.objects.get().data["title"] == ["ab"]

    def test_a_closed_text_keeps_nothing(self, draft: Post, alice: Member, studio: Client) -> None:
        services.publish_post(post=draft, by=alice, at=timezone.now())
        services.withdraw_post(post=draft, by=alice, reason="Wrong", at=timezone.now())
        draft.refresh_from_db()

        assert studio.post(address(draft, "autosave"), form_of(draft)).status_code == 422
        assert not Autosave.objects.exists()
