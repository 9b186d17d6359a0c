"""Everything the share page shows, read once; templates start no query of their own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import get_language

from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.channel import Channel
from vaandel.channels.registry import CHANNELS
from vaandel.channels.services.apps import offered
from vaandel.links.codes import LENGTH
from vaandel.organizations.models import Member
from vaandel.posts.models import Angle, MediaAsset, Post, PostDocument
from vaandel.posts.queries import angles_for, document_of
from vaandel.posts.regulated import rule_of
from vaandel.programmes.models import Programme, Topic
from vaandel.shares.access import Door
from vaandel.shares.addresses import destination
from vaandel.shares.disclosure import (
    WORDINGS,
    Employer,
    Rule,
    Strictness,
    base_language,
    rule_for,
    wordings,
)
from vaandel.shares.habits import Habits, UnderWay, Waiting, habits
from vaandel.shares.postings import Posting, postings
from vaandel.shares.queries import Unanswered, first_picture
from vaandel.shares.requests import Regulated, regulated_of

# The previews that say most about how a text will look; the person's own channel comes first.
PREVIEWED: Final = ("linkedin", "bluesky", "whatsapp")
CHATS: Final = frozenset({"whatsapp", "telegram"})
PREVIEWABLE: Final = (*PREVIEWED, "facebook", "x", "mastodon", "threads", "xing", "telegram")
GAP: Final = "___"


@dataclass(frozen=True, slots=True)
class Start:
    """An angle to write from. ``pieces`` are the words between the gaps."""

    angle: Angle
    pieces: Sequence[str]
    text: str
    # Of an own text that was approved; its ``angle`` is not one of the post's then.
    request: int | None = None
    # What rules of law make it end with.
    risk_line: str = ""

    @property
    def name(self) -> str:
        return f"text-{self.request}" if self.request else str(self.angle.pk)


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to name the employer."""

    name: str
    line: str
    language: str


