"""What somebody sees as proposals, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from tests.delivery.conftest import TUESDAY
from tests.factories import AskFactory, ShareFactory, TopicFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Ask
from vaandel.delivery.planning.audience import live_offers
from vaandel.delivery.queries import proposals
from vaandel.posts.models import MediaAsset, Post, PostKind, PostPicture
from vaandel.programmes.models import Programme, Topic
from vaandel.shares.models import Share

Publish = Callable[..., Post]


def ask(post: Post, enrolment: Enrolment, **values: Any) -> Ask:
    return AskFactory.create(post=post, enrolment=enrolment, **{"offered_at": TUESDAY, **values})


def titles(enrolment: Enrolment) -> list[str]:
    return [proposal.title for proposal in proposals(enrolment, TUESDAY)]


def test_at_most_three_the_newest_first_and_in_stable_order(
    publish: Publish, bob_enrolment: Enrolment
) -> None:
    for number in range(4):
        ask(publish(title=f"Post {number}"), bob_enrolment)
    ask(publish(title="Last week"), bob_enrolment, offered_at=TUESDAY - timedelta(weeks=1))
    ask(publish(title="Just now"), bob_enrolment, offered_at=TUESDAY + timedelta(minutes=1))

    assert titles(bob_enrolment) == ["Just now", "Post 3", "Post 2"]


def test_what_rested_until_today_comes_first(publish: Publish, bob_enrolment: Enrolment) -> None:
    postponed = {"state": Ask.State.POSTPONED, "offered_at": TUESDAY - timedelta(weeks=4)}
    ask(publish(title="New"), bob_enrolment)
    ask(publish(title="Rested"), bob_enrolment, until=date(2026, 11, 24), **postponed)
    ask(publish(title="Rests"), bob_enrolment, until=date(2026, 11, 25), **postponed)

    assert titles(bob_enrolment) == ["Rested", "New"]


def test_today_is_today_where_the_person_is(publish: Publish, bob_enrolment: Enrolment) -> None:
    ask(publish(), bob_enrolment, state=Ask.State.POSTPONED, until=date(2026, 11, 25))
    bob_enrolment.member.user.time_zone = "Pacific/Auckland"
    late = TUESDAY.replace(hour=12)

    assert len(proposals(bob_enrolment, late)) == 1


def test_an_event_that_has_begun_is_offered_no_more(
    publish: Publish, programme: Programme, bob_enrolment: Enrolment
) -> None:
    event = {"kind": PostKind.EVENT}
    ask(publish(title="Over", event_at=TUESDAY, **event), bob_enrolment)
    ask(publish(title="To come", event_at=TUESDAY + timedelta(hours=1), **event), bob_enrolment)
    ask(publish(title="Some day", **event), bob_enrolment)
    ask(publish(title="No event", event_at=TUESDAY), bob_enrolment)

    assert titles(bob_enrolment) == ["No event", "Some day", "To come"]
    offered = {offer.post_id for offer in live_offers(programme, at=TUESDAY)}
    assert offered == set(Post.objects.exclude(title="Over").values_list("pk", flat=True))


@pytest.mark.parametrize("state", [Share.State.OPENED, Share.State.CONFIRMED])
def test_what_was_shared_is_gone(post: Post, bob_enrolment: Enrolment, state: str) -> None:
    ask(post, bob_enrolment)
    ShareFactory.create(post=post, enrolment=bob_enrolment, state=state)

    assert titles(bob_enrolment) == []


def test_what_was_not_posted_after_all_is_there_again(post: Post, bob_enrolment: Enrolment) -> None:
    ask(post, bob_enrolment)
    ShareFactory.create(post=post, enrolment=bob_enrolment, state=Share.State.NOT_POSTED)

    assert titles(bob_enrolment) == [post.title]


def test_what_was_declined_withdrawn_finished_or_unfollowed_is_gone(
    publish: Publish, bob_enrolment: Enrolment, programme: Programme
) -> None:
    other = TopicFactory.create(programme=programme, name="No longer followed")
    ask(publish(), bob_enrolment, state=Ask.State.DECLINED)
    ask(publish(state=Post.State.WITHDRAWN), bob_enrolment)
    ask(publish(expires_at=TUESDAY), bob_enrolment)
    ask(publish(other), bob_enrolment)

    assert titles(bob_enrolment) == []


def test_each_says_why(
    publish: Publish, bob_enrolment: Enrolment, topic: Topic, programme: Programme
) -> None:
    unfollowed = TopicFactory.create(programme=programme, name="Working here", position=0)
    Topic.objects.filter(pk=topic.pk).update(position=5)
    ask(publish(unfollowed, topic), bob_enrolment, reason={"topic": unfollowed.pk})
    (proposal,) = proposals(bob_enrolment, TUESDAY)

    assert proposal.topic == topic
    assert proposal.reason == "You follow the topic Heat networks."
    with translation.override("nl"):
        assert proposal.reason == "Je koos het thema Heat networks."


def test_a_vacancy_in_the_own_team_says_so(
    publish: Publish, bob_enrolment: Enrolment, topic: Topic
) -> None:
    ends = TUESDAY + timedelta(days=24)
    post = publish(kind=PostKind.VACANCY, expires_at=ends)
    ask(post, bob_enrolment, reason={"topic": topic.pk, "team": True})
    (proposal,) = proposals(bob_enrolment, TUESDAY)

    assert proposal.reason == "You follow Heat networks, and the vacancy is in your team."
    assert proposal.about == "Open until 18 December."


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ""),
        ({"site_name": "news.example"}, "news.example."),
        ({"expires_at": TUESDAY + timedelta(days=1)}, "Can be shared until 25 November."),
        ({"kind": "EVENT", "event_at": TUESDAY + timedelta(hours=2)}, "Event on 24 November."),
    ],
)
def test_each_says_what_helps_to_choose(
    publish: Publish, bob_enrolment: Enrolment, values: dict[str, Any], expected: str
) -> None:
    ask(publish(**values), bob_enrolment)
    (proposal,) = proposals(bob_enrolment, TUESDAY)

    with timezone.override("Europe/Amsterdam"):
        assert proposal.about == expected


def test_the_first_picture_is_shown(post: Post, bob_enrolment: Enrolment) -> None:
    ask(post, bob_enrolment)
    for position, name in [(1, "media/second.png"), (0, "media/first.png")]:
        asset = MediaAsset(organization=post.organization)
        MediaAsset.objects.bulk_create([asset])
        MediaAsset.objects.filter(pk=asset.pk).update(file=name)
        PostPicture.objects.create(post=post, asset=asset, position=position)
    (proposal,) = proposals(bob_enrolment, TUESDAY)

    assert proposal.picture_url == "/media/media/first.png"


def test_the_card_gets_the_small_picture_and_the_mail_the_whole_one(
    post: Post, bob_enrolment: Enrolment
) -> None:
    ask(post, bob_enrolment)
    asset = MediaAsset.objects.create(
        organization=post.organization, file="media/whole.jpg", thumbnail="media/small.webp"
    )
    PostPicture.objects.create(post=post, asset=asset)
    (proposal,) = proposals(bob_enrolment, TUESDAY)

    assert (proposal.picture_url, proposal.picture) == (
        "/media/media/small.webp",
        "media/whole.jpg",
    )


@pytest.mark.parametrize("count", [1, 3])
def test_two_queries_however_many(
    publish: Publish, bob_enrolment: Enrolment, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        ask(publish(), bob_enrolment)

    with django_assert_num_queries(2):
        assert len(proposals(bob_enrolment, TUESDAY)) == count
