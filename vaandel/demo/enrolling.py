"""Who joins, when, and what they choose."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vaandel.ambassadors.models import Bracket, Enrolment, Purpose, Rhythm
from vaandel.ambassadors.services import Choices, join, leave, use_channels
from vaandel.demo.cast import PARTS
from vaandel.organizations.models import Member
from vaandel.organizations.services import accept_invitation, invite_member
from vaandel.programmes.models import Programme, Topic

INVITED: Final = 130
JOINING: Final = 68
NOORS_TOPICS: Final = ("Warmtenetten", "Werken bij ons", "Duurzaam wonen")
NETWORKS: Final = ("linkedin", "whatsapp", "facebook", "bluesky", "x")


@dataclass(frozen=True, slots=True)
class Sharer:
    """An ambassador with how readily they share (0 to 1) and where."""

    enrolment: Enrolment
    eagerness: float
    channels: Sequence[str]
    joined_at: datetime


def invite_and_join(
    programme: Programme,
    *,
    members: Sequence[Member],
    owner: Member,
    start: datetime,
    weeks: int,
    chance: random.Random,
) -> list[Sharer]:
    """Invite in three waves; about half say yes, most of them early on."""
    topics = list(Topic.objects.filter(programme=programme).order_by("position"))
    noor = _member(members, "ambassador")
    others = [member for member in members if member.pk not in (noor.pk, owner.pk)]
    chance.shuffle(others)
    sharers = [_noor_joins(noor, programme=programme, topics=topics, owner=owner, start=start)]
    for number, member in enumerate(others[:INVITED]):
        wave = number * 3 // INVITED
        invited_at = start + timedelta(weeks=wave * 2, hours=2, minutes=number)
        invitation = invite_member(member=member, by=owner, at=invited_at)
        if number % 2 or len(sharers) >= JOINING or invitation is None:
            continue
        joined_at = invited_at + timedelta(days=chance.triangular(0, weeks * 3.0, 1.0))
        accept_invitation(invitation=invitation, at=invited_at + timedelta(days=1))
        sharers.append(
            _joins(member, programme=programme, topics=topics, at=joined_at, chance=chance)
        )
    for sharer in sharers[-3:]:
        leave(enrolment=sharer.enrolment, at=sharer.joined_at + timedelta(days=16))
    return sharers[:-3]


def _member(members: Sequence[Member], key: str) -> Member:
    email = next(part.email for part in PARTS if part.key == key)
    return next(member for member in members if member.user.email == email)


def _noor_joins(
    noor: Member, *, programme: Programme, topics: Sequence[Topic], owner: Member, start: datetime
) -> Sharer:
    invitation = invite_member(member=noor, by=owner, at=start + timedelta(hours=1))
    joined_at = start + timedelta(hours=3)
    if invitation is not None:
        accept_invitation(invitation=invitation, at=joined_at)
    choices = Choices(
        topics=[topic for topic in topics if topic.name in NOORS_TOPICS],
        languages=["nl", "en"],
        rhythm=Rhythm.WEEKLY,
        consents=frozenset({Purpose.RESULT_MAILS}),
    )
    enrolment = join(member=noor, programme=programme, choices=choices, at=joined_at)
    brackets = {"linkedin": Bracket.UP_TO_700.value, "whatsapp": Bracket.UP_TO_100.value}
    use_channels(enrolment=enrolment, brackets=brackets, instances={})
    return Sharer(enrolment, 0.0, ("linkedin", "whatsapp"), joined_at)


def _joins(
    member: Member,
    *,
    programme: Programme,
    topics: Sequence[Topic],
    at: datetime,
    chance: random.Random,
) -> Sharer:
    language = member.user.language
    choices = Choices(
        topics=chance.sample(list(topics), chance.randint(2, 5)),
        languages=[language] if language in ("nl", "en") else [language, "nl"],
        rhythm=chance.choice([Rhythm.WEEKLY, Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.MONTHLY]),
        consents=frozenset({Purpose.RESULT_MAILS}) if chance.random() < 0.4 else frozenset(),
    )
    enrolment = join(member=member, programme=programme, choices=choices, at=at)
    channels = chance.choices(NETWORKS, [60, 24, 9, 4, 3])
    if chance.random() < 0.5:
        channels.append(chance.choice(NETWORKS))
    told = {
        channel: chance.choice(Bracket.values) if chance.random() < 0.7 else ""
        for channel in dict.fromkeys(channels)
    }
    use_channels(enrolment=enrolment, brackets=told, instances={})
    return Sharer(enrolment, chance.betavariate(2, 2.4), list(told), at)