@dataclass(frozen=True, slots=True)
class Composition:
    """The share page of one post for one person."""

    door: Door
    starts: Sequence[Start]
    topics: Sequence[Topic]
    picture: MediaAsset | None
    ask_whom: Member | None
    employer: Employer
    rule: Rule
    wordings: Sequence[Wording]
    main: Channel
    others: Sequence[Channel]
    counted: Sequence[Channel]
    previewed: Sequence[Channel]
    instance: str
    questions: Sequence[Unanswered]
    reminder: Waiting | None
    postings: Sequence[Posting] = ()
    under_way: Sequence[UnderWay] = ()
    may_connect: bool = False
    regulated: Regulated | None = None
    press: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def post(self) -> Post:
        return self.door.post

    @property
    def posting(self) -> Posting | None:
        """With the account at the main channel, when there is one."""
        return next((p for p in self.postings if p.channel.key == self.main.key), None)

    @property
    def possible(self) -> list[Posting]:
        """What one press can do now, the main channel first."""
        can = [posting for posting in self.postings if posting.is_possible]
        return sorted(can, key=lambda posting: posting.channel.key != self.main.key)

    @property
    def also(self) -> list[Posting]:
        """The other accounts beside the main one."""
        return [p for p in self.postings if p.channel.key != self.main.key]

    @property
    def may_drop_card(self) -> bool:
        return any(posting.may_drop_card for posting in self.possible)

    @property
    def has_planned(self) -> bool:
        """Whether the list of what is planned says anything to this person."""
        return bool(self.postings or self.under_way)

    @property
    def waiting_here(self) -> list[UnderWay]:
        """What of this very post is under way already, the first one first."""
        mine = [one for one in self.under_way if one.post_id == self.post.pk]
        return sorted(mine, key=lambda one: one.due_at)

    @property
    def needs_person(self) -> int:
        return sum(one.needs_person for one in self.under_way)

    @property
    def document(self) -> PostDocument | None:
        """What people attach themselves, where it does not go along."""
        return document_of(self.post)

    @property
    def document_url(self) -> str:
        return self.door.address("document")

    @property
    def sends_document(self) -> bool:
        """Whether one press now takes it along."""
        return any(ADAPTERS[posting.channel.key].abilities.documents for posting in self.possible)

    @property
    def destination(self) -> str:
        return destination(self.post)

    @property
    def site(self) -> str:
        """Whose article it is, for people."""
        host = urlsplit(self.destination).hostname or ""
        return self.post.site_name or host.removeprefix("www.")

    @property
    def may_leave_out(self) -> bool:
        return self.rule.strictness is not Strictness.REQUIRED

    @property
    def may_share(self) -> bool:
        """False for a post that nobody approved since the law has rules for its topic."""
        return self.regulated is None or self.regulated.may_share

    @property
    def is_regulated(self) -> bool:
        """Rules of law hold for this post: its texts are not for changing."""
        return rule_of(self.post) is not None

    @property
    def line_comes_first(self) -> bool:
        """An advertising label stands before everything."""
        return self.rule.label

    def offered_line(self, angle: Angle | None) -> str:
        """What was proposed to this person before they chose."""
        return self.wording_named("", angle)[0]

    @property
    def facts(self) -> list[str]:
        return _lines(self.post.facts_cleared)

    @property
    def do(self) -> list[str]:
        return _lines(self.post.please_do)

    @property
    def do_not(self) -> list[str]:
        return _lines(self.post.please_do_not)

    @property
    def sample_url(self) -> str:
        """As long as the short link will be, for counting before it exists."""
        return _sample_url()

    @property
    def shown_url(self) -> str:
        """The short link as people see it before it exists."""
        return f"{settings.LINK_URL}/s/…"

    @property
    def language(self) -> str:
        """Of an empty sheet: that of the first start, else of the post."""
        return self.starts[0].angle.language if self.starts else self.post.language

    def angle_named(self, name: str) -> Angle | None:
        """The angle with this id, if it was offered on this page."""
        return next((start.angle for start in self.starts if start.name == name), None)

    def locked(self, name: str) -> Angle | None:
        """Under rules of law the text that was chosen, the first one unless another was."""
        if not self.starts:
            return None
        return self.angle_named(name) or self.starts[0].angle

    def risk_line(self, language: str) -> str:
        """What rules of law make a text in this language end with; "" without rules."""
        return self.regulated.rule.ending(language) if self.regulated else ""

    def wording_named(self, name: str, angle: Angle | None) -> tuple[str, str]:
        """The line and its language; the first one of the angle's language when none was chosen."""
        chosen = next((w for w in self.wordings if w.name == name), None)
        if chosen is not None:
            return chosen.line, chosen.language
        wanted = base_language(angle.language if angle else self.language)
        first = next((w for w in self.wordings if w.language == wanted), self.wordings[0])
        return first.line, first.language


def composition(door: Door, *, now: datetime, press: uuid.UUID | None = None) -> Composition:
    """Read the page. ``press`` is kept when a form comes back."""
    post, enrolment = door.post, door.enrolment
    programme = enrolment.programme if enrolment else post.programme
    prefetch_related_objects([post], "topics")
    regulated = regulated_of(post, enrolment)
    offered_starts = [*_own_starts(regulated), *(_start(angle) for angle in _angles(door))]
    starts = _with_endings(offered_starts, regulated)
    own = habits(enrolment, post, now=now) if enrolment else Habits()
    employer = Employer(door.organization.name, door.organization.website)
    rule = naming_rule(door)
    main = CHANNELS[own.first]
    return Composition(
        door=door,
        starts=starts,
        topics=list(post.topics.all()),
        picture=first_picture(post),
        ask_whom=post.ask_whom,
        employer=employer,
        rule=rule,
        wordings=_wordings(employer, rule, programme, _languages(post, starts)),
        main=main,
        others=_others(main, own.channels),
        counted=_counted(main),
        previewed=_previewed(main),
        instance=own.instance,
        questions=own.questions,
        reminder=own.waiting,
        postings=postings(own.accounts, post, door.organization, sample_url=_sample_url(), now=now),
        under_way=own.under_way,
        may_connect=bool(enrolment and not own.accounts and offered(door.organization)),
        regulated=regulated,
        press=press or uuid.uuid4(),
    )


