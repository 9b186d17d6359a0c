"""What somebody was sent already, and how long they have not reacted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.calendar import monday_of, month_of
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.planning.rhythm import Silence, Spent
from vaandel.shares.models import Share

# Four weeks and the days of the one that is running, or a month; seen from any time zone.
LOOKED_BACK: Final = timedelta(days=37)
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Sent:
    """The approaches of the last weeks, of some people."""

    _of_member: dict[int, list[tuple[str, datetime]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _last: dict[int, datetime] = field(default_factory=dict)

    def note(self, member: int, enrolment: int, kind: str, at: datetime) -> None:
        self._of_member[member].append((kind, at))
        if kind != Approach.Kind.URGENT:
            self._last[enrolment] = max(at, self._last.get(enrolment, at))

    def spent(self, member: int, enrolment: int, *, now: datetime, zone: str) -> Spent:
        sent = self._of_member.get(member, ())
        if not sent:
            return Spent()
        week, month = monday_of(now, zone), month_of(now, zone)
        return Spent(
            this_week=sum(at >= week for _kind, at in sent),
            urgent_this_month=sum(
                kind == Approach.Kind.URGENT and at >= month for kind, at in sent
            ),
            last_at=self._last.get(enrolment),
        )


def sent_to(members: Collection[int], *, now: datetime) -> Sent:
    """Over all programmes and channels, in one query."""
    rows = Approach.objects.filter(enrolment__member__in=members, at__gte=now - LOOKED_BACK)
    sent = Sent()
    for row in rows.values_list("enrolment__member_id", "enrolment_id", "kind", "at"):
        sent.note(*row)
    return sent


def silences_of(enrolments: Collection[int]) -> dict[int, Silence]:
    """What each of these people got since their last sign of life, in one query.

    Signs are a share that was opened, an ask that was answered, another choice of rhythm,
    and "go on". They are read from where they are kept anyway.
    """
    mine = {"enrolment_id": OuterRef("pk")}
    shared = Share.across_tenants.filter(**mine).order_by("-opened_at").values("opened_at")[:1]
    answers = Ask.across_tenants.filter(**mine, answered_at__isnull=False).order_by("-answered_at")
    sign = Greatest(
        Coalesce(F("heard_at"), LONG_AGO),
        Coalesce(Subquery(shared), LONG_AGO),
        Coalesce(Subquery(answers.values("answered_at")[:1]), LONG_AGO),
    )
    since = Approach.across_tenants.filter(enrolment_id=OuterRef("pk"), at__gt=OuterRef("sign"))
    question = Q(kind=Approach.Kind.QUESTION)
    rows = (
        Enrolment.objects.filter(pk__in=enrolments)
        .annotate(sign=sign)
        .annotate(
            ignored=counted(since.exclude(question)),
            questions=counted(since.filter(question)),
        )
    )
    return {
        pk: Silence(ignored, questions)
        for pk, ignored, questions in rows.values_list("pk", "ignored", "questions")
    }


def counted(rows: QuerySet[Approach]) -> Coalesce:
    counts = rows.order_by().values("enrolment_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts), 0)
