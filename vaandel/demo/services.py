"""Telling the story of Stadsenergie, through the same services as everybody else.

The same people, texts and choices come out every time; only the dates follow the calendar, and
short codes are drawn anew.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from vaandel.delivery.embeds.services import Wanted, make_embed, note_shown
from vaandel.delivery.models import Embed
from vaandel.delivery.planning.offering import offer_posts_of
from vaandel.demo.cast import PARTS, Part, everybody
from vaandel.demo.converting import report_conversions
from vaandel.demo.enrolling import Sharer, invite_and_join
from vaandel.demo.practising import practise
from vaandel.demo.publishing import (
    content_of,
    make_post,
    published_at,
    put_in_calendar,
    put_live,
)
from vaandel.demo.sharing import Audience, answer_asks, share_as_noor
from vaandel.demo.story import HERE, Story, ToldPost, picture, story
from vaandel.impact.services import freeze_weeks, roll_up
from vaandel.links.ingest import ingest_clicks
from vaandel.organizations.models import Member, Organization, Unit
from vaandel.organizations.services import add_unit, change_roles
from vaandel.organizations.services.organization import edit_organization, store_logo
from vaandel.organizations.services.writing import write_people
from vaandel.organizations.tenancy import tenant_scope
from vaandel.posts.models import Post
from vaandel.posts.services import expire_due_posts, submit_story
from vaandel.programmes.models import Programme, Topic
from vaandel.programmes.queries import the_programme
from vaandel.programmes.services import create_topic, edit_programme, found_organization
from vaandel.recognition.services import thank
from vaandel.sources.services import import_feed

SEED: Final = 20_260_907
WEEKS: Final = 12
# People who clicked, and the views she typed in (None: she did not).
NOORS_RESULTS: Final = ((14, 860), (9, None), (18, 1240))

Say = Callable[[str], None]


class AlreadyThere(Exception):
    """The demonstration was made before."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the story is told."""

    story: Story
    organization: Organization
    programme: Programme
    owner: Member
    members: Sequence[Member]
    now: datetime
    start: datetime
    chance: random.Random

    def part(self, key: str) -> Member:
        email = next(part.email for part in PARTS if part.key == key)
        return next(member for member in self.members if member.user.email == email)


def make_demo(*, say: Say, now: datetime | None = None) -> Organization:
    """Make Stadsenergie with twelve weeks behind it, or nothing; raises ``AlreadyThere``."""
    at = now or timezone.now()
    told = story()
    if Organization.objects.filter(slug=told.organization["slug"]).exists():
        raise AlreadyThere
    with transaction.atomic():
        stage = _set_stage(told, at, say)
        with tenant_scope(stage.organization):
            _tell(stage, say)
    say("Counting")
    ingest_clicks()
    roll_up()
    freeze_weeks()
    with tenant_scope(stage.organization):
        _say_thanks(stage)
        report_conversions(owner=stage.owner, editor=stage.part("editor"), now=stage.now, seed=SEED)
    return stage.organization


def _set_stage(told: Story, now: datetime, say: Say) -> Stage:
    start = published_at(ToldPost(title="", topics=(), week=WEEKS - 1), now) - timedelta(hours=2)
    owner_part = PARTS[0]
    organization = found_organization(
        name=told.organization["name"],
        slug=told.organization["slug"],
        country=told.organization["country"],
        language=told.organization["language"],
        owner_email=owner_part.email,
        owner_name=owner_part.name,
        website="https://stadsenergie.example",
        at=start,
    )
    with tenant_scope(organization):
        owner = Member.objects.get(is_owner=True)
        programme = the_programme(organization)
        changes: dict[str, object] = {
            "name": "Collega’s vertellen",
            "expectation": told.organization["expectation"].strip(),
            "starts_on": start.date(),
        }
        edit_programme(programme=programme, changes=changes, by=owner, at=start)
        organization.refresh_from_db()
        _dress(told, organization, owner, start)
        chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
        _make_units(told, owner, start)
        _make_topics(told, programme, owner, start)
        say("240 people")
        write_people(
            organization=organization,
            people=everybody(told, chance),
            invite=False,
            by=owner,
            at=start,
        )
        members = list(Member.objects.select_related("user", "unit", "organization").order_by("pk"))
        stage = Stage(told, organization, programme, owner, members, now, start, chance)
        for part in PARTS[1:]:
            _give_roles(stage, part)
    return stage


def _dress(told: Story, organization: Organization, owner: Member, at: datetime) -> None:
    edit_organization(
        organization=organization,
        changes={name: told.organization[name] for name in ("colour", "reply_to")},
        logo=store_logo((HERE / "pictures" / "logo.png").read_bytes()),
        by=owner,
        at=at,
    )


def _make_units(told: Story, owner: Member, at: datetime) -> None:
    for name, about in told.units.items():
        parent: Unit = add_unit(name=name, parent=None, by=owner, at=at)
        for child in about["children"]:
            add_unit(name=child, parent=parent, by=owner, at=at)


