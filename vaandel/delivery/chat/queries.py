"""Connections as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.chat.problems import Problem, problem_of
from vaandel.delivery.models import ChatConnection, Notice

NEWEST: Final = 5


class Health(StrEnum):
    UNTRIED = "untried"
    GOOD = "good"
    FAILING = "failing"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Connection:
    """``problem`` is the last one, also when it has worked since; None when there was none."""

    pk: int
    name: str
    network: str
    network_name: str
    ending: str
    topics: tuple[str, ...]
    language: str
    per_week: int
    reached_at: datetime | None
    failed_at: datetime | None
    health: Health
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Sent:
    """One message to a chat, and what became of it."""

    title: str
    at: datetime
    state: str
    problem: Problem | None


def channels() -> list[Connection]:
    """All channels of the organisation in scope, in two queries."""
    rows = ChatConnection.objects.filter(enrolment=None).prefetch_related("topics")
    return [as_shown(row) for row in rows.order_by("name", "pk")]


def own_chats(enrolment: Enrolment) -> dict[str, Connection]:
    """Somebody's own, by network."""
    rows = ChatConnection.objects.filter(enrolment=enrolment).prefetch_related("topics")
    return {row.network: as_shown(row) for row in rows}


def as_shown(row: ChatConnection) -> Connection:
    return Connection(
        pk=row.pk,
        name=row.name,
        network=row.network,
        network_name=row.get_network_display(),
        ending=row.ending,
        topics=tuple(
            topic.name for topic in sorted(row.topics.all(), key=lambda t: (t.position, t.pk))
        ),
        language=row.language,
        per_week=row.per_week,
        reached_at=row.reached_at,
        failed_at=row.failed_at,
        health=health_of(row),
        problem=problem_of(row.last_error) if row.failed_at else None,
    )


def health_of(row: ChatConnection) -> Health:
    if row.gone:
        return Health.GONE
    if row.failed_at and (row.reached_at is None or row.failed_at > row.reached_at):
        return Health.FAILING
    return Health.GOOD if row.reached_at else Health.UNTRIED


def newest_sent(connection: ChatConnection) -> list[Sent]:
    rows = Notice.objects.filter(connection=connection).select_related("post")
    return [
        Sent(
            title=row.post.title if row.post else "",
            at=row.sent_at or row.created_at,
            state=row.state,
            problem=problem_of(row.last_error)
            if row.last_error and row.state != Notice.State.SENT
            else None,
        )
        for row in rows.order_by("-created_at", "-pk")[:NEWEST]
    ]
