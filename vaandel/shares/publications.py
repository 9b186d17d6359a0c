"""A publication as the person sees it: what is the matter, what comes next, what they can do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaandel.ambassadors.models import Enrolment
from vaandel.channels.adapter import Abilities
from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.channel import Channel
from vaandel.channels.registry import CHANNELS
from vaandel.channels.troubles import next_step, what_happened
from vaandel.components import figures
from vaandel.shares.access import with_what_is_shown
from vaandel.shares.habits import NEEDS_PERSON, UNDER_WAY
from vaandel.shares.models import NetworkFigures, Publication
from vaandel.shares.moments import spoken
from vaandel.shares.publishing import carried_text, planned_of
from vaandel.shares.publishing.outgoing import parts_kind

State = Publication.State
# A press of just now is looked after on the page itself; a planned one in its last minute.
SOON: Final = timedelta(minutes=1)
# The same text would be refused again.
_OTHER_WORDS: Final = frozenset(
    {"duplicate", "too_long", "too_many_links", "refused_text", "refused_media"}
)
# What the person said of it, so that no network has a word for it.
_SAID: Final = {
    "not_there": (
        gettext_lazy("You told us that it is not there."),
        gettext_lazy("Send it again, or leave it."),
    ),
}
_NO_FIGURE: Final = (None, None, None, None, None)


class Step(StrEnum):
    """What somebody can do with a publication."""

    CANCEL = "cancel"
    UNDO = "undo"
    MOVE = "move"
    WORDS = "words"
    NOW = "now"
    AGAIN = "again"
    CONFIRM = "confirm"
    LEAVE = "leave"
    RECONNECT = "reconnect"
    DIALOG = "dialog"
    THERE = "there"
    NOT_THERE = "not_there"
    TAKE_DOWN = "take_down"
    CORRECT = "correct"


class Section(StrEnum):
    """Of the list, in the order in which they are read."""

    NEEDS_YOU = "needs you"
    WAITS = "waits"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Shown:
    """One publication. ``text`` is to the letter what the network gets, ``kind`` what goes along:
    ``card``, ``pictures``, ``document`` or nothing. ``is_back``: its account was disconnected, and
    another one of the same network is connected since."""

    publication: Publication
    channel: Channel
    text: str
    kind: str
    steps: frozenset[str]
    happened: str
    next: str
    is_busy: bool
    is_back: bool = False

    @property
    def section(self) -> Section:
        if self.publication.state in NEEDS_PERSON and not self.is_looked_into:
            return Section.NEEDS_YOU
        if self.publication.state in UNDER_WAY or self.is_looked_into:
            return Section.WAITS
        return Section.OVER

    @property
    def is_looked_into(self) -> bool:
        """Not certain yet, and we are still asking the network."""
        row = self.publication
        return row.state == State.UNKNOWN and row.problem != "cannot_tell"

    @property
    def moment(self) -> datetime:
        row = self.publication
        return row.published_at or row.due_at

    @property
    def figures(self) -> NetworkFigures | None:
        """What the network says of it; None when it said nothing at all yet."""
        share = self.publication.share
        found = getattr(share, "network_figures", None) if share else None
        if found is None or found.fetched_at is None:
            return None
        values = (found.views, found.reactions, found.comments, found.reposts, found.quotes)
        return None if values == _NO_FIGURE else found


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened with it, in words."""

    at: datetime
    text: str


def as_shown(row: Publication, *, now: datetime, connected: Collection[str] = frozenset()) -> Shown:
    """``row`` comes with post, organisation, account and link; ``connected`` are the networks
    where its person has an account that works."""
    channel = CHANNELS[row.channel]
    name = str(channel.name)
    is_back = row.state == State.REJECTED and row.account is None and row.channel in connected
    return Shown(
        publication=row,
        channel=channel,
        text=carried_text(row),
        kind=parts_kind(row.post, row.channel, with_card=row.with_card),
        steps=frozenset(
            str(step) for step in _steps(row, now) if not (is_back and step is Step.RECONNECT)
        ),
        happened=_what_happened(row.problem, name),
        next=_back_again() if is_back else _next_step(row, name),
        is_busy=_is_busy(row, now),
        is_back=is_back,
    )


