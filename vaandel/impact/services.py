"""Writing the roll-ups and freezing the weeks. The clock runs both; twice does no harm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from vaandel.impact import assumptions, inputs, reach, tallies
from vaandel.impact.models import (
    Assumption,
    ChannelWeek,
    Counted,
    PostTotal,
    PostWeek,
    TopicWeek,
    UnitWeek,
    WeekSnapshot,
)
from vaandel.impact.weeks import end_of, week_of, weeks_between
from vaandel.organizations.audit import record
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.tenancy import tenant_scope
from vaandel.programmes.models import Programme
from vaandel.shares.models import Share

POSTS_AT_ONCE = 200
COUNT_ANYWAY = timedelta(hours=1)


def roll_up() -> int:
    """Bring the roll-ups of every organisation up to date; returns how many weeks were counted.

    Only the running and the previous week can still change. An organisation whose roll-ups are
    missing (new, restored, imported) is counted from its first share; one in which nothing
    changed since the last time is left alone, for an hour at most.
    """
    now = timezone.now()
    done = 0
    for organization_id in Organization.objects.values_list("pk", flat=True):
        with tenant_scope(organization_id):
            done += _roll_up_one(organization_id, now)
    return done


def _roll_up_one(organization_id: int, now: datetime) -> int:
    first = _first_week_to_count(now)
    # Before the counting: what comes in meanwhile is another fingerprint the next time.
    found = inputs.fingerprint(organization_id, first=first, at=now)
    fresh = Counted.objects.filter(fingerprint=found, at__gt=now - COUNT_ANYWAY, at__lte=now)
    if fresh.exists():
        return 0
    weeks = count_weeks(organization_id, first=first, at=now)
    Counted.objects.update_or_create(
        organization_id=organization_id, defaults={"fingerprint": found, "at": now}
    )
    return weeks


def _first_week_to_count(now: datetime) -> date:
    previous = week_of(now) - timedelta(days=7)
    last_counted: date | None = TopicWeek.objects.aggregate(last=Max("week"))["last"]
    if last_counted is not None:
        return min(previous, last_counted)
    first_share = Share.objects.aggregate(first=Min("opened_at"))["first"]
    return previous if first_share is None else min(previous, week_of(first_share))


def count_weeks(organization_id: int, *, first: date, at: datetime) -> int:
    """Count again from ``first`` up to the week of ``at``, each week in its own transaction."""
    weeks = list(weeks_between(first, week_of(at)))
    touched: set[int] = set()
    for week in weeks:
        touched |= _count_week(organization_id, week)
    waiting = iter(sorted(touched))
    while post_ids := list(islice(waiting, POSTS_AT_ONCE)):
        _total_posts(organization_id, post_ids, at=at)
    return len(weeks)


@transaction.atomic
def _count_week(organization_id: int, week: date) -> set[int]:
    posts = tallies.post_weeks(organization_id, week)
    before = set(PostWeek.objects.filter(week=week).values_list("post_id", flat=True))
    PostWeek.objects.filter(week=week).delete()
    PostWeek.objects.bulk_create(posts, batch_size=1000)
    ChannelWeek.objects.filter(week=week).delete()
    ChannelWeek.objects.bulk_create(tallies.channel_weeks(organization_id, week, posts))
    TopicWeek.objects.filter(week=week).delete()
    TopicWeek.objects.bulk_create(tallies.topic_weeks(organization_id, week), batch_size=1000)
    return before | {row.post_id for row in posts}


def _total_posts(organization_id: int, post_ids: list[int], *, at: datetime) -> None:
    totals = tallies.post_totals(post_ids)
    networks = tallies.networks_of_sharers(post_ids)
    headcount = Member.objects.filter(status=Member.Status.ACTIVE).count()
    assumed = assumptions.assumed_here()
    rows = []
    for post_id in post_ids:
        total = PostTotal(
            organization_id=organization_id,
            post_id=post_id,
            updated_at=at,
            **totals.get(post_id, {}),
        )
        found = reach.estimate(
            networks.get(post_id, []),
            sharers=total.sharers,
            headcount=headcount,
            assumed=assumed,
        )
        if found is not None:
            total.reach_low, total.reach_high = found.low, found.high
            total.reach_inputs = {
                "sharers": found.sharers,
                "sizes_known": found.sizes_known,
                "combined": found.combined,
                "distinct": found.distinct,
                "core": found.core,
                **assumptions.as_inputs(assumed),
            }
        rows.append(total)
    _replace_totals(rows)


def _replace_totals(rows: Iterable[PostTotal]) -> None:
    PostTotal.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=[
            "shares",
            "sharers",
            "clicks",
            "own_words",
            "with_text",
            "reach_low",
            "reach_high",
            "reach_inputs",
            "updated_at",
        ],
    )


@dataclass(frozen=True, slots=True)
class Assuming:
    """What an owner assumes, in whole percentages, and where that comes from."""

    low: int
    high: int
    note: str


@transaction.atomic
def assume(*, values: Mapping[str, Assuming], by: Member, at: datetime) -> None:
    """Use these assumptions from the next count on, and the defaults for all others.

    Pressing twice changes them once. Nothing given: the defaults.
    """
    # Two presses wait for each other.
    Organization.objects.select_for_update().get(pk=by.organization_id)
    own = assumptions.own_assumptions()
    before = {name: Assuming(row.low, row.high, row.note) for name, row in own.items()}
    if before == dict(values):
        return
    Assumption.objects.all().delete()
    Assumption.objects.bulk_create(
        Assumption(
            organization_id=by.organization_id,
            name=name,
            low=value.low,
            high=value.high,
            note=value.note,
        )
        for name, value in values.items()
    )
    changed = [name for name in assumptions.NAMES if before.get(name) != values.get(name)]
    detail: dict[str, object] = {"fields": changed}
    record(by=by, action="estimate.assumptions_changed", detail=detail, at=at)


def freeze_weeks() -> int:
    """Freeze the denominators of the weeks that are over and renew those of the running week.

    Returns how many weeks were frozen.
    """
    now = timezone.now()
    frozen = 0
    for organization_id in Organization.objects.values_list("pk", flat=True):
        with tenant_scope(organization_id):
            for programme in Programme.objects.order_by("pk"):
                frozen += _freeze_programme(programme, now)
    return frozen


@transaction.atomic
def _freeze_programme(programme: Programme, now: datetime) -> int:
    last = WeekSnapshot.objects.filter(programme=programme, frozen_at__isnull=False).aggregate(
        last=Max("week")
    )["last"]
    begin = programme.starts_on or programme.created_at
    first = last + timedelta(days=7) if last else min(week_of(begin), week_of(now))
    frozen = 0
    for week in weeks_between(first, week_of(now)):
        over = end_of(week) <= now
        WeekSnapshot.objects.update_or_create(
            programme=programme,
            week=week,
            organization_id=programme.organization_id,
            defaults={
                **tallies.denominators(programme, week),
                "frozen_at": now if over else None,
            },
        )
        UnitWeek.objects.filter(week=week).delete()
        UnitWeek.objects.bulk_create(
            tallies.unit_weeks(programme.organization_id, week), batch_size=1000
        )
        frozen += over
    return frozen
