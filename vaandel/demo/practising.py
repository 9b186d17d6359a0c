"""What Noor did on the practice network: one post of last week, one that is planned, and one
that was planned until its proposal changed. She connected her account there."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from vaandel.accounts.models import User
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.adapter import Account, Published
from vaandel.channels.consents import VERSION
from vaandel.channels.models import AccountConsent, ConnectedAccount
from vaandel.channels.services.accounts import token_columns
from vaandel.demo.network.allowing import SCOPES, give_access
from vaandel.demo.network.posting import make_post
from vaandel.demo.network.reactions import reactions_to
from vaandel.demo.network.speaking import handle, public
from vaandel.demo.sharing import Audience, said_by
from vaandel.organizations.models import Member
from vaandel.posts.models import Angle, Post
from vaandel.posts.services import AngleText, Content, save_post
from vaandel.shares.figures import next_reading
from vaandel.shares.models import NetworkFigures, Publication
from vaandel.shares.publishing import Wish, arm, outgoing_of
from vaandel.shares.publishing.noting import note_published
from vaandel.shares.publishing.queue import claim, hand_over

CHANNEL: Final = "mastodon"
CLICKS: Final = 6
LAST_WEEK: Final = timedelta(days=7)
AT_LUNCH: Final = time(12, 15)
Told = Mapping[str, Mapping[str, str]]


def practise(
    enrolment: Enrolment, told: Told, *, editor: Member, audience: Audience, now: datetime
) -> None:
    """Nothing where there is no practice network. Whoever publishes what is due next finds
    that one text has to wait for her."""
    if not settings.PRACTICE_SERVER:
        return
    account = connect(enrolment, at=now - timedelta(days=12))
    _posted(account, told["posted"], audience=audience, at=_at_lunch(now - LAST_WEEK), now=now)
    _planned(account, told["planned"], due_at=_at_lunch(now + timedelta(days=1)), at=now)
    _changed(account, told["changed"], editor=editor, now=now)


def connect(enrolment: Enrolment, *, at: datetime) -> ConnectedAccount:
    """As if the person had pressed *Allow*, and ticked the box for figures."""
    user = enrolment.member.user
    account = Account(
        remote_id=str(user.pk),
        server=settings.PRACTICE_SERVER,
        handle=handle(user),
        display_name=user.name,
        scopes=SCOPES,
        keys={"access_token": give_access(user)},
    )
    for purpose in AccountConsent.Purpose:
        AccountConsent.objects.create(
            organization_id=enrolment.organization_id,
            enrolment=enrolment,
            channel=CHANNEL,
            purpose=purpose,
            text_version=VERSION,
            given_at=at,
        )
    return ConnectedAccount.objects.create(
        organization_id=enrolment.organization_id,
        enrolment=enrolment,
        channel=CHANNEL,
        server=account.server,
        remote_id=account.remote_id,
        handle=account.handle,
        display_name=account.display_name,
        reads_statistics=True,
        connected_at=at,
        **token_columns(account),
    )


def _posted(
    account: ConnectedAccount,
    told: Mapping[str, str],
    *,
    audience: Audience,
    at: datetime,
    now: datetime,
) -> None:
    """It went through the same queue; only the network was not asked over a wire."""
    waiting = _armed(account, told, due_at=None, at=at)
    publication = next(row for row in claim(at=at, size=1) if row.pk == waiting.pk)
    hand_over(publication, at=at)
    post = make_post(
        author=_person(account),
        text=outgoing_of(publication).text,
        language=publication.language,
        key=str(publication.press),
        pictures=[],
        at=at,
    )
    link = public("demo:network_post", post.pk)
    note_published(publication, Published(remote_id=str(post.pk), permalink=link), at=at)
    audience.clicks(publication.link, CHANNEL, people=CLICKS, since=at)
    _figures(publication, at=now - timedelta(minutes=40), since=at)


def _figures(publication: Publication, *, at: datetime, since: datetime) -> None:
    found = reactions_to(str(publication.press), at - since)
    NetworkFigures.objects.filter(share__publication=publication).update(
        source="mastodon statuses",
        reactions=found.favourites,
        comments=found.replies,
        reposts=found.boosts,
        quotes=0,
        fetched_at=at,
        reads=6,
        next_read_at=next_reading(since, after=at),
    )


def _planned(
    account: ConnectedAccount, told: Mapping[str, str], *, due_at: datetime, at: datetime
) -> None:
    _armed(account, told, due_at=due_at, at=at - timedelta(hours=3))


def _changed(
    account: ConnectedAccount, told: Mapping[str, str], *, editor: Member, now: datetime
) -> None:
    due_at = now - timedelta(minutes=10)
    publication = _armed(account, told, due_at=due_at, at=now - timedelta(hours=20))
    post = Post.objects.get(pk=publication.post_id)
    angles = Angle.objects.filter(post=post).order_by("position")
    content = Content(
        fields={"summary": told["summary"]},
        topics=list(post.topics.all()),
        units=list(post.audience_units.all()),
        angles=[AngleText(angle.language, angle.text) for angle in angles],
    )
    at = now - timedelta(hours=2)
    save_post(post=post, version=post.version, content=content, by=editor, at=at)


def _armed(
    account: ConnectedAccount, told: Mapping[str, str], *, due_at: datetime | None, at: datetime
) -> Publication:
    """Her own words, with no start: what an editor changes later cannot take one away."""
    post = Post.objects.select_related("organization").get(title=told["title"])
    chance = random.Random(told["title"])  # noqa: S311 - a story, not a secret
    return arm(
        enrolment=account.enrolment,
        post=post,
        words=said_by(post, CHANNEL, told["text"], language="nl"),
        press=uuid.UUID(int=chance.getrandbits(128), version=4),
        account=account,
        wish=Wish(due_at=due_at),
        at=at,
    )


def _person(account: ConnectedAccount) -> User:
    return account.enrolment.member.user


def _at_lunch(day: datetime) -> datetime:
    local = day.astimezone(ZoneInfo("Europe/Amsterdam"))
    return datetime.combine(local.date(), AT_LUNCH, tzinfo=local.tzinfo)
