"""The programme's and a person's own figures as tables to take along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from vaandel.ambassadors.models import Enrolment
from vaandel.impact import dashboards
from vaandel.impact.charts import channel_name
from vaandel.impact.exports import Cell, Table
from vaandel.impact.queries import clicks_of_shares, told_figures
from vaandel.shares.models import Share

MOST_POSTS = 5000


def programme_tables(since: date | None, today: date) -> dict[str, Table]:
    """Every table of the programme page by its key, with the same numbers hidden."""
    every_week = dashboards.weeks(since)
    weeks = [week for week in every_week if week.frozen]
    channels = dashboards.channel_rows(since)
    week_list = [week.week for week in every_week]
    return {
        "weeks": _weeks(weeks),
        "channels": _channels(dashboards.channel_series(channels, week_list), week_list),
        "topics": _topics(dashboards.topic_rows(since)),
        "posts": _posts(dashboards.as_post_rows(list(dashboards.post_rows()[:MOST_POSTS]))),
        "units": _units(dashboards.unit_rows(today)),
        "definitions": _definitions(dashboards.own_words(since)),
    }


def _weeks(weeks: Sequence[dashboards.Week]) -> Table:
    return Table(
        _("Weeks"),
        [
            _("Week (Monday)"),
            _("Employees"),
            _("Invited"),
            _("Ambassadors"),
            _("Shared something"),
            _("Proposals"),
            _("Shares"),
        ],
        [
            [
                week.week,
                week.employees,
                week.invited,
                week.ambassadors,
                week.active,
                week.asks,
                week.shares,
            ]
            for week in weeks
        ],
    )


def _channels(series: Sequence[dashboards.ChannelSeries], weeks: Sequence[date]) -> Table:
    return Table(
        _("Clicks per channel"),
        [_("Week (Monday)"), *(channel_name(one.channel) for one in series)],
        [[week, *(one.clicks[index] for one in series)] for index, week in enumerate(weeks)],
    )


def _topics(rows: Sequence[dashboards.TopicRow]) -> Table:
    return Table(
        _("Topics"),
        [_("Topic"), _("Followers"), _("Posts"), _("Shares"), _("Clicks")],
        [[row.topic.name, row.followers, row.posts, row.shares, row.clicks] for row in rows],
    )


def _posts(rows: Sequence[dashboards.PostRow]) -> Table:
    return Table(
        _("Posts"),
        [_("Post"), _("Topic"), _("Shared by"), _("Clicks"), _("Own words")],
        [
            [row.title, row.topic.name if row.topic else "", row.sharers, row.clicks, row.own_words]
            for row in rows
        ],
    )


def _units(rows: Sequence[dashboards.UnitRow]) -> Table:
    return Table(
        _("Groups"),
        [_("Group"), _("Employees"), _("Ambassadors")],
        [[row.name or _("Without a department"), row.employees, row.ambassadors] for row in rows],
    )


def _definitions(own_words: float | None) -> Table:
    return Table(
        _("Definitions"),
        [_("Word"), _("What it means")],
        [
            [
                _("Clicks"),
                _(
                    "Visits through our own short links, without robots and link previews. "
                    "Clicks are not people."
                ),
            ],
            [
                _("Shares"),
                _(
                    "Somebody opened a network with their text and did not say that it was not "
                    "posted."
                ),
            ],
            [_("Shared something"), _("Different people with at least one share in the week.")],
            [
                _("Own words"),
                _("The part of the shares of which at least a fifth was written by the person."),
            ],
            [
                _("Own words, of the programme"),
                _(
                    "The same over all posts of the period that at least five people shared: "
                    "%(part)s."
                )
                % {"part": _("unknown") if own_words is None else f"{own_words:.0%}"},
            ],
            [
                _("Empty cell"),
                _(
                    "Hidden because it would be about fewer than five people, or unknown. "
                    "It is never nought."
                ),
            ],
        ],
    )


def own_table(enrolment: Enrolment) -> Table:
    """All my shares with what was measured and what I typed in, newest first."""
    shares = list(
        Share.objects.filter(enrolment=enrolment)
        .select_related("post", "network_figures")
        .order_by("-opened_at")
    )
    clicks = clicks_of_shares([share.link_id for share in shares])
    return Table(
        _("My shares"),
        [
            _("Date"),
            _("Post"),
            _("Channel"),
            _("Status"),
            _("Clicks (measured)"),
            _("Views (reported)"),
            _("Reactions (reported)"),
            _("Comments (reported)"),
            _("Views (by the network)"),
            _("Reactions (by the network)"),
            _("Comments (by the network)"),
            _("Read from the network on"),
            _("Text"),
            _("Address of the post"),
        ],
        [
            [
                share.opened_at.date(),
                share.post.title,
                channel_name(share.channel),
                share.get_state_display(),
                clicks.get(share.link_id, 0),
                share.views,
                share.reactions,
                share.comments,
                *_told(share),
                share.text,
                share.permalink,
            ]
            for share in shares
        ],
    )


def _told(share: Share) -> list[Cell]:
    told = told_figures(share)
    if told is None or told.fetched_at is None:
        return [None] * 4
    return [told.views, told.reactions, told.comments, told.fetched_at.date()]
