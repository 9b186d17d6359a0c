"""A post goes from draft to live to finished, each step once, and only when it is complete."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import PostFactory
from tests.posts.conftest import address, form_of
from vaandel.organizations.models import AuditEntry, Member, Role
from vaandel.posts import services
from vaandel.posts.models import Angle, MediaAsset, Post, PostPicture
from vaandel.posts.services import NotReady, OwnWork, WrongState
from vaandel.programmes.models import Programme

State = Post.State


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_publishing_makes_it_live_once(draft: Post, alice: Member, carol: Member) -> None:
    at = timezone.now()
    seen_by_carol = Post.objects.get(pk=draft.pk)

    services.publish_post(post=draft, by=alice, at=at)
    with pytest.raises(WrongState):
        services.publish_post(post=seen_by_carol, by=carol, at=at)

    draft.refresh_from_db()
    assert (draft.state, draft.published_at, draft.publish_at) == (State.LIVE, at, at)
    assert actions() == ["post.published"]


def test_everything_that_is_missing_is_told_at_once(
    programme: Programme, alice: Member, studio: Client
) -> None:
    empty = services.create_draft(programme=programme, kind="EVENT", by=alice, at=timezone.now())

    with pytest.raises(NotReady) as not_ready:
        services.publish_post(post=empty, by=alice, at=timezone.now())
    response = studio.post(address(empty), form_of(empty, action="publish"))

    assert not_ready.value.missing == [
        "title", "target_url", "event_at", "topics", "angles", "facts_cleared",
    ]  # fmt: skip
    assert response.status_code == 422
    page = response.content.decode()
    for anchor in (
        "id_title", "id_target_url", "id_event_at", "id_topics_0", "id_angle_en_0",
        "id_facts_cleared",
    ):  # fmt: skip
        assert f'<a href="#{anchor}">' in page
        assert f'id="{anchor}"' in page or anchor == "id_topics_0"
    empty.refresh_from_db()
    assert empty.state == State.DRAFT


@pytest.mark.parametrize(
    ("kind", "missing"), [("TEXT", []), ("STORY", []), ("IMAGE", ["pictures"])]
)
def test_kinds_without_a_link_need_none(
    draft: Post, alice: Member, kind: str, missing: list[str]
) -> None:
    Post.objects.filter(pk=draft.pk).update(kind=kind, target_url="")
    draft.refresh_from_db()

    assert services.missing_for(draft) == missing


def test_a_picture_needs_its_description(draft: Post, alice: Member) -> None:
    asset = MediaAsset.objects.create(organization=draft.organization, file="media/x.jpg")
    PostPicture.objects.create(post=draft, asset=asset)

    assert services.missing_for(draft) == ["alt"]
    services.describe_picture(asset=asset, alt=" A pipe ")
    assert services.missing_for(draft) == []


def test_saying_that_there_are_no_facts_is_enough(draft: Post) -> None:
    Post.objects.filter(pk=draft.pk).update(facts_cleared=" ")
    draft.refresh_from_db()
    assert services.missing_for(draft) == ["facts_cleared"]

    draft.no_facts = True

    assert services.missing_for(draft) == []


def test_an_angle_in_another_language_is_not_enough(draft: Post) -> None:
    Angle.objects.filter(post=draft).update(language="fr")

    assert services.missing_for(draft) == ["angles"]


def test_a_plan_goes_out_by_itself_once(draft: Post, alice: Member) -> None:
    now = timezone.now()
    services.plan_post(post=draft, by=alice, publish_at=now + timedelta(hours=1), at=now)
    assert services.publish_due_posts() == 0

    Post.objects.filter(pk=draft.pk).update(publish_at=now - timedelta(minutes=1))

    assert services.publish_due_posts() == 1
    assert services.publish_due_posts() == 0
    draft.refresh_from_db()
    assert draft.state == State.LIVE
    assert draft.published_at is not None
    assert draft.published_at >= now
    assert actions() == ["post.planned", "post.published"]


def test_a_plan_lies_in_the_future(draft: Post, alice: Member) -> None:
    now = timezone.now()

    with pytest.raises(ValueError, match="future"):
        services.plan_post(post=draft, by=alice, publish_at=now, at=now)


def test_what_has_ended_finishes_by_itself(draft: Post, alice: Member) -> None:
    now = timezone.now()
    draft.expires_at = now + timedelta(hours=1)
    draft.save()
    services.publish_post(post=draft, by=alice, at=now)
    assert services.expire_due_posts() == 0

    Post.objects.filter(pk=draft.pk).update(expires_at=now - timedelta(seconds=1))

    assert services.expire_due_posts() == 1
    assert services.expire_due_posts() == 0
    draft.refresh_from_db()
    assert draft.state == State.EXPIRED


def test_an_end_that_has_passed_stops_publishing(draft: Post, alice: Member) -> None:
    now = timezone.now()
    draft.expires_at = now - timedelta(minutes=1)
    draft.save()

    with pytest.raises(NotReady) as not_ready:
        services.publish_post(post=draft, by=alice, at=now)

    assert not_ready.value.missing == ["expires_at"]


def test_withdrawing_asks_why_and_happens_once(draft: Post, alice: Member, studio: Client) -> None:
    services.publish_post(post=draft, by=alice, at=timezone.now())

    without = studio.post(address(draft, "withdraw"), {"reason": " "})
    first = studio.post(address(draft, "withdraw"), {"reason": "The figure was wrong."})
    second = studio.post(address(draft, "withdraw"), {"reason": "Again."}, follow=True)

    assert (without.status_code, first.status_code) == (422, 302)
    assert "That has been done already." in second.content.decode()
    draft.refresh_from_db()
    assert (draft.state, draft.withdrawn_reason) == (State.WITHDRAWN, "The figure was wrong.")
    assert actions().count("post.withdrawn") == 1


def test_the_page_for_withdrawing_says_what_happens(draft: Post, studio: Client) -> None:
    page = studio.get(address(draft, "withdraw")).content.decode()

    assert "Its short links lead to a friendly page" in page
    assert "It cannot be published again." in page


def test_a_withdrawn_post_is_closed_and_goes_on_as_a_copy(
    draft: Post, alice: Member, studio: Client
) -> None:
    services.publish_post(post=draft, by=alice, at=timezone.now())
    services.withdraw_post(post=draft, by=alice, reason="Wrong", at=timezone.now())

    saved = studio.post(address(draft), form_of(draft, title="Better"), follow=True)
    copied = studio.post(address(draft, "copy"))

    assert "Its text is closed now." in saved.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Heat from the sewer"
    copy = Post.objects.exclude(pk=draft.pk).get()
    assert copied.headers["Location"] == address(copy)
    assert (copy.state, copy.title, copy.published_at) == (State.DRAFT, draft.title, None)
    assert list(copy.topics.all()) == list(draft.topics.all())
    assert [row.text for row in copy.angles.all()] == ["What struck me: ___"]


class TestFourEyes:
    @pytest.fixture(autouse=True)
    def two_people(self, programme: Programme) -> None:
        programme.four_eyes = True
        programme.save()

    def test_nobody_publishes_alone(self, draft: Post, alice: Member) -> None:
        with pytest.raises(WrongState):
            services.publish_post(post=draft, by=alice, at=timezone.now())

    def test_the_author_does_not_approve(self, draft: Post, alice: Member, studio: Client) -> None:
        services.submit_for_review(post=draft, by=alice, at=timezone.now())

        with pytest.raises(OwnWork):
            services.approve_post(post=draft, by=alice, at=timezone.now())
        response = studio.post(address(draft, "review", "approve"), follow=True)

        assert "You wrote this one, so somebody else looks at it." in response.content.decode()
        draft.refresh_from_db()
        assert draft.state == State.REVIEW

    def test_a_colleague_approves_and_it_is_live(
        self, draft: Post, carol: Member, studio: Client, client_as: Callable[[Member], Client]
    ) -> None:
        studio.post(address(draft), form_of(draft, action="submit"))

        response = client_as(carol).post(address(draft, "review", "approve"), follow=True)

        draft.refresh_from_db()
        assert (draft.state, draft.reviewed_by) == (State.LIVE, carol)
        assert "Approved. The author sees it." in response.content.decode()
        assert actions() == ["post.edited", "post.submitted", "post.approved"]

    def test_approved_for_later_waits(self, draft: Post, alice: Member, carol: Member) -> None:
        now = timezone.now()
        Post.objects.filter(pk=draft.pk).update(publish_at=now + timedelta(days=1))
        draft.refresh_from_db()
        services.submit_for_review(post=draft, by=alice, at=now)

        services.approve_post(post=draft, by=carol, at=now)

        assert draft.state == State.PLANNED

    def test_it_comes_back_with_a_note(
        self, draft: Post, alice: Member, carol: Member, client_as: Callable[[Member], Client]
    ) -> None:
        services.submit_for_review(post=draft, by=alice, at=timezone.now())
        approver = client_as(carol)

        silent = approver.post(address(draft, "review", "send-back"), follow=True)
        approver.post(address(draft, "review", "send-back"), {"reason": "Which year?"})

        assert "Say in a few words what should change." in silent.content.decode()
        page = client_as(alice).get(address(draft)).content.decode()
        assert "<strong>Sent back:</strong> Which year?" in page

    def test_the_text_is_closed_until_it_is_back_on_the_desk(
        self, draft: Post, alice: Member, studio: Client
    ) -> None:
        services.submit_for_review(post=draft, by=alice, at=timezone.now())

        closed = studio.post(address(draft), form_of(draft, title="Secretly"), follow=True)
        studio.post(address(draft, "review", "desk"))
        opened = studio.get(address(draft)).content.decode()

        assert "Its text is closed now." in closed.content.decode()
        draft.refresh_from_db()
        assert (draft.title, draft.state) == ("Heat from the sewer", State.DRAFT)
        assert '<fieldset class="stack plain-fieldset">' in opened

    def test_an_unfinished_post_is_not_submitted(self, draft: Post, alice: Member) -> None:
        draft.topics.clear()

        with pytest.raises(NotReady):
            services.submit_for_review(post=draft, by=alice, at=timezone.now())

    @pytest.mark.parametrize("answer", ["approve", "send-back", "something"])
    def test_who_only_edits_decides_nothing(
        self,
        draft: Post,
        alice: Member,
        carol: Member,
        client_as: Callable[[Member], Client],
        answer: str,
    ) -> None:
        services.submit_for_review(post=draft, by=alice, at=timezone.now())
        Member.objects.filter(pk=carol.pk).update(is_approver=False)

        response = client_as(carol).post(address(draft, "review", answer), follow=True)

        assert "That is not yours to decide." in response.content.decode()
        draft.refresh_from_db()
        assert draft.state == State.REVIEW

    def test_an_approver_reads_and_does_not_write(
        self, draft: Post, carol: Member, client_as: Callable[[Member], Client]
    ) -> None:
        Member.objects.filter(pk=carol.pk).update(is_editor=False)
        client = client_as(carol)

        assert client.get(address(draft)).status_code == 200
        assert client.post(address(draft), form_of(draft)).status_code == 403


def test_a_live_post_keeps_what_it_needs(draft: Post, alice: Member, studio: Client) -> None:
    services.publish_post(post=draft, by=alice, at=timezone.now())

    response = studio.post(address(draft), form_of(draft, title="", topics=[]))

    assert response.status_code == 422
    assert 'href="#id_title"' in response.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Heat from the sewer"
    assert draft.topics.count() == 1


def test_a_live_post_can_be_corrected(draft: Post, alice: Member, studio: Client) -> None:
    services.publish_post(post=draft, by=alice, at=timezone.now())
    published_at = draft.published_at

    response = studio.post(address(draft), form_of(draft, title="Heat from our sewer"))

    assert response.status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.state) == ("Heat from our sewer", State.LIVE)
    assert (draft.published_at, draft.publish_at) == (published_at, published_at)


def test_only_the_studio_sees_a_draft(
    draft: Post, alice: Member, bob: Member, client_as: Callable[[Member], Client]
) -> None:
    assert client_as(bob).get(address(draft)).status_code == 403
    services.publish_post(post=draft, by=alice, at=timezone.now())
    assert client_as(bob).get(address(draft)).status_code == 403
    assert alice.has_role(Role.EDITOR)


def test_a_stranger_learns_nothing(
    draft: Post, charlie: Member, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(charlie)
    foreign = PostFactory.create(programme=charlie.enrolments.get().programme)

    assert client.get(address(draft)).status_code == 404
    assert client.get(f"/o/globex/studio/posts/{draft.pk}/").status_code == 404
    assert client.get(f"/o/globex/studio/posts/{foreign.pk}/").status_code == 200


def test_what_lost_something_while_it_was_read_is_not_approved(
    draft: Post,
    programme: Programme,
    alice: Member,
    carol: Member,
    client_as: Callable[[Member], Client],
) -> None:
    Programme.objects.filter(pk=programme.pk).update(four_eyes=True)
    services.submit_for_review(post=draft, by=alice, at=timezone.now())
    draft.topics.clear()

    response = client_as(carol).post(address(draft, "review", "approve"), follow=True)

    assert "Choose at least one topic" in response.content.decode()


def test_approving_twice_says_that_it_was_done(
    draft: Post, carol: Member, client_as: Callable[[Member], Client]
) -> None:
    response = client_as(carol).post(address(draft, "review", "approve"), follow=True)

    assert "You wrote this one" not in response.content.decode()
    assert "That has been done already." in response.content.decode()


@pytest.mark.parametrize("kind", ["IMAGE", "EVENT"])
def test_the_list_of_what_is_needed_fits_the_kind(draft: Post, studio: Client, kind: str) -> None:
    Post.objects.filter(pk=draft.pk).update(kind=kind)

    page = studio.get(address(draft)).content.decode()

    assert ("A picture</a>" in page) == (kind == "IMAGE")
    assert ("When the event is</a>" in page) == (kind == "EVENT")
    assert ("A link to read" in page) == (kind == "EVENT")


def test_a_copy_takes_the_pictures_along(draft: Post, alice: Member) -> None:
    asset = MediaAsset.objects.create(organization=draft.organization, file="media/x.jpg")
    services.attach_picture(post=draft, asset=asset)

    copy = services.copy_post(post=draft, by=alice, at=timezone.now())

    assert list(copy.pictures.all()) == [asset]
