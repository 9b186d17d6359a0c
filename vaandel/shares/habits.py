"""What one person uses, has under way and was not asked yet, read in one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import CharField, DateTimeField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from vaandel.ambassadors.models import ChannelUse, Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.channels.registry import CHANNELS, DEFAULT
from vaandel.posts.models import Post
from vaandel.shares.models import Publication, Reminder, Share
from vaandel.shares.moments import spoken
from vaandel.shares.queries import Unanswered, unanswered_line, unanswered_shares

State = Publication.State
NEEDS_PERSON: Final = frozenset({State.ASKING, State.REJECTED, State.UNKNOWN})
UNDER_WAY: Final = frozenset({State.ARMED, State.SENDING})
QUESTIONS: Final = 3

_COLUMNS: Final = ("key", "text", "name", "state", "at", "number")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the union; which columns are filled depends on ``kind``."""

    kind: str
    pk: int
    key: str
    text: str
    name: str
    state: str
    at: datetime | None
    number: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reminder that was asked for and did not come yet, with the words written so far."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """A connected account; ``name`` is how the network calls the person."""

    pk: int
    channel: str
    name: str
    is_active: bool
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A publication that is not over."""

    pk: int
    post_id: int
    channel: str
    state: str
    due_at: datetime

    @property
    def needs_person(self) -> bool:
        return self.state in NEEDS_PERSON

    @property
    def name(self) -> str:
        return str(CHANNELS[self.channel].name)

    @property
    def moment(self) -> str:
        return spoken(self.due_at)


@dataclass(frozen=True, slots=True)
class Habits:
    """Which channels somebody uses, the first one first, and what there is around a post."""

    channels: Sequence[str] = ()
    instance: str = ""
    waiting: Waiting | None = None
    accounts: Sequence[OwnAccount] = ()
    under_way: Sequence[UnderWay] = ()
    questions: Sequence[Unanswered] = ()

    @property
    def first(self) -> str:
        return self.channels[0] if self.channels else DEFAULT


@dataclass(frozen=True, slots=True)
class Doing:
    """What is under way, without a post."""

    question: Unanswered | None = None
    waits: int = 0
    needs_person: int = 0


def habits(enrolment: Enrolment, post: Post, *, now: datetime) -> Habits:
    """Around one post. Channels that we no longer know are left out."""
    of = _by_kind(
        [
            _uses(enrolment),
            _accounts(enrolment),
            _reminders(enrolment, post),
            _under_way(enrolment),
            _questions(unanswered_shares(enrolment, at=now, post=post)),
        ]
    )
    uses = [line for line in of["use"] if line.key in CHANNELS]
    return Habits(
        channels=[line.key for line in uses],
        instance=next((line.text for line in uses if line.key == "mastodon"), ""),
        waiting=next((Waiting(line.at, line.text) for line in of["reminder"] if line.at), None),
        accounts=[
            OwnAccount(
                line.pk,
                line.key,
                line.text or line.name,
                line.state == ConnectedAccount.State.ACTIVE,
                line.at,
            )
            for line in of["account"]
            if line.key in CHANNELS
        ],
        under_way=[
            UnderWay(line.pk, line.number, line.key, line.state, line.at)
            for line in of["under way"]
            if line.at
        ],
        questions=_asked(of["question"]),
    )


def doing(enrolment: Enrolment, *, now: datetime) -> Doing:
    """Without a post, for the page of the day: the newest open question, and the counts."""
    questions = _questions(unanswered_shares(enrolment, at=now))
    of = _by_kind([questions, _under_way(enrolment)])
    needs = sum(line.state in NEEDS_PERSON for line in of["under way"])
    return Doing(
        question=next(iter(_asked(of["question"])), None),
        waits=len(of["under way"]) - needs,
        needs_person=needs,
    )


def _by_kind(querysets: Sequence[QuerySet[Any, Any]]) -> Mapping[str, list[Line]]:
    found: dict[str, list[Line]] = {
        kind: [] for kind in ("use", "account", "reminder", "under way", "question")
    }
    for row in querysets[0].union(*querysets[1:], all=True):
        line = Line(*row)
        found[line.kind].append(line)
    for lines in found.values():
        lines.sort(key=lambda line: line.pk)
    return found


def _as_lines(
    kind: str, rows: QuerySet[Any], columns: Mapping[str, str]
) -> QuerySet[Any, tuple[Any, ...]]:
    empty: dict[str, Any] = {
        name: Value("", output_field=CharField()) for name in ("key", "text", "name", "state")
    }
    # Without the cast PostgreSQL takes two of these together for text.
    empty["at"] = Cast(Value(None), DateTimeField(null=True))
    empty["number"] = Value(0, output_field=IntegerField())
    values = (F(columns[name]) if name in columns else empty[name] for name in _COLUMNS)
    return rows.order_by().values_list(Value(kind, output_field=CharField()), F("pk"), *values)


def _uses(enrolment: Enrolment) -> QuerySet[Any, Any]:
    rows = ChannelUse.objects.filter(enrolment=enrolment)
    return _as_lines("use", rows, {"key": "channel", "text": "instance"})


def _accounts(enrolment: Enrolment) -> QuerySet[Any, Any]:
    rows = ConnectedAccount.objects.filter(enrolment=enrolment)
    columns = {
        "key": "channel",
        "text": "handle",
        "name": "display_name",
        "state": "state",
        "at": "session_until",
    }
    return _as_lines("account", rows, columns)


def _reminders(enrolment: Enrolment, post: Post) -> QuerySet[Any, Any]:
    rows = Reminder.objects.filter(enrolment=enrolment, post=post, sent_at=None)
    return _as_lines("reminder", rows, {"text": "text", "at": "at"})


def _under_way(enrolment: Enrolment) -> QuerySet[Any, Any]:
    states = sorted(UNDER_WAY | NEEDS_PERSON)
    rows = Publication.objects.filter(enrolment=enrolment, state__in=states)
    columns = {"key": "channel", "state": "state", "at": "due_at", "number": "post_id"}
    return _as_lines("under way", rows, columns)


def _questions(shares: QuerySet[Share]) -> QuerySet[Any, Any]:
    columns = {
        "key": "channel",
        "text": "text",
        "name": "post__title",
        "at": "opened_at",
        "number": "post_id",
    }
    return _as_lines("question", shares, columns)


def _asked(lines: Sequence[Line]) -> list[Unanswered]:
    """The newest first."""
    return [
        unanswered_line(
            share_id=line.pk,
            post_id=line.number,
            post_title=line.name,
            channel=line.key,
            opened_at=line.at,
            text=line.text,
        )
        for line in reversed(lines)
        if line.at
    ][:QUESTIONS]
