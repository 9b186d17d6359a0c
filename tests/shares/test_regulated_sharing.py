"""Sharing a post with rules of law: approved texts only, with their closing line, and all kept."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import MemberFactory
from tests.shares.conftest import Press
from vaandel.ambassadors.models import Enrolment
from vaandel.archive.models import ArchiveEntry
from vaandel.archive.queries import verify
from vaandel.links.addresses import short_url
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Angle, Post
from vaandel.posts.services import approve_post
from vaandel.programmes.models import Topic
from vaandel.shares.flyers import _words
from vaandel.shares.models import Share, TextRequest
from vaandel.shares.refusals import TextNotApproved
from vaandel.shares.regulated import check_text, ending, text_digest
from vaandel.shares.services import Words, open_share, press_of

LINE = "You may lose your money."
TEXT = "Rates rise to 3 %."
As = Callable[[Member], Client]


@pytest.fixture
def approver(acme: Organization) -> Member:
    return MemberFactory.create(organization=acme, is_approver=True, user__name="Ann Approver")


@pytest.fixture
def rules(topic: Topic, acme: Organization) -> None:
    topic.regulated, topic.risk_lines = True, {"en": LINE}
    topic.save()
    acme.keeps_archive = True
    acme.save()


@pytest.fixture
def approved(rules: None, post: Post, approver: Member) -> Post:
    """The post of these tests, approved with two whole texts."""
    Angle.objects.filter(post=post).delete()
    for number, text in enumerate([TEXT, "A second text."]):
        Angle.objects.create(
            organization_id=post.organization_id, post=post, language="en", text=text,
            position=number,
        )  # fmt: skip
    Post.objects.filter(pk=post.pk).update(
        state=Post.State.REVIEW, expires_at=timezone.now() + timedelta(days=30)
    )
    fresh = Post.objects.select_related("organization", "programme").get(pk=post.pk)
    return approve_post(post=fresh, by=approver, at=timezone.now())


def angle_of(post: Post, text: str = TEXT) -> Angle:
    return Angle.objects.get(post=post, text=text)


def kept(kind: str) -> list[dict[str, Any]]:
    rows = ArchiveEntry.objects.filter(kind=kind).order_by("number")
    return [json.loads(row.content) for row in rows]


def own_request(post: Post, enrolment: Enrolment, **given: Any) -> TextRequest:
    text = given.pop("text", "In my own words.")
    values = {
        "organization_id": post.organization_id, "post": post, "enrolment": enrolment,
        "text": text, "text_digest": text_digest(text), "language": "en",
        "state": TextRequest.State.APPROVED, "decided_at": timezone.now(),
    } | given  # fmt: skip
    return TextRequest.objects.create(**values)


def test_the_page_offers_the_approved_texts_and_locks_them(
    approved: Post, bob_client: Client
) -> None:
    page = bob_client.get(f"/o/acme/posts/{approved.pk}/share/").content.decode()

    assert "Choose one of the approved texts" in page
    assert "I begin with an empty sheet" not in page
    assert "readonly data-locked" in page
    assert 'data-keep="share"' not in page
    assert LINE in page
    assert f"/o/acme/posts/{approved.pk}/share/own/" in page
    assert " checked><span><span lang" in page


def test_a_share_carries_the_closing_line_whatever_is_sent(approved: Post, press: Press) -> None:
    angle = angle_of(approved)
    answer = press(json=True, angle=str(angle.pk), text="Something of my own").json()

    share = Share.objects.get()
    assert (share.text, share.risk_line, share.angle) == (TEXT, LINE, angle)
    assert answer["text"].endswith(f"\n\nI work at Acme.\n\n{LINE}")
    assert answer["text"].startswith(TEXT)


def test_what_was_shared_is_kept(
    approved: Post, press: Press, bob: Member, acme: Organization
) -> None:
    press(angle=str(angle_of(approved).pk))

    share = Share.objects.get()
    assert kept("share.opened") == [
        {
            "title": "Four kilometres of heat",
            "sharer": f"Bob Sharer (#{bob.pk})",
            "channel": "LinkedIn",
            "account": "",
            "language": "en",
            "text": TEXT,
            "disclosure": "I work at Acme.",
            "risk_line": LINE,
            "link": short_url(share.link),
            "permalink": "",
            "media": [],
            "approved_in": 1,
        }
    ]
    assert verify(acme).ok


def test_one_press_twice_is_kept_once_and_other_words_again(
    approved: Post, bob_enrolment: Enrolment
) -> None:
    press = uuid.uuid4()

    def share(text: str) -> None:
        open_share(
            enrolment=bob_enrolment, post=approved, press=press, at=timezone.now(),
            words=Words(channel="linkedin", text=text, language="en"),
        )  # fmt: skip

    share(TEXT)
    share(TEXT)
    share("A second text.")

    assert [row["text"] for row in kept("share.opened")] == [TEXT, "A second text."]


def test_the_page_of_the_share_has_the_closing_line_too(
    approved: Post, press: Press, bob_client: Client, topic: Topic
) -> None:
    press(angle=str(angle_of(approved).pk))
    topic.risk_lines = {"en": "Another line."}
    topic.save()

    share = Share.objects.get()
    page = bob_client.get(f"/o/acme/shares/{share.pk}/").content.decode()

    assert LINE in page
    assert "Another line." not in page


def test_the_line_counts(approved: Post, topic: Topic, press: Press) -> None:
    topic.risk_lines = {"en": "x" * 300}
    topic.save()

    answer = press("x", json=True, angle=str(angle_of(approved).pk))

    assert answer.status_code == 422
    assert "too long for X" in answer.json()["problems"][0]
    assert not Share.objects.exists()


@pytest.mark.parametrize(
    ("text", "language"),
    [("Rates rise to 4 %.", "en"), (TEXT + " ", "en"), (TEXT, "nl"), ("", "en")],
)
def test_another_text_is_refused(
    approved: Post, bob_enrolment: Enrolment, text: str, language: str
) -> None:
    with pytest.raises(TextNotApproved):
        open_share(
            enrolment=bob_enrolment,
            post=approved,
            words=Words(channel="linkedin", text=text, language=language),
            press=press_of(uuid.uuid4(), "linkedin"),
            at=timezone.now(),
        )

    assert not Share.objects.exists()
    assert kept("share.opened") == []


def test_an_angle_that_was_changed_in_the_database_is_refused(approved: Post, press: Press) -> None:
    angle = angle_of(approved)
    Angle.objects.filter(pk=angle.pk).update(text="Rates rise to 9 %.")

    answer = press(json=True, angle=str(angle.pk))

    assert answer.status_code == 409
    assert not Share.objects.exists()


def test_nothing_changes_without_rules(
    post: Post, press: Press, acme: Organization, bob_client: Client
) -> None:
    acme.keeps_archive = True
    acme.save()
    press(text="As I like it", angle="")

    share = Share.objects.get()
    assert (share.text, share.risk_line) == ("As I like it", "")
    assert not ArchiveEntry.objects.exists()
    assert ending(post, "en") == ""
    assert bob_client.get(f"/o/acme/posts/{post.pk}/share/own/").status_code == 404


def test_a_post_that_was_not_approved_since_is_closed(
    rules: None, post: Post, press: Press, bob_client: Client
) -> None:
    page = bob_client.get(f"/o/acme/posts/{post.pk}/share/").content.decode()
    answer = press(json=True, angle=str(post.angles.earliest("pk").pk))

    assert "This post is not approved yet" in page
    assert 'value="linkedin"' not in page
    assert answer.status_code == 422 if answer.json().get("problems") else 409
    assert not Share.objects.exists()
    assert bob_client.get(f"/o/acme/posts/{post.pk}/share/own/").status_code == 404


class TestOwnTexts:
    def test_one_that_was_approved_can_be_shared(
        self, approved: Post, bob_enrolment: Enrolment, press: Press, bob_client: Client
    ) -> None:
        row = own_request(approved, bob_enrolment)

        page = bob_client.get(f"/o/acme/posts/{approved.pk}/share/").content.decode()
        press(angle=f"text-{row.pk}")

        share = Share.objects.get()
        assert "Your own text:" in page
        assert (share.text, share.angle, share.language) == ("In my own words.", None, "en")
        assert kept("share.opened")[0]["text"] == "In my own words."

    @pytest.mark.parametrize(
        "given",
        [
            {"state": TextRequest.State.WAITING},
            {"state": TextRequest.State.REFUSED},
            {"state": TextRequest.State.WITHDRAWN},
            {"language": "nl"},
            {"decided_at": datetime(2026, 1, 1, tzinfo=UTC)},
            {"text": "Other words."},
            {"enrolment": None},
        ],
    )
    def test_any_other_cannot(
        self, approved: Post, bob_enrolment: Enrolment, given: dict[str, Any]
    ) -> None:
        own_request(approved, **({"enrolment": bob_enrolment} | given))

        with pytest.raises(TextNotApproved):
            check_text(
                enrolment=bob_enrolment, post=approved, text="In my own words.", language="en"
            )

    def test_nobody_else_may_use_it(self, approved: Post, bob_enrolment: Enrolment) -> None:
        own_request(approved, bob_enrolment)

        with pytest.raises(TextNotApproved):
            check_text(enrolment=None, post=approved, text="In my own words.", language="en")


def test_the_flyer_has_the_closing_line(approved: Post, press: Press, bob_client: Client) -> None:
    press("qr", angle=str(angle_of(approved).pk))

    share = Share.objects.select_related("post", "link__organization").get()
    words = _words(share, share.organization, None, "")
    pdf = bob_client.get(f"/o/acme/shares/{share.pk}/flyer.pdf")

    assert words["disclosure"] == f"I work at Acme. {LINE}"
    assert pdf.headers["Content-Type"] == "application/pdf"