def _make_topics(told: Story, programme: Programme, owner: Member, at: datetime) -> None:
    for topic in told.topics:
        file = ContentFile(picture(topic.picture))
        create_topic(
            programme=programme,
            name=topic.name,
            description=topic.description,
            colour=topic.colour,
            pattern=topic.pattern,
            picture=default_storage.save(f"topics/{topic.picture}.webp", file),
            by=owner,
            at=at,
        )


def _give_roles(stage: Stage, part: Part) -> None:
    if part.roles:
        change_roles(member=stage.part(part.key), roles=part.roles, by=stage.owner, at=stage.start)


def _tell(stage: Stage, say: Say) -> None:
    say("Invitations and answers")
    sharers = invite_and_join(
        stage.programme,
        members=stage.members,
        owner=stage.owner,
        start=stage.start,
        weeks=WEEKS,
        chance=stage.chance,
    )
    audience = Audience(Path(settings.SPOOL_DIR), stage.chance, stage.now)
    say("Twelve weeks of posts and shares")
    posts = [_happen(stage, told, sharers, audience) for told in _in_order(stage)]
    _noors_shares(stage, sharers[0], posts, audience)
    _noor_practises(stage, sharers[0], audience)
    audience.close()
    expire_due_posts()
    say("Drafts, stories and news")
    _put_on_the_desk(stage)


def _in_order(stage: Stage) -> list[ToldPost]:
    return sorted(stage.story.posts, key=lambda told: published_at(told, stage.now))


def _make(stage: Stage, told: ToldPost, at: datetime) -> Post:
    topics = list(Topic.objects.filter(programme=stage.programme))
    people = [stage.part("approver"), stage.part("editor")]
    content = content_of(told, stage.story, topics=topics, people=people)
    return make_post(told, content, programme=stage.programme, by=stage.part("editor"), at=at)


def _happen(stage: Stage, told: ToldPost, sharers: Sequence[Sharer], audience: Audience) -> Post:
    at = published_at(told, stage.now)
    post = put_live(_make(stage, told, at), by=stage.part("editor"), at=at)
    offer_posts_of(stage.organization, at=at)
    there = [sharer for sharer in sharers if sharer.joined_at <= at]
    answer_asks(
        post,
        told,
        story=stage.story,
        sharers=there,
        audience=audience,
        chance=stage.chance,
    )
    return post


def _noors_shares(stage: Stage, noor: Sharer, posts: Sequence[Post], audience: Audience) -> None:
    """Three of her own, so that *My impact* has something to tell; this week is still open."""
    mine = [
        post
        for post in posts
        if post.published_at and post.published_at < stage.now - timedelta(days=7)
    ][-3:]
    told = zip(mine, stage.story.noors_texts, NOORS_RESULTS, strict=True)
    for post, text, (people, views) in told:
        at = (post.published_at or stage.now) + timedelta(hours=5)
        share_as_noor(post, noor, text, audience=audience, at=at, people=people, views=views)


def _noor_practises(stage: Stage, noor: Sharer, audience: Audience) -> None:
    told, editor = stage.story.noors_network, stage.part("editor")
    practise(noor.enrolment, told, editor=editor, audience=audience, now=stage.now)


def _put_on_the_desk(stage: Stage) -> None:
    for told in stage.story.drafts:
        publish_at = stage.now + timedelta(days=told.in_days)
        post = _make(stage, told, stage.now)
        if told.state == "PLANNED":
            put_in_calendar(post, by=stage.owner, publish_at=publish_at, at=stage.now)
    for sent_in, member in zip(stage.story.submissions, stage.members[20:], strict=False):
        submit_story(
            member=member,
            occasion=sent_in.occasion,
            title=sent_in.title,
            answers=sent_in.answers,
            picture=None,
            wants_to_read_along=True,
            at=stage.now - timedelta(days=2),
        )
    import_feed(place=str(HERE / "news.xml"), organization=stage.organization, at=stage.now)
    _show_on_the_intranet(stage)


def _show_on_the_intranet(stage: Stage) -> None:
    """A place that colleagues have seen this morning."""
    told = stage.story.intranet
    wanted = Wanted(
        name=told["name"],
        sites=[told["site"]],
        topics=[],
        language=stage.organization.language,
        look=Embed.Look.AUTO,
        most=3,
    )
    by, at = stage.part("editor"), stage.now - timedelta(days=30)
    note_shown(embed=make_embed(wanted=wanted, by=by, at=at), at=stage.now - timedelta(hours=2))


def _say_thanks(stage: Stage) -> None:
    """Thanks for what Noor shared, among others."""
    noor = stage.part("ambassador")
    posts = Post.objects.filter(shares__enrolment__member=noor).order_by("-published_at")
    by = [stage.part("editor"), stage.part("coach"), stage.owner]
    for number, post in enumerate(posts):
        thank(
            post=post,
            by=by[number % len(by)],
            text=stage.story.thanks[number % len(stage.story.thanks)],
            at=stage.now - timedelta(days=1 + number * 4),
        )
