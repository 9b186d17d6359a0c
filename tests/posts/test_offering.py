"""What an ambassador is offered of a post: for whom, in which language, from which angle first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from tests.factories import AngleFactory, PostFactory, UnitFactory
from vaandel.organizations.models import Member, Organization
from vaandel.posts.access import live_post_for, picture_for, post_for, submission_for
from vaandel.posts.models import Angle, MediaAsset, Occasion, Post, Submission
from vaandel.posts.queries import angles_for
from vaandel.posts.services import FoundPage, create_draft, draft_from, fill_from_preview
from vaandel.programmes.models import Programme, Topic


@pytest.fixture
def post(programme: Programme) -> Post:
    """Dutch first, with three Dutch angles and one French."""
    post = PostFactory.create(programme=programme, language="nl")
    for position, (language, text) in enumerate(
        [("nl", "a"), ("nl", "b"), ("fr", "d"), ("nl", "c")]
    ):
        AngleFactory.create(post=post, language=language, text=text, position=position)
    return post


def texts(post: Post, languages: list[str], enrolment_id: int = 0) -> str:
    return "".join(angle.text for angle in angles_for(post, languages, enrolment_id))


def test_each_person_has_their_own_first_angle_and_keeps_it(post: Post) -> None:
    orders = [texts(post, ["nl"], number) for number in range(3)]

    assert sorted(orders) == ["abc", "bca", "cab"]
    assert orders == [texts(post, ["nl"], number) for number in range(3)]


@pytest.mark.parametrize(
    ("languages", "found"),
    [
        (["fr"], {"d"}),
        (["fr", "nl"], {"a", "b", "c"}),
        (["de", "fr"], {"d"}),
        (["de"], {"a", "b", "c"}),
        ([], {"a", "b", "c"}),
    ],
)
def test_the_language_of_the_person_if_there_is_any(
    post: Post, languages: list[str], found: set[str]
) -> None:
    assert set(texts(post, languages)) == found


def test_without_angles_there_are_none(programme: Programme) -> None:
    assert angles_for(PostFactory.create(programme=programme), ["nl"], 7) == []


def test_only_another_language_is_better_than_nothing(post: Post) -> None:
    Angle.objects.filter(language="nl").delete()

    assert texts(post, ["de"]) == "d"


def test_only_for_some_units(post: Post, bob: Member, acme: Organization) -> None:
    own, other = UnitFactory.create_batch(2, organization=acme)
    bob.unit = own

    assert list(Post.objects.live().for_audience(bob, [])) == [post]
    post.audience_units.add(other)
    assert list(Post.objects.live().for_audience(bob, [])) == []
    post.audience_units.add(own)
    assert list(Post.objects.live().for_audience(bob, ["nl"])) == [post]


def test_only_for_some_languages(post: Post, bob: Member) -> None:
    assert list(Post.objects.for_audience(bob, ["de"])) == [post]
    Post.objects.filter(pk=post.pk).update(audience_languages=["nl"])
    assert list(Post.objects.for_audience(bob, ["de"])) == []
    assert list(Post.objects.for_audience(bob, ["fr"])) == [post]


@pytest.mark.parametrize("state", ["DRAFT", "REVIEW", "PLANNED"])
def test_what_is_not_out_does_not_exist(post: Post, bob: Member, alice: Member, state: str) -> None:
    Post.objects.filter(pk=post.pk).update(state=state)

    with pytest.raises(Http404):
        post_for(bob, post.pk)
    assert post_for(alice, post.pk) == post
    with pytest.raises(Http404):
        live_post_for(alice, post.pk)


@pytest.mark.parametrize("state", ["EXPIRED", "WITHDRAWN"])
def test_what_was_out_can_be_looked_back_at(post: Post, bob: Member, state: str) -> None:
    assert live_post_for(bob, post.pk) == post
    Post.objects.filter(pk=post.pk).update(state=state)

    assert post_for(bob, post.pk) == post
    with pytest.raises(Http404):
        live_post_for(bob, post.pk)


def test_pictures_and_stories_are_for_who_edits(
    acme: Organization, alice: Member, bob: Member
) -> None:
    asset = MediaAsset.objects.create(organization=acme, file="media/x.jpg")
    story = Submission.objects.create(
        organization=acme, member=bob, occasion=Occasion.OTHER, title="x", answers=[]
    )

    assert picture_for(alice, asset.pk) == asset
    assert submission_for(alice, story.pk) == story
    for member, number in [(bob, asset.pk), (alice, 999)]:
        with pytest.raises(Http404):
            picture_for(member, number)
    for member, number in [(bob, story.pk), (alice, 999)]:
        with pytest.raises(Http404):
            submission_for(member, number)


class TestFromAPage:
    FOUND = FoundPage(
        title="T" * 300,
        summary="S" * 700,
        target_url="https://news.example/a",
        site_name="N" * 200,
        language="fr",
        image=b"not a picture",
        event_place="P" * 300,
    )

    def test_a_draft_of_what_was_found(
        self, programme: Programme, alice: Member, topic: Topic
    ) -> None:
        post = draft_from(
            programme=programme, found=self.FOUND, kind="VACANCY", topic=topic, by=alice,
            at=timezone.now(),
        )  # fmt: skip

        assert (post.kind, post.commercial_class, post.language) == ("VACANCY", "VACANCY", "fr")
        assert (len(post.title), len(post.summary), len(post.site_name)) == (200, 600, 120)
        assert list(post.topics.all()) == [topic]
        assert not post.pictures.exists()

    def test_only_what_is_still_empty_is_filled(self, programme: Programme, alice: Member) -> None:
        at = timezone.now()
        draft = create_draft(programme=programme, kind="LINK", by=alice, at=at)
        Post.objects.filter(pk=draft.pk).update(title="My own title")
        draft.refresh_from_db()

        fill_from_preview(post=draft, found=self.FOUND, by=alice, at=at + timedelta(minutes=1))

        assert draft.title == "My own title"
        assert draft.summary == "S" * 600
        assert (draft.target_url, draft.version) == ("https://news.example/a", 2)
        assert draft.event_place == "P" * 200

    def test_half_an_address_is_not_kept(self, programme: Programme, alice: Member) -> None:
        found = FoundPage(title="T", target_url="https://news.example/" + "a" * 2000)

        post = draft_from(programme=programme, found=found, by=alice, at=timezone.now())

        assert (post.title, post.target_url) == ("T", "")
