"""Figures as charts, with words in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaandel.channels.registry import CHANNELS
from vaandel.components.charts import (
    BarItem,
    BarList,
    LineChart,
    LinePoint,
    SparkDay,
    Sparkline,
    StackedBars,
    StackGroup,
)
from vaandel.components.figures import UNKNOWN, figure, percent, short_day
from vaandel.impact.dashboards import OTHER, ChannelSeries, TopicRow, Week
from vaandel.impact.queries import OwnShare

HUNDRED = 100


def week_name(week: date) -> str:
    """The number of the week, as calendars here print it."""
    return _("wk %(number)s") % {"number": week.isocalendar().week}


def channel_name(key: str) -> str:
    if key == OTHER:
        return _("Other")
    channel = CHANNELS.get(key)
    return str(channel.name) if channel else key


def participation_chart(weeks: Sequence[Week]) -> LineChart | None:
    """Active people as a part of all employees, with the 95 % margin; None before two weeks."""
    known = [(week, part) for week in weeks if (part := week.participation) is not None]
    if len(weeks) < 2 or not known:
        return None
    newest, (latest, _low, _high) = known[-1]
    text = percent(latest)
    return LineChart(
        label=_("In week %(week)s, %(part)s of all employees shared something.")
        % {"week": newest.week.isocalendar().week, "part": text},
        points=[_point(week) for week in weeks],
        name=_("Programme, with a margin of 95%"),
        text=_("%(part)s programme") % {"part": text},
        period=_("Week"),
        value_column=_("Shared something"),
        margin_column=_("Margin"),
        caption=_("Taking part per week, in percents"),
        margin_legend=_("Margin of 95%"),
    )


def _point(week: Week) -> LinePoint:
    if week.participation is None:
        return LinePoint(week_name(week.week), None, text=_("fewer than 5"))
    part, low, high = week.participation
    return LinePoint(
        name=week_name(week.week),
        value=part * HUNDRED,
        low=low * HUNDRED,
        high=high * HUNDRED,
        text=percent(part),
        margin=_("%(low)s to %(high)s") % {"low": percent(low), "high": percent(high)},
    )


def clicks_chart(
    series: Sequence[ChannelSeries], weeks: Sequence[date], key: str
) -> StackedBars | None:
    """Clicks per week and channel; None when there are none."""
    if not series:
        return None
    total = sum(sum(one.clicks) for one in series)
    return StackedBars(
        label=ngettext(
            "%(clicks)s click from outside, per week and channel.",
            "%(clicks)s clicks from outside, per week and channel.",
            total,
        )
        % {"clicks": figure(total)},
        key=key,
        series=[channel_name(one.channel) for one in series],
        groups=[
            StackGroup(week_name(week), [one.clicks[index] for one in series])
            for index, week in enumerate(weeks)
        ],
        period=_("Week"),
        total=_("Together"),
        caption=_("Clicks per week and channel"),
        has_rest=series[-1].channel == OTHER,
    )


def topics_chart(rows: Sequence[TopicRow]) -> BarList:
    return BarList(label=_("Followers per topic"), items=[_topic_bar(row) for row in rows])


def _topic_bar(row: TopicRow) -> BarItem:
    posts = ngettext("%(n)s post", "%(n)s posts", row.posts) % {"n": figure(row.posts)}
    clicks = ngettext("%(n)s click", "%(n)s clicks", row.clicks) % {"n": figure(row.clicks)}
    if row.followers is None:
        followers = _("fewer than 5 followers, or hidden")
    else:
        followers = ngettext("%(n)s follower", "%(n)s followers", row.followers) % {
            "n": figure(row.followers)
        }
    return BarItem(
        name=row.topic.name,
        value=row.followers,
        text=f"{followers}, {posts}, {clicks}",
        colour=row.topic.colour,
        pattern=row.topic.pattern,
    )


def own_clicks_chart(own: OwnShare) -> Sparkline:
    best = max(own.days, key=lambda pair: pair[1])
    words: Mapping[str, str] = {
        "clicks": figure(own.clicks),
        "day": short_day(best[0]),
        "most": figure(best[1]),
    }
    return Sparkline(
        label=ngettext(
            "%(clicks)s click in all, most on %(day)s: %(most)s.",
            "%(clicks)s clicks in all, most on %(day)s: %(most)s.",
            own.clicks,
        )
        % words,
        days=[SparkDay(short_day(day), clicks) for day, clicks in own.days],
        period=_("Day"),
        counted=_("Clicks"),
        caption=_("Clicks per day: %(title)s") % {"title": own.share.post.title},
    )


def or_unknown(number: int | None) -> str:
    return UNKNOWN if number is None else figure(number)