def in_reading_order(enrolment: Enrolment, *, now: datetime) -> QuerySet[Publication]:
    """What needs the person, then what waits with the first moment first, then what is over."""
    rank = Case(
        When(state=State.UNKNOWN, problem="cannot_tell", then=Value(0)),
        When(state__in=[State.ASKING, State.REJECTED], then=Value(0)),
        When(state__in=[State.UNKNOWN, *sorted(UNDER_WAY)], then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    waiting = Case(When(state__in=sorted(UNDER_WAY), then="due_at"))
    rows = with_what_is_shown(planned_of(enrolment, now=now))
    return rows.order_by(rank, waiting, "-due_at", "-pk")


def history(row: Publication) -> list[Event]:
    """In the order in which it happened."""
    name = str(CHANNELS[row.channel].name)
    asked = _("You sent it, for at once.")
    if row.planned:
        asked = _("You planned it for %(moment)s.") % {"moment": spoken(row.due_at)}
    events = [Event(row.created_at, asked)]
    if row.handed_over_at:
        handed = _("We handed your text to %(network)s.") % {"network": name}
        events.append(Event(row.handed_over_at, handed))
    if row.ended_at:
        events.append(Event(row.ended_at, _ending(row, name)))
    return sorted(events, key=lambda event: event.at)


def _ending(row: Publication, name: str) -> str:
    if row.state == State.PUBLISHED:
        return _("It is on %(network)s.") % {"network": name}
    if row.state == State.DELETED:
        return _("It was taken down again.")
    if row.problem:
        return _what_happened(row.problem, name)
    return _("You cancelled it.") if row.state == State.CANCELLED else _("It was not posted.")


def _next_step(row: Publication, name: str) -> str:
    if row.state == State.ARMED and row.problem:
        tried = {"moment": figures.clock(row.next_try_at)}
        return _("We try again by ourselves, at about %(moment)s.") % tried
    if row.problem in _SAID:
        return str(_SAID[row.problem][1])
    return next_step(row.problem, name) if row.problem else ""


def _back_again() -> str:
    return _("Your account is connected again: send this text from the share page.")


def _what_happened(code: str, name: str) -> str:
    if code in _SAID:
        return str(_SAID[code][0])
    return what_happened(code, name) if code else ""


def _is_busy(row: Publication, now: datetime) -> bool:
    """Whether looking again in a few seconds makes sense."""
    if row.state == State.SENDING:
        return True
    return row.state == State.ARMED and row.next_try_at <= now + SOON


def _steps(row: Publication, now: datetime) -> Iterator[Step]:
    is_live = row.post.is_live and row.post.organization.stopped_at is None
    if row.state == State.ARMED:
        yield from _of_waiting(row, now)
    elif row.state == State.UNKNOWN and row.problem == "cannot_tell":
        yield from (Step.THERE, Step.NOT_THERE)
    elif row.state == State.ASKING:
        yield from ([Step.CONFIRM, Step.WORDS, Step.DIALOG] if is_live else [])
        yield Step.LEAVE
    elif row.state == State.REJECTED:
        yield from (_of_rejected(row) if is_live else [])
        yield Step.LEAVE
    elif row.state == State.PUBLISHED:
        yield from _of_published(row)
    elif row.state == State.CANCELLED and is_live:
        yield Step.DIALOG
        if not row.problem and (not row.planned or row.due_at > now):
            yield Step.UNDO


def _of_waiting(row: Publication, now: datetime) -> Iterator[Step]:
    yield Step.CANCEL
    if row.next_try_at > now:
        yield from (Step.WORDS, Step.NOW)
    if row.due_at > now:
        yield Step.MOVE


def _of_rejected(row: Publication) -> Iterator[Step]:
    yield Step.DIALOG
    if row.account is None or not row.account.is_active:
        yield Step.RECONNECT
        return
    yield Step.WORDS
    if row.problem not in _OTHER_WORDS:
        yield Step.AGAIN


def _of_published(row: Publication) -> Iterator[Step]:
    adapter = ADAPTERS.get(row.channel)
    abilities = adapter.abilities if adapter else Abilities()
    if row.account is None or not row.account.is_active or not row.remote_id:
        return
    if abilities.corrects:
        yield Step.CORRECT
    if abilities.deletes:
        yield Step.TAKE_DOWN
