"""A colleague's own story: sending it in, and seeing what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.posts.conftest import picture_bytes
from vaandel.organizations.models import Member
from vaandel.posts import services
from vaandel.posts.models import MediaAsset, Occasion, Post, Submission
from vaandel.posts.queries import new_submissions
from vaandel.programmes.models import Programme

STORY = "/o/acme/story/"
FILLED = {
    "occasion": "DELIVERED",
    "title": "We crossed the quay",
    "answer_1": "We laid the last pipe.",
    "answer_2": "",
    "answer_3": "900 homes are warm.",
    "wants_to_read_along": "on",
}


@pytest.fixture
def reader(bob: Member, client_as: Callable[[Member], Client]) -> Client:
    return client_as(bob)


def sent(client: Client, **changes: Any) -> Any:
    return client.post(STORY, FILLED | changes)


def test_a_story_lands_in_the_inbox(reader: Client, bob: Member) -> None:
    response = sent(reader)

    assert response.headers["Location"] == STORY
    story = Submission.objects.get()
    assert (story.member, story.occasion, story.title) == (bob, "DELIVERED", FILLED["title"])
    assert story.answers == ["We laid the last pipe.", "", "900 homes are warm."]
    assert (story.wants_to_read_along, story.state) == (True, "NEW")
    assert new_submissions() == [story]


def test_two_presses_are_one_story(reader: Client) -> None:
    for _press in range(2):
        sent(reader)

    assert Submission.objects.count() == 1


def test_two_presses_with_a_photo_are_one_story_with_one_photo(reader: Client) -> None:
    for _press in range(2):
        photo = SimpleUploadedFile("quay.jpg", picture_bytes())
        sent(reader, picture=photo, alt="The quay")

    assert Submission.objects.count() == 1
    assert MediaAsset.objects.count() == 1


def test_a_photo_goes_along_with_its_description(reader: Client, bob: Member) -> None:
    sent(reader, picture=SimpleUploadedFile("quay.jpg", picture_bytes()), alt="The quay at dusk")

    asset = Submission.objects.get().picture
    assert asset is not None
    assert (asset.alt, asset.uploaded_by) == ("The quay at dusk", bob)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": " "}, "Give it one line, as you would say it over coffee."),
        ({"answer_1": "", "answer_3": " "}, "Answer at least one question."),
        ({"occasion": "HOLIDAY"}, "Select a valid choice."),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"answer_2": "x" * 2001}, "This is too long: at most 2000 characters."),
        ({"title": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_what_is_not_right_is_said_and_what_was_typed_stays(
    reader: Client, changes: dict[str, str], said: str
) -> None:
    response = sent(reader, **changes)

    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    if "answer_1" not in changes:
        assert "We laid the last pipe." in page
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "alt", "said"),
    [
        ("quay.jpg", picture_bytes(), "", "Say in a few words what is on the photo."),
        ("quay.svg", b"<svg><script>alert(1)</script></svg>", "x", "is not a JPEG, PNG, WebP"),
        ("quay.jpg", picture_bytes()[:200], "x", "is damaged"),
        ("big.jpg", b"\xff\xd8" + b"0" * (10 * 1024 * 1024), "x", "is larger than 10 MB"),
    ],
)
def test_a_photo_that_cannot_be_used(
    reader: Client, name: str, content: bytes, alt: str, said: str
) -> None:
    response = sent(reader, picture=SimpleUploadedFile(name, content), alt=alt)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Submission.objects.exists()


def test_the_occasion_of_today_is_chosen_already(reader: Client) -> None:
    chosen = reader.get(f"{STORY}?occasion=VISIT").content.decode()
    nonsense = reader.get(f"{STORY}?occasion=%3Cb%3E").content.decode()

    assert re.search(r'value="VISIT"[^>]* checked', chosen)
    assert not re.search(r'name="occasion"[^>]* checked', nonsense)


def test_drafts_stay_on_the_device(reader: Client) -> None:
    page = reader.get(STORY).content.decode()

    assert page.count("data-keep=") == 4


class TestWhatBecameOfIt:
    @pytest.fixture(autouse=True)
    def story(self, bob: Member) -> Submission:
        return services.submit_story(
            member=bob,
            occasion=Occasion.OTHER,
            title="Ten years",
            answers=["At the desk"],
            picture=None,
            wants_to_read_along=True,
            at=timezone.now(),
        )

    def page(self, reader: Client) -> str:
        return reader.get(STORY).content.decode()

    def test_first_it_waits(self, reader: Client) -> None:
        assert "Waits in the editors’ inbox" in self.page(reader)

    def test_somebody_elses_is_not_there(
        self, alice: Member, client_as: Callable[[Member], Client]
    ) -> None:
        assert "Ten years" not in client_as(alice).get(STORY).content.decode()

    def test_not_used_is_said(self, story: Submission, alice: Member, reader: Client) -> None:
        assert services.dismiss_submission(submission=story, by=alice, at=timezone.now())
        assert not services.dismiss_submission(submission=story, by=alice, at=timezone.now())

        assert "Not used this time" in self.page(reader)
        assert services.restore_submission(submission=story)
        assert not services.restore_submission(submission=story)

    def test_one_reads_along_while_it_is_written(
        self, story: Submission, programme: Programme, alice: Member, reader: Client
    ) -> None:
        post = self.use(story, programme, alice)

        page = self.page(reader)

        assert "An editor is working on it" in page
        assert '<p class="story-answer">At the desk</p>' in page
        assert (post.kind, post.commercial_class, post.body) == ("STORY", "STORY", "At the desk")

    def use(self, story: Submission, programme: Programme, by: Member) -> Post:
        return services.use_submission(
            submission=story, programme=programme, by=by, at=timezone.now()
        )

    def test_used_twice_is_one_post(
        self, story: Submission, programme: Programme, alice: Member
    ) -> None:
        assert self.use(story, programme, alice) == self.use(story, programme, alice)
        assert Post.objects.count() == 1

    @pytest.mark.parametrize(
        ("state", "said"),
        [("LIVE", "Became a post"), ("EXPIRED", "Became a post, now finished")],
    )
    def test_it_became_a_post(
        self,
        story: Submission,
        programme: Programme,
        alice: Member,
        reader: Client,
        state: str,
        said: str,
    ) -> None:
        post = self.use(story, programme, alice)
        Post.objects.filter(pk=post.pk).update(state=state)

        assert f"{said}</p>" in self.page(reader)

    def test_a_post_that_is_gone(
        self, story: Submission, programme: Programme, alice: Member, reader: Client
    ) -> None:
        self.use(story, programme, alice).delete()

        assert "Became a post that is gone by now" in self.page(reader)

    def test_a_picture_goes_along_to_the_post(
        self, story: Submission, programme: Programme, alice: Member
    ) -> None:
        story.picture = services.store_picture(
            organization=story.organization, content=picture_bytes(), alt="x", by=alice,
            at=timezone.now(),
        )  # fmt: skip
        story.save()

        assert self.use(story, programme, alice).pictures.get() == story.picture
