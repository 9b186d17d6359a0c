"""Nobody is offered a post that cannot be shared, because nobody approved it under its rules."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tests.factories import AngleFactory, MemberFactory, PostFactory
from vaandel.delivery.planning.audience import live_offers
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post
from vaandel.posts.services import approve_post
from vaandel.programmes.models import Programme, Topic
from vaandel.programmes.services import set_rules


def test_a_post_that_nobody_approved_is_not_offered(
    acme: Organization, programme: Programme, topic: Topic, alice: Member
) -> None:
    now = timezone.now()
    old = PostFactory.create(programme=programme, title="Live before there were rules")
    new = PostFactory.create(
        programme=programme, title="Approved", state=Post.State.REVIEW, no_facts=True,
        expires_at=now + timedelta(days=9),
    )  # fmt: skip
    for post in (old, new):
        post.topics.add(topic)
    AngleFactory.create(post=new, text="Rates rise to 3 %.")
    assert len(live_offers(programme, at=now)) == 1

    set_rules(
        topic=topic, regulated=True, keep_years=5, risk_lines={"en": "Mind it."}, by=alice, at=now
    )
    fresh = Post.objects.select_related("organization", "programme").get(pk=new.pk)
    approve_post(post=fresh, by=MemberFactory.create(organization=acme, is_approver=True), at=now)

    assert [offer.post_id for offer in live_offers(programme, at=now)] == [new.pk]
