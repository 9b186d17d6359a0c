"""The posts of twelve weeks, made and published as an editor would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.text import slugify

from vaandel.demo.story import Story, ToldPost, picture
from vaandel.organizations.models import Member
from vaandel.posts.models import Pace, Post, PostKind
from vaandel.posts.services import (
    AngleText,
    Content,
    attach_picture,
    create_draft,
    plan_post,
    publish_post,
    store_picture,
)
from vaandel.programmes.models import Programme, Topic

LIVE_FOR: Final = timedelta(days=25)
OTHER_LANGUAGES: Final = ("nl", "en", "fr", "de")


def published_at(told: ToldPost, now: datetime) -> datetime:
    """Ten in the morning of its day; what would lie in the future happened a little earlier."""
    local = now.astimezone(ZoneInfo("Europe/Amsterdam"))
    monday = (local - timedelta(days=local.weekday())).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    moment = monday - timedelta(weeks=told.week) + timedelta(days=told.day)
    latest = local - timedelta(hours=3 + told.day)
    return min(moment, latest)


def content_of(
    told: ToldPost, story: Story, *, topics: Sequence[Topic], people: Sequence[Member]
) -> Content:
    kind = "vacancy" if told.kind == "VACANCY" else "link"
    languages = (told.language, *(code for code in OTHER_LANGUAGES if code != told.language))
    starters = [
        AngleText(language, text)
        for language in languages
        for text in story.starters[language][kind][: 5 if language == told.language else 2]
    ]
    return Content(
        fields={
            "title": told.title,
            "summary": told.summary,
            "language": told.language,
            "target_url": f"https://stadsenergie.example/{slugify(told.title)[:60]}",
            "site_name": "stadsenergie.example",
            "commercial_class": told.commercial_class,
            "facts_cleared": told.facts,
            "please_do": told.do,
            "please_do_not": told.do_not,
            "ask_whom": people[0],
            "contact": people[1],
        },
        topics=[topic for topic in topics if topic.name in told.topics],
        angles=starters,
    )


def make_post(
    told: ToldPost, content: Content, *, programme: Programme, by: Member, at: datetime
) -> Post:
    """A draft with its picture, an hour before it goes out."""
    before = at - timedelta(hours=1)
    fields = dict(content.fields)
    if told.kind == PostKind.EVENT:
        fields |= {"event_at": at + timedelta(days=9), "event_place": "Warmtecentrale Zuid"}
    if told.state != "DRAFT":
        # Spread, who hears of it on which day would hang on numbers, and the story with it.
        fields |= {"expires_at": at + LIVE_FOR, "pace": Pace.NOW}
    whole = Content(fields=fields, topics=content.topics, angles=content.angles)
    post = create_draft(programme=programme, kind=told.kind, by=by, at=before, content=whole)
    if told.picture:
        asset = store_picture(
            organization=programme.organization,
            content=picture(told.picture),
            alt=told.alt,
            by=by,
            at=before,
        )
        attach_picture(post=post, asset=asset)
    return post


def put_live(post: Post, *, by: Member, at: datetime) -> Post:
    return publish_post(post=post, by=by, at=at)


def put_in_calendar(post: Post, *, by: Member, publish_at: datetime, at: datetime) -> Post:
    return plan_post(post=post, by=by, publish_at=publish_at, at=at)
