"""What happens after a post is offered: some share it, some wait, and people outside click."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from vaandel.delivery.models import Ask
from vaandel.delivery.services import put_aside
from vaandel.demo.enrolling import Sharer
from vaandel.demo.story import Story, ToldPost
from vaandel.links.models import Kind, Link
from vaandel.links.spool import Writer
from vaandel.posts.models import Angle, Post
from vaandel.posts.queries import angles_for
from vaandel.shares.disclosure import Employer, rule_for, wordings
from vaandel.shares.models import Share
from vaandel.shares.services import (
    Numbers,
    Words,
    answer_not_posted,
    confirm_share,
    open_share,
    type_numbers,
)

REFERRERS: Final = {
    "linkedin": "www.linkedin.com",
    "facebook": "m.facebook.com",
    "x": "t.co",
    "bluesky": "bsky.app",
    "whatsapp": "",
}
FAMILIES: Final = {Kind.PREVIEW: "LinkedInBot", Kind.BOT: "Googlebot", Kind.SCANNER: "Proofpoint"}
MORNING: Final = 6  # in UTC, when the first people in this story are awake
USUAL_CLICKS: Final = {"linkedin": 7.0, "whatsapp": 4.0, "facebook": 5.0, "bluesky": 3.0, "x": 2.0}


class Audience:
    """People and robots outside, who follow short links. Their clicks go through the spool."""

    def __init__(self, folder: Path, chance: random.Random, now: datetime) -> None:
        self._writer = Writer(folder)
        self._chance = chance
        self.now = now

    def clicks(self, link: Link, channel: str, *, people: int, since: datetime) -> None:
        """Most people click on the first days. Every link is also seen by a few robots."""
        for _ in range(people):
            later = since + timedelta(days=self._chance.expovariate(0.5))
            self._click(link, Kind.HUMAN, moment=_awake(later), channel=channel)
        robots = Kind.BOT if channel == "whatsapp" else Kind.PREVIEW
        for kind in (robots, Kind.REPEAT, Kind.SCANNER)[: self._chance.randint(1, 3)]:
            soon = since + timedelta(minutes=1)
            self._click(link, kind, moment=soon, channel=channel)

    def _click(self, link: Link, kind: Kind, *, moment: datetime, channel: str) -> None:
        if moment >= self.now:
            return
        self._writer.append(
            link.pk,
            moment.timestamp(),
            kind,
            referrer_host=REFERRERS.get(channel, ""),
            family=FAMILIES.get(kind, "Chrome"),
        )

    def close(self) -> None:
        self._writer.close()


def _awake(moment: datetime) -> datetime:
    """Who would click at night does so later in the day."""
    return moment + timedelta(hours=9) if moment.hour < MORNING else moment


def answer_asks(
    post: Post,
    told: ToldPost,
    *,
    story: Story,
    sharers: Sequence[Sharer],
    audience: Audience,
    chance: random.Random,
) -> None:
    """Everybody who was offered this post shares it, puts it off, or does nothing."""
    asked = dict(Ask.objects.filter(post=post).values_list("enrolment_id", "pk"))
    for sharer in sharers:
        ask_id = asked.get(sharer.enrolment.pk)
        if ask_id is None or sharer.eagerness == 0:
            continue
        at = (post.published_at or post.created_at) + timedelta(hours=chance.uniform(1, 60))
        if at >= audience.now:
            continue
        if chance.random() < sharer.eagerness * told.pull:
            share_once(post, sharer, story=story, audience=audience, at=at, chance=chance)
        elif chance.random() < 0.15:
            ask = Ask.objects.get(pk=ask_id)
            put_aside(ask=ask, until=None, today=at.date(), at=at)


def share_once(
    post: Post,
    sharer: Sharer,
    *,
    story: Story,
    audience: Audience,
    at: datetime,
    chance: random.Random,
) -> Share:
    """One share in somebody's own words, the clicks on it, and what they told afterwards."""
    channel = chance.choice(list(sharer.channels))
    starts = angles_for(post, sharer.enrolment.languages, sharer.enrolment.pk)
    angle = chance.choice(sorted(starts, key=lambda start: start.position))
    share = open_share(
        enrolment=sharer.enrolment,
        post=post,
        words=_words(post, angle, channel, story=story, chance=chance),
        press=uuid.UUID(int=chance.getrandbits(128), version=4),
        at=at,
    )
    people = round(chance.lognormvariate(0, 0.7) * USUAL_CLICKS.get(channel, 3.0))
    if chance.random() < 0.85:
        confirm_share(share=share, at=at + timedelta(minutes=6))
        audience.clicks(share.link, channel, people=people, since=at)
        if channel == "linkedin" and chance.random() < 0.3:
            views = people * chance.randint(25, 60) + 40
            numbers = Numbers(views=views, reactions=views // 40, comments=views // 300)
            type_numbers(share=share, numbers=numbers, at=at + timedelta(days=5))
    else:
        answer_not_posted(share=share, at=at + timedelta(minutes=9))
    return share


def share_as_noor(
    post: Post,
    noor: Sharer,
    text: str,
    *,
    audience: Audience,
    at: datetime,
    people: int,
    views: int | None,
) -> Share:
    """A share that went as it should, with so many clicks; what is typed in is optional."""
    chance = random.Random(people)  # noqa: S311 - a story, not a secret
    angle = min(angles_for(post, ["nl"], noor.enrolment.pk), key=lambda start: start.position)
    share = open_share(
        enrolment=noor.enrolment,
        post=post,
        words=_said(post, angle, noor.channels[0], text),
        press=uuid.UUID(int=chance.getrandbits(128), version=4),
        at=at,
    )
    confirm_share(share=share, at=at + timedelta(minutes=4))
    audience.clicks(share.link, share.channel, people=people, since=at)
    if views is not None:
        numbers = Numbers(views=views, reactions=views // 40)
        type_numbers(share=share, numbers=numbers, at=at + timedelta(days=6))
    return share


def _words(post: Post, angle: Angle, channel: str, *, story: Story, chance: random.Random) -> Words:
    """Most people write for themselves; some only fill the gap."""
    own = chance.choice(list(story.own_words[angle.language]))
    filler = chance.choice(list(story.fillers[angle.language]))
    filled = angle.text.replace("___", filler)
    return _said(post, angle, channel, filled if chance.random() < 0.35 else own)


def _said(post: Post, angle: Angle, channel: str, text: str) -> Words:
    return said_by(post, channel, text[:220], language=angle.language, angle=angle)


def said_by(
    post: Post, channel: str, text: str, *, language: str, angle: Angle | None = None
) -> Words:
    """A text with the line that names the employer in it, as it is proposed."""
    organization = post.organization
    rule = rule_for(post.commercial_class, country=organization.country)
    employer = Employer(organization.name, organization.website)
    line = wordings(employer, language=language, rule=rule)[0]
    return Words(
        channel=channel,
        text=text,
        disclosure=line,
        disclosure_rule=rule.code,
        disclosure_offered=line,
        language=language,
        angle=angle,
    )
