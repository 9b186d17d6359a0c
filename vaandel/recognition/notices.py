"""What lies ready on *Today* for one person: corrections, results, thanks, and whom to thank.

All of it in one query, however much there is. Nothing here compares anybody with anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import (
    CharField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.corrections.queries import name_of
from vaandel.delivery.models import Correction, CorrectionRead
from vaandel.links.models import Kind, LinkDay
from vaandel.organizations.models import Member, Role
from vaandel.posts.models import Post
from vaandel.recognition.models import Result, Thanks
from vaandel.recognition.queries import Received, received
from vaandel.shares.models import Share

# What is older is no news any more; it stays on *My impact*.
FRESH: Final = timedelta(days=30)
MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Corrected:
    pk: int
    title: str
    text: str
    from_line: str


@dataclass(frozen=True, slots=True)
class Brought:
    """A result: what one share had brought when it was looked at."""

    pk: int
    title: str
    clicks: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Thankworthy:
    """A post whose sharers this member may thank and did not yet."""

    post_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Notices:
    corrections: Sequence[Corrected] = ()
    results: Sequence[Brought] = ()
    thanks: Received | None = None
    to_thank: Sequence[Thankworthy] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the union, in the order of ``_as_lines``."""

    kind: str
    pk: int
    at: datetime
    title: str
    text: str
    name: str
    function: str
    number: int


COLUMNS: Final = ("at", "title", "text", "name", "function", "number")
KINDS: Final = ("correction", "result", "thanks", "thank")


def notices_for(member: Member, enrolment: Enrolment | None, *, now: datetime) -> Notices:
    """``enrolment`` None: only whom they may thank."""
    posts = posts_to_thank(member, now=now)
    found = [_as_lines("thank", posts, {"at": "published_at", "title": "title"})]
    if enrolment is not None:
        found += [
            _corrections(enrolment, now=now),
            _results(enrolment, now=now),
            _thanks(enrolment, now=now),
        ]
    rows = found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]
    lines = [Line(*row) for row in rows]
    lines.sort(key=lambda line: (line.at, line.pk), reverse=True)
    return _sorted_out(lines)


def _sorted_out(lines: list[Line]) -> Notices:
    of = {kind: [line for line in lines if line.kind == kind] for kind in KINDS}
    return Notices(
        corrections=[
            Corrected(line.pk, line.title, line.text, name_of(line.name))
            for line in of["correction"][:MOST]
        ],
        results=[
            Brought(line.pk, line.title, line.number, line.at) for line in of["result"][:MOST]
        ],
        thanks=next(
            (
                received(
                    pk=line.pk,
                    text=line.text,
                    name=line.name,
                    function=line.function,
                    title=line.title,
                    clicks=line.number,
                    at=line.at,
                )
                for line in of["thanks"]
            ),
            None,
        ),
        to_thank=[Thankworthy(line.pk, line.title) for line in of["thank"][:MOST]],
    )


def _as_lines(kind: str, rows: QuerySet[Any], columns: Mapping[str, str]) -> QuerySet[Any, Any]:
    """The rows with the columns of ``Line``; what this kind does not have is empty."""
    empty: dict[str, Value] = {
        name: Value("", output_field=CharField()) for name in ("text", "name", "function")
    }
    empty["number"] = Value(0, output_field=IntegerField())
    values = (F(columns[name]) if name in columns else empty[name] for name in COLUMNS)
    return rows.order_by().values_list(Value(kind, output_field=CharField()), F("pk"), *values)


def _corrections(enrolment: Enrolment, *, now: datetime) -> QuerySet[Any, Any]:
    shared = Share.objects.filter(enrolment=enrolment).exclude(state=Share.State.NOT_POSTED)
    read = CorrectionRead.objects.filter(enrolment=enrolment, correction=OuterRef("pk"))
    rows = Correction.objects.filter(
        ~Exists(read), post__in=shared.values("post"), at__gt=now - FRESH
    )
    columns = {"at": "at", "title": "post__title", "text": "text", "name": "by_name"}
    return _as_lines("correction", rows, columns)


def _results(enrolment: Enrolment, *, now: datetime) -> QuerySet[Any, Any]:
    """Of one share only the latest."""
    later = Result.objects.filter(share=OuterRef("share"), days__gt=OuterRef("days"))
    rows = Result.objects.filter(
        ~Exists(later), enrolment=enrolment, seen_at=None, found_at__gt=now - FRESH
    )
    columns = {"at": "found_at", "title": "share__post__title", "number": "clicks"}
    return _as_lines("result", rows, columns)


def _thanks(enrolment: Enrolment, *, now: datetime) -> QuerySet[Any, Any]:
    newest = Thanks.objects.filter(
        to=enrolment, put_away_at=None, given_at__gt=now - FRESH
    ).order_by("-given_at", "-pk")
    rows = Thanks.objects.filter(pk=Subquery(newest.values("pk")[:1]))
    # The post may have been deleted; its title is NULL then.
    columns = {
        "at": "given_at",
        "title": "post__title",
        "text": "text",
        "name": "by_name",
        "function": "by_function",
        "number": "clicks",
    }
    return _as_lines("thanks", rows, columns)


def posts_to_thank(member: Member, *, now: datetime) -> QuerySet[Post]:
    """Posts of the last month with clicks on somebody else's share, that nobody was thanked for
    by this member yet; theirs, or for an owner also those that are nobody's."""
    days = LinkDay.objects.filter(link_id=OuterRef("link_id"), kind=Kind.HUMAN, count__gt=0)
    clicked = (
        Share.objects.filter(Exists(days), post=OuterRef("pk"), enrolment__isnull=False)
        .exclude(state=Share.State.NOT_POSTED)
        .exclude(enrolment__member=member)
    )
    thanked = Thanks.objects.filter(by=member, post=OuterRef("pk"))
    return Post.objects.filter(
        Exists(clicked), ~Exists(thanked), _answers_for(member), published_at__gt=now - FRESH
    )


def _answers_for(member: Member) -> Q:
    """Who is the named person of a post: its contact, else who approved it, else who made it,
    else an owner. Only who may thank is asked to."""
    named = Q(contact=member)
    if not member.has_role(Role.OWNER, Role.EDITOR, Role.COACH):
        return named
    named |= Q(contact=None, reviewed_by=member) | Q(
        contact=None, reviewed_by=None, created_by=member
    )
    if member.is_owner:
        named |= Q(contact=None, reviewed_by=None, created_by=None)
    return named
