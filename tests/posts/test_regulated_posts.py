"""A post about a topic with rules of law: four eyes, an end, whole texts, and what is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.factories import AngleFactory, TopicFactory
from tests.posts.conftest import address, form_of, picture_bytes, said_on
from vaandel.archive.models import ArchiveEntry
from vaandel.archive.queries import verify
from vaandel.archive.services import forget_old
from vaandel.organizations.models import Member, Organization
from vaandel.posts import services
from vaandel.posts.models import Angle, Post
from vaandel.posts.regulated import approval_of, may_go_out, rule_of
from vaandel.posts.services import OwnWork, WrongState, missing_for
from vaandel.programmes.models import Programme, Topic

State = Post.State
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
As = Callable[[Member], Client]


def regulate(topic: Topic, **changes: object) -> None:
    values = {"regulated": True, "keep_years": 5, "risk_lines": {"en": "Mind the risk."}}
    Topic.objects.filter(pk=topic.pk).update(**(values | changes))
    Organization.objects.filter(pk=topic.organization_id).update(keeps_archive=True)


@pytest.fixture(autouse=True)
def rules(topic: Topic) -> None:
    regulate(topic)


@pytest.fixture
def ready(draft: Post) -> Post:
    """Alice's draft, with what the rules ask for as well."""
    Angle.objects.filter(post=draft).update(text="Rates rise to 3 %.")
    Post.objects.filter(pk=draft.pk).update(expires_at=NOW + timedelta(days=30))
    return fresh(draft)


def fresh(post: Post) -> Post:
    return Post.objects.select_related("organization", "programme", "created_by__user").get(
        pk=post.pk
    )


def approved(post: Post, alice: Member, carol: Member, at: datetime = NOW) -> Post:
    services.submit_for_review(post=post, by=alice, at=at)
    return services.approve_post(post=fresh(post), by=carol, at=at)


def kept() -> list[tuple[str, dict[str, object]]]:
    rows = ArchiveEntry.objects.order_by("number")
    return [(row.kind, json.loads(row.content)) for row in rows]


def test_what_such_a_post_needs_more(draft: Post) -> None:
    AngleFactory.create(post=draft, language="nl", text="Heel.", position=1)

    assert missing_for(fresh(draft)) == ["end_needed", "gaps", "risk_line"]


def test_without_rules_it_needs_none_of_it(draft: Post, topic: Topic) -> None:
    regulate(topic, regulated=False)

    assert missing_for(draft) == []


def test_what_is_missing_is_said_at_its_field(draft: Post, studio: Client) -> None:
    page = studio.post(address(draft), form_of(draft, action="submit"))

    said = said_on(page)
    assert page.status_code == 422
    assert "so it needs an end date." in said
    assert "Write them out, without gaps (___)." in said
    assert "Texts without gaps" in said


def test_nobody_publishes_alone_whatever_the_programme_says(
    ready: Post, alice: Member, programme: Programme
) -> None:
    assert not programme.four_eyes
    with pytest.raises(WrongState):
        services.publish_post(post=ready, by=alice, at=NOW)
    with pytest.raises(WrongState):
        services.plan_post(post=ready, by=alice, publish_at=NOW + timedelta(days=1), at=NOW)
    services.submit_for_review(post=ready, by=alice, at=NOW)
    with pytest.raises(OwnWork):
        services.approve_post(post=fresh(ready), by=alice, at=NOW)


def test_approval_is_kept_with_every_text(
    ready: Post, alice: Member, carol: Member, acme: Organization
) -> None:
    picture = picture_bytes()
    services.add_picture(post=ready, file=SimpleUploadedFile("a.jpg", picture), by=alice, at=NOW)
    asset = ready.picture_rows.get().asset
    services.describe_picture(asset=asset, alt="A chart")
    with asset.file.open("rb") as stored:
        digest = hashlib.sha256(stored.read()).hexdigest()

    post = approved(fresh(ready), alice, carol)

    assert post.is_live
    [(kind, content)] = kept()
    assert kind == "post.approved"
    assert content == {
        "title": "Heat from the sewer",
        "version": post.version,
        "by": f"Carol Second (#{carol.pk})",
        "author": f"Alice Editor (#{alice.pk})",
        "angles": [{"language": "en", "text": "Rates rise to 3 %."}],
        "summary": post.summary,
        "body": post.body,
        "facts": "900 homes",
        "target": post.target_url,
        "media": [digest],
        "expires_at": "2026-12-23T09:00:00+00:00",
        "topics": ["Heat networks"],
        "keep_years": 5,
        "risk_lines": [{"en": "Mind the risk."}],
    }
    entry = ArchiveEntry.objects.get()
    assert (entry.subject, entry.keep_until) == (f"post:{post.pk}", date(2031, 11, 23))
    assert verify(acme).ok
    found = approval_of(post)
    assert found is not None
    assert (found.number, found.angles, found.media) == (
        1, (("en", "Rates rise to 3 %."),), (digest,),
    )  # fmt: skip