def naming_rule(door: Door) -> Rule:
    """How strictly the employer is named in this post; no query for who takes part."""
    programme = door.enrolment.programme if door.enrolment else door.post.programme
    return rule_for(
        door.post.commercial_class,
        country=door.organization.country,
        reward=programme.gives_rewards,
    )


def _sample_url() -> str:
    return f"{settings.LINK_URL}/s/{'x' * LENGTH}"


def _angles(door: Door) -> list[Angle]:
    enrolment = door.enrolment
    if enrolment is None:
        return angles_for(door.post, [], 0)
    return angles_for(door.post, enrolment.languages, enrolment.pk)


def _own_starts(regulated: Regulated | None) -> list[Start]:
    """The person's own texts that were approved, to share as they are."""
    return [
        Start(
            angle=Angle(language=row.language, text=row.text),
            pieces=[row.text],
            text=row.text,
            request=row.pk,
        )
        for row in (regulated.approved if regulated else ())
    ]


def _with_endings(starts: Sequence[Start], regulated: Regulated | None) -> list[Start]:
    if regulated is None:
        return list(starts)
    return [
        replace(start, risk_line=regulated.rule.ending(start.angle.language)) for start in starts
    ]


def _start(angle: Angle) -> Start:
    pieces: list[str] = []
    rest = angle.text
    while GAP in rest:
        before, _, rest = rest.partition(GAP)
        pieces.append(before)
        rest = rest.lstrip("_")
    return Start(angle=angle, pieces=[*pieces, rest], text=angle.text)


def _languages(post: Post, starts: Sequence[Start]) -> list[str]:
    """Of the angles, in the order in which they are offered; else the post's, else the reader's.

    People write in other languages too, and the line is in the language of the text.
    """
    used = [start.angle.language for start in starts] or [post.language or get_language() or "en"]
    return list(dict.fromkeys(base_language(language) for language in used))


def _wordings(
    employer: Employer, rule: Rule, programme: Programme, languages: Sequence[str]
) -> list[Wording]:
    own = programme.disclosure_wording or {}
    others = [language for language in WORDINGS if language not in languages]
    found = []
    for language in (*languages, *others):
        lines = wordings(
            employer, language=language, rule=rule, own_wording=str(own.get(language, ""))
        )
        offered_lines = lines if language in languages else lines[:1]
        found += [
            Wording(name=f"{language}-{number}", line=line, language=language)
            for number, line in enumerate(offered_lines)
        ]
    return found


def _others(main: Channel, used: Sequence[str]) -> list[Channel]:
    """The person's own channels first, then the rest in the order of the registry."""
    keys = dict.fromkeys([*used, *CHANNELS])
    return [CHANNELS[key] for key in keys if key != main.key]


def _counted(main: Channel) -> list[Channel]:
    usual = [channel for channel in CHANNELS.values() if channel.shows_counter]
    return usual if main.limit is None else _with(main, usual)


def _previewed(main: Channel) -> list[Channel]:
    usual = [CHANNELS[key] for key in PREVIEWED]
    return _with(main, usual) if main.key in PREVIEWABLE else usual


def _with(main: Channel, rest: Sequence[Channel]) -> list[Channel]:
    return [main, *(channel for channel in rest if channel.key != main.key)]


def _lines(text: str) -> list[str]:
    """One item per line, as editors write them; a dash or bullet in front is not part of it."""
    return [
        line for line in (raw.strip().lstrip("-*•").strip() for raw in text.split("\n")) if line
    ]
