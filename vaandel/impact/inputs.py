"""Whether anything changed that the roll-ups are counted from. Reads only, and cheaply.

The rows carry no time of change. So each table gives a few figures that no service can leave
alone when it writes: how many rows, the newest, and sums that tell which rows they are. Every
query needs an open tenant scope, and its cost does not depend on what happened.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, F, Max, Q, QuerySet, Sum

from vaandel import __version__
from vaandel.ambassadors.models import ChannelUse, Enrolment
from vaandel.impact.models import Assumption
from vaandel.impact.weeks import week_of
from vaandel.links.models import Kind, LinkDay
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.programmes.models import Topic
from vaandel.shares.models import Share


def fingerprint(organization_id: int, *, first: date, at: datetime) -> str:
    """The same as long as counting again from the week ``first`` would give the same rows.

    Of one moment: a new week, or a newer Vaandel, gives another.
    """
    given = [__version__, first, week_of(at), *_figures(organization_id, first)]
    return sha256(json.dumps(given, cls=DjangoJSONEncoder).encode()).hexdigest()


def _figures(organization_id: int, first: date) -> Iterator[Any]:
    yield _clicks(first)
    yield _shares()
    yield _sizes()
    yield list(Assumption.objects.values_list("name", "low", "high").order_by("name"))
    yield Post.objects.aggregate(Max("pk"), Count("published_at"), Max("published_at"))
    yield Topic.objects.aggregate(Count("pk"), Max("pk"))
    yield Enrolment.objects.aggregate(
        Count("pk"), Count("joined_at"), Max("joined_at"), Count("left_at"), Max("left_at")
    )
    yield Member.objects.aggregate(
        Count("left_at"), Max("left_at"), working=Count("pk", filter=Q(status=Member.Status.ACTIVE))
    )
    for link, owner in ((Post.topics.through, "post"), (Enrolment.topics.through, "enrolment")):
        rows: QuerySet[Any] = link._default_manager.filter(
            **{f"{owner}__organization": organization_id}
        )
        yield rows.aggregate(Count("pk"), Max("pk"))


def _clicks(first: date) -> list[Any]:
    """Per day: counts only grow, and the second sum tells on which links."""
    days = LinkDay.objects.filter(kind=Kind.HUMAN, day__gte=first)
    return list(
        days.values_list("day")
        .annotate(rows=Count("link_id"), clicks=Sum("count"), which=Sum(F("count") * F("link_id")))
        .order_by("day")
    )


def _shares() -> dict[str, Any]:
    states = {f"in_{state}": Count("pk", filter=Q(state=state)) for state in Share.State.values} | {
        f"which_{state}": Sum("pk", filter=Q(state=state)) for state in Share.State.values
    }
    return Share.objects.aggregate(
        Max("pk"),
        Max("opened_at"),
        Count("enrolment"),
        Count("answered_at"),
        Max("answered_at"),
        Count("numbers_typed_at"),
        Max("numbers_typed_at"),
        Count("views"),
        Sum("views"),
        **states,
    )


def _sizes() -> list[Any]:
    """How large people say their networks are; a changed answer keeps its row."""
    return list(
        ChannelUse.objects.values_list("channel", "bracket")
        .annotate(Count("pk"), Sum("enrolment_id"))
        .order_by("channel", "bracket")
    )