def test_of_other_posts_nothing_is_kept(
    ready: Post, topic: Topic, alice: Member, carol: Member
) -> None:
    regulate(topic, regulated=False)
    post = approved(ready, alice, carol)
    services.withdraw_post(post=post, by=alice, reason="Old", at=NOW)

    assert kept() == []


def test_what_was_approved_is_not_edited(
    ready: Post, alice: Member, carol: Member, studio: Client
) -> None:
    post = approved(ready, alice, carol)

    page = said_on(studio.get(address(post)))
    saved = studio.post(address(post), form_of(post, title="Other"), follow=True)

    assert "Somebody approved this text, so it stays as it is." in page
    assert "Rules of law: Heat networks" in page
    assert "All of it is kept for 5 years." in page
    assert "Mind the risk." in page
    assert "Its text is closed now." in said_on(saved)
    assert fresh(post).title == "Heat from the sewer"


def test_withdrawing_is_kept(ready: Post, alice: Member, carol: Member) -> None:
    post = approved(ready, alice, carol)
    services.withdraw_post(post=post, by=alice, reason="The rate is wrong", at=NOW)

    assert kept()[1] == (
        "post.withdrawn",
        {
            "title": "Heat from the sewer",
            "by": f"Alice Editor (#{alice.pk})",
            "reason": "The rate is wrong",
        },
    )


def test_its_end_is_kept_and_disables_it(ready: Post, alice: Member, carol: Member) -> None:
    post = approved(ready, alice, carol)

    with time_machine.travel(NOW + timedelta(days=31)):
        assert services.expire_due_posts() == 1
        assert services.expire_due_posts() == 0

    assert fresh(post).state == State.EXPIRED
    assert kept()[1] == (
        "post.ended", {"title": "Heat from the sewer", "by": "", "reason": ""},
    )  # fmt: skip


def test_a_planned_post_that_was_approved_goes_out(
    ready: Post, alice: Member, carol: Member
) -> None:
    Post.objects.filter(pk=ready.pk).update(publish_at=NOW + timedelta(days=1))
    post = approved(fresh(ready), alice, carol)
    assert post.state == State.PLANNED

    with time_machine.travel(NOW + timedelta(days=2)):
        assert services.publish_due_posts() == 1

    assert fresh(post).is_live


def test_what_was_planned_before_there_were_rules_waits(
    ready: Post, topic: Topic, alice: Member, carol: Member, studio: Client
) -> None:
    regulate(topic, regulated=False)
    services.plan_post(post=ready, by=alice, publish_at=NOW + timedelta(days=1), at=NOW)
    regulate(topic)

    with time_machine.travel(NOW + timedelta(days=2)):
        assert services.publish_due_posts() == 0
    with pytest.raises(WrongState):
        services.publish_post(post=fresh(ready), by=alice, at=NOW)

    page = said_on(studio.get(address(ready)))
    assert "Nobody approved this since the topic has rules of law" in page
    assert "Take it back to the desk" in page
    services.back_to_draft(post=fresh(ready), by=alice, at=NOW)
    assert approved(fresh(ready), alice, carol).state == State.PLANNED


def test_what_was_live_before_there_were_rules_says_so(
    ready: Post, topic: Topic, alice: Member, studio: Client
) -> None:
    regulate(topic, regulated=False)
    post = services.publish_post(post=ready, by=alice, at=timezone.now())
    assert may_go_out(post)
    regulate(topic)

    assert not may_go_out(fresh(post))
    assert "Withdraw it and go on with a copy." in said_on(studio.get(address(post)))


def test_the_strictest_rule_counts(draft: Post, programme: Programme) -> None:
    second = TopicFactory.create(
        programme=programme, regulated=True, keep_years=7, name="Insurance",
        risk_lines={"en": "Read the conditions.", "nl": "Lees de voorwaarden."},
    )  # fmt: skip
    draft.topics.add(second)

    rule = rule_of(fresh(draft))

    assert rule is not None
    assert (rule.keep_years, set(rule.topics)) == (7, {"Heat networks", "Insurance"})
    assert set(rule.ending("en-GB").split("\n")) == {"Mind the risk.", "Read the conditions."}
    assert rule.ending("nl") == "Lees de voorwaarden."
    assert (rule.speaks("en"), rule.speaks("nl"), rule.ending("fr")) == (True, False, "")


def test_content_that_was_erased_approves_nothing(
    ready: Post, alice: Member, carol: Member
) -> None:
    long_ago = datetime(2015, 1, 1, tzinfo=UTC)
    post = approved(ready, alice, carol, at=long_ago)
    assert may_go_out(post)

    assert forget_old(at=datetime(2020, 1, 2, tzinfo=UTC)) == 1

    assert approval_of(post) is None
    assert not may_go_out(post)
