"""Counting one week of one organisation. Reads only; ``services`` stores the results.

Every function needs an open tenant scope. A share counts unless its maker said it was not posted;
clicks are human clicks.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from vaandel.ambassadors.models import ChannelUse, Enrolment
from vaandel.delivery.models import Ask
from vaandel.impact.models import ChannelWeek, PostWeek, TopicWeek, UnitWeek
from vaandel.impact.reach import Network
from vaandel.impact.weeks import end_of, start_of
from vaandel.links.models import Kind, LinkDay
from vaandel.organizations.models import Invitation, Member
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme, Topic
from vaandel.shares.models import Share

OWN_WORDS = 0.2


def counted_shares() -> QuerySet[Share]:
    return Share.objects.exclude(state=Share.State.NOT_POSTED)


def _shares_of(week: date) -> QuerySet[Share]:
    return counted_shares().filter(opened_at__gte=start_of(week), opened_at__lt=end_of(week))


def _clicks_of(week: date) -> QuerySet[LinkDay]:
    return LinkDay.objects.filter(
        kind=Kind.HUMAN, day__gte=week, day__lt=week + timedelta(days=7), link__share__isnull=False
    )


def post_weeks(organization_id: int, week: date) -> list[PostWeek]:
    rows: dict[tuple[int, str], PostWeek] = {}

    def row(post_id: int, channel: str) -> PostWeek:
        fresh = PostWeek(
            organization_id=organization_id, post_id=post_id, week=week, channel=channel
        )
        return rows.setdefault((post_id, channel), fresh)

    for post_id, channel, number in (
        _shares_of(week).values_list("post_id", "channel").annotate(Count("pk"))
    ):
        row(post_id, channel).shares = number
    for post_id, channel, clicks in (
        _clicks_of(week)
        .values_list("link__share__post_id", "link__share__channel")
        .annotate(Sum("count"))
    ):
        row(post_id, channel).clicks = clicks
    return list(rows.values())


def channel_weeks(organization_id: int, week: date, posts: Iterable[PostWeek]) -> list[ChannelWeek]:
    rows: dict[str, ChannelWeek] = {}

    def row(channel: str) -> ChannelWeek:
        fresh = ChannelWeek(organization_id=organization_id, week=week, channel=channel)
        return rows.setdefault(channel, fresh)

    for found in (
        _shares_of(week)
        .values("channel")
        .annotate(
            shared=Count("pk"),
            people=Count("enrolment_id", distinct=True),
            posted=Count("pk", filter=Q(state=Share.State.CONFIRMED)),
            typed=Sum("views", default=0),
            typed_by=Count("views"),
        )
    ):
        channel = row(found["channel"])
        channel.shares, channel.sharers = found["shared"], found["people"]
        channel.confirmed = found["posted"]
        channel.views, channel.with_views = found["typed"], found["typed_by"]
    for post in posts:
        row(post.channel).clicks += post.clicks
    return list(rows.values())


def topic_weeks(organization_id: int, week: date) -> list[TopicWeek]:
    rows = {
        topic_id: TopicWeek(organization_id=organization_id, topic_id=topic_id, week=week)
        for topic_id in Topic.objects.values_list("pk", flat=True)
    }
    for topic_id, number in (
        _taking_part(week)
        .filter(topics__isnull=False)
        .values_list("topics")
        .annotate(Count("pk"))
        .order_by()
    ):
        rows[topic_id].followers = number
    published = Post.objects.filter(
        published_at__gte=start_of(week), published_at__lt=end_of(week), topics__isnull=False
    )
    for topic_id, number in published.values_list("topics").annotate(Count("pk")).order_by():
        rows[topic_id].posts = number
    for topic_id, shares, clicks in (
        PostWeek.objects.filter(week=week, post__topics__isnull=False)
        .values_list("post__topics")
        .annotate(Sum("shares"), Sum("clicks"))
        .order_by()
    ):
        rows[topic_id].shares, rows[topic_id].clicks = shares, clicks
    return list(rows.values())


def unit_weeks(organization_id: int, week: date) -> list[UnitWeek]:
    ambassadors = dict(
        _taking_part(week).values_list("member__unit_id").annotate(Count("member", distinct=True))
    )
    return [
        UnitWeek(
            organization_id=organization_id,
            unit_id=unit_id,
            week=week,
            employees=number,
            ambassadors=min(ambassadors.get(unit_id, 0), number),
        )
        for unit_id, number in _employed(week).values_list("unit_id").annotate(Count("pk"))
    ]


def _employed(week: date) -> QuerySet[Member]:
    return Member.objects.filter(created_at__lt=end_of(week)).filter(
        Q(left_at=None) | Q(left_at__gte=end_of(week))
    )


def _taking_part(week: date) -> QuerySet[Enrolment]:
    """Who had joined and not left at the end of the week, and still worked here."""
    end = end_of(week)
    return Enrolment.objects.filter(joined_at__lt=end).filter(
        Q(left_at=None) | Q(left_at__gte=end),
        Q(member__left_at=None) | Q(member__left_at__gte=end),
    )


def denominators(programme: Programme, week: date) -> dict[str, int]:
    """The fields of a ``WeekSnapshot``."""
    end = end_of(week)
    shares = _shares_of(week).filter(post__programme=programme)
    return {
        "employees": _employed(week).count(),
        "invited": Invitation.objects.filter(created_at__lt=end)
        .values("member")
        .distinct()
        .count(),
        "ambassadors": _taking_part(week).filter(programme=programme).count(),
        "active": shares.exclude(enrolment=None).values("enrolment").distinct().count(),
        "asks": Ask.objects.filter(
            post__programme=programme, offered_at__gte=start_of(week), offered_at__lt=end
        ).count(),
        "shares": shares.count(),
    }


def post_totals(post_ids: list[int]) -> dict[int, dict[str, int]]:
    """Shares, different sharers, own words and clicks of these posts since they were published."""
    found = (
        counted_shares()
        .filter(post_id__in=post_ids)
        .values_list("post_id")
        .annotate(
            made=Count("pk"),
            people=Count("enrolment_id", distinct=True),
            own=Count("pk", filter=Q(edited_share__gt=OWN_WORDS)),
            texts=Count("edited_share"),
        )
    )
    totals: dict[int, dict[str, int]] = {
        post_id: {"shares": shares, "sharers": people, "own_words": own, "with_text": texts}
        for post_id, shares, people, own, texts in found
    }
    for post_id, clicks in (
        PostWeek.objects.filter(post_id__in=post_ids).values_list("post_id").annotate(Sum("clicks"))
    ):
        totals.setdefault(post_id, {})["clicks"] = clicks
    return totals


def networks_of_sharers(post_ids: list[int]) -> dict[int, list[Network]]:
    """Per post the network sizes that its sharers told us, once a person and channel."""
    told: Any = (
        ChannelUse.objects.filter(
            enrolment__shares__post_id__in=post_ids, channel=F("enrolment__shares__channel")
        )
        .exclude(bracket="")
        .exclude(enrolment__shares__state=Share.State.NOT_POSTED)
        .values_list("enrolment__shares__post_id", "enrolment_id", "channel", "bracket")
        .distinct()
        .order_by("enrolment__shares__post_id", "enrolment_id", "channel")
    )
    networks: dict[int, dict[int, Network]] = {}
    for post_id, enrolment_id, channel, bracket in told:
        low, high = bracket_bounds(bracket)
        networks.setdefault(post_id, {}).setdefault(enrolment_id, Network(low, high, channel))
    return {post_id: list(people.values()) for post_id, people in networks.items()}


def bracket_bounds(bracket: str) -> tuple[int, int]:
    """The people at both ends of a bracket such as "100-300"."""
    low, _, high = bracket.partition("-")
    return int(low), int(high)
