"""An organisation of any size, written straight into the tables: quick, and the same every time."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from vaandel.accounts.models import User
from vaandel.ambassadors.models import ChannelUse, Enrolment
from vaandel.config.statistics import keep_statistics
from vaandel.delivery.models import Ask
from vaandel.impact.services import freeze_weeks, roll_up
from vaandel.links.models import Kind, Link, LinkDay
from vaandel.organizations.models import Member, Organization, Unit
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Angle, Post
from vaandel.programmes.models import Programme, Topic
from vaandel.recognition.models import Thanks
from vaandel.shares.models import Share

BATCH = 2000
UNITS = 40
TOPICS = 8
WEEKS = 52
CHANNELS = ("linkedin", "whatsapp", "facebook", "x", "bluesky")


@dataclass(frozen=True, slots=True)
class Size:
    """So many members, a third of them ambassadors, so many posts and shares."""

    members: int
    posts: int
    shares: int


@dataclass(frozen=True, slots=True)
class People:
    organization: Organization
    owner: Member
    ambassador: Member
    live_post: Post


def populate(size: Size) -> People:
    """Make the organisation and count its roll-ups. The busiest ambassador is the one we watch."""
    chance = random.Random(size.members)
    now = timezone.now()
    with every_tenant():
        with transaction.atomic():
            people = write(size, chance, now)
        roll_up()
        freeze_weeks()
    keep_statistics()
    return people


def write(size: Size, chance: random.Random, now: datetime, slug: str = "") -> People:
    """The rows of an organisation, before anything has been rolled up."""
    start = now - timedelta(weeks=WEEKS)
    slug = slug or f"size-{size.members}"
    organization = Organization.objects.create(
        name=f"Size {size.members}", slug=slug, language="en"
    )
    programme = Programme.objects.create(
        organization=organization, name="Colleagues tell", starts_on=start.date()
    )
    units = Unit.objects.bulk_create(
        Unit(organization=organization, name=f"Unit {n}") for n in range(UNITS)
    )
    topics = Topic.objects.bulk_create(
        Topic(organization=organization, programme=programme, name=f"Topic {n}", position=n)
        for n in range(TOPICS)
    )
    members = _members(organization, units, size, chance, start)
    enrolments = _enrolments(programme, members, topics, chance, start)
    posts = _posts(programme, topics, size, now)
    _shares(posts, enrolments, size, chance, now)
    _asks(posts[-3:], enrolments, now)
    return People(organization, members[0], enrolments[0].member, posts[-1])


def _rows(model: Any, rows: Iterator[Any]) -> list[Any]:
    return model.objects.bulk_create(list(rows), batch_size=BATCH)  # type: ignore[no-any-return]


def _members(
    organization: Organization,
    units: list[Unit],
    size: Size,
    chance: random.Random,
    start: datetime,
) -> list[Member]:
    users = _rows(
        User,
        (
            User(
                email=f"p{n}@{organization.slug}.example",
                name=f"Person {n}",
                password="!",
                created_at=start,
            )
            for n in range(size.members)
        ),
    )
    return _rows(
        Member,
        (
            Member(
                organization=organization,
                user=user,
                unit=chance.choice(units),
                created_at=start,
                is_owner=n == 0,
                is_editor=n == 0,
                is_ambassador=n % 3 == 1,
            )
            for n, user in enumerate(users)
        ),
    )


def _enrolments(
    programme: Programme,
    members: list[Member],
    topics: list[Topic],
    chance: random.Random,
    start: datetime,
) -> list[Enrolment]:
    enrolments = _rows(
        Enrolment,
        (
            Enrolment(
                organization=programme.organization,
                programme=programme,
                member=member,
                state=Enrolment.State.JOINED,
                languages=["en"],
                joined_at=start + timedelta(days=chance.randint(0, 200)),
            )
            for member in members
            if member.is_ambassador
        ),
    )
    follows = Enrolment.topics.through
    follows.objects.bulk_create(
        [
            follows(enrolment_id=enrolment.pk, topic_id=topic.pk)
            for enrolment in enrolments
            for topic in chance.sample(topics, 3)
        ],
        batch_size=BATCH,
    )
    _rows(
        ChannelUse,
        (
            ChannelUse(
                organization=programme.organization,
                enrolment=enrolment,
                channel="linkedin",
                bracket="300-700",
            )
            for enrolment in enrolments
        ),
    )
    return enrolments


def _posts(programme: Programme, topics: list[Topic], size: Size, now: datetime) -> list[Post]:
    gap = timedelta(weeks=WEEKS) / size.posts
    posts = _rows(
        Post,
        (
            Post(
                organization=programme.organization,
                programme=programme,
                title=f"Post {n}",
                summary="What happened, in a sentence.",
                language="en",
                target_url=f"https://news.example/{n}",
                state=Post.State.LIVE if n >= size.posts - 20 else Post.State.EXPIRED,
                published_at=now - gap * (size.posts - n),
                updated_at=now - gap * (size.posts - n),
            )
            for n in range(size.posts)
        ),
    )
    through = Post.topics.through
    through.objects.bulk_create(
        [through(post_id=p.pk, topic_id=topics[n % TOPICS].pk) for n, p in enumerate(posts)],
        batch_size=BATCH,
    )
    _rows(
        Angle,
        (
            Angle(
                organization=programme.organization,
                post=post,
                language="en",
                text=f"Start {n}: ___",
                position=n,
            )
            for post in posts
            for n in range(4)
        ),
    )
    return posts


def _shares(
    posts: list[Post],
    enrolments: list[Enrolment],
    size: Size,
    chance: random.Random,
    now: datetime,
) -> None:
    """The first ambassador shares fifty times, the others at random; most links are clicked."""
    organization = posts[0].organization
    for begin in range(0, size.shares, 50_000):
        count = min(50_000, size.shares - begin)
        links = _rows(
            Link,
            (
                Link(
                    organization=organization,
                    code=f"{size.members:x}{begin + n:07x}",
                    target_url="https://news.example/",
                    channel=chance.choice(CHANNELS),
                )
                for n in range(count)
            ),
        )
        _rows(Share, _share_rows(links, posts, enrolments, chance, begin))
        _rows(LinkDay, _day_rows(links, chance, now))


def _share_rows(
    links: list[Link],
    posts: list[Post],
    enrolments: list[Enrolment],
    chance: random.Random,
    begin: int,
) -> Iterator[Share]:
    for n, link in enumerate(links):
        post = chance.choice(posts)
        mine = begin + n < 50
        yield Share(
            organization_id=link.organization_id,
            post=post,
            enrolment=enrolments[0] if mine else chance.choice(enrolments),
            link=link,
            press=uuid.UUID(int=chance.getrandbits(128), version=4),
            channel=link.channel,
            language="en",
            text="What struck me: the silence in the street at six in the morning.",
            state=Share.State.CONFIRMED,
            edited_share=chance.random(),
            opened_at=(post.published_at or timezone.now()) + timedelta(hours=5),
        )


def _day_rows(links: list[Link], chance: random.Random, now: datetime) -> Iterator[LinkDay]:
    today = now.astimezone(UTC).date()
    for link in links:
        for days in chance.sample(range(WEEKS * 7), 2):
            yield LinkDay(
                organization_id=link.organization_id,
                link=link,
                day=today - timedelta(days=days),
                kind=Kind.HUMAN,
                count=chance.randint(1, 9),
            )


def _asks(posts: list[Post], enrolments: list[Enrolment], now: datetime) -> None:
    _rows(
        Ask,
        (
            Ask(
                organization_id=post.organization_id,
                post=post,
                enrolment=enrolment,
                offered_at=now - timedelta(hours=2),
            )
            for post in posts
            for enrolment in enrolments
        ),
    )
    _rows(
        Thanks,
        (
            Thanks(
                organization_id=enrolment.organization_id,
                by_name="A colleague",
                to=enrolment,
                text="Somebody applied because of you.",
                clicks=9,
            )
            for enrolment in enrolments[:1000]
        ),
    )
