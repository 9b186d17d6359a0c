"""From writing to a share: a link is reserved, then one press makes it a share.

Both may arrive twice, at the same moment, or in the wrong order. The number of the press
decides: it is unique in the database, so one press is one share.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from vaandel.ambassadors.models import Enrolment
from vaandel.channels.channel import Message
from vaandel.channels.registry import CHANNELS
from vaandel.links.addresses import short_url
from vaandel.links.models import Campaign, Link
from vaandel.links.services import NotAllowed, aim, create_link, delete_links, save_campaign
from vaandel.posts.models import Angle, Post
from vaandel.shares.addresses import tracked_destination
from vaandel.shares.bands import index_text
from vaandel.shares.disclosure import joined
from vaandel.shares.models import Reminder, Reservation, Share
from vaandel.shares.queries import first_picture
from vaandel.shares.refusals import PostNotLive, SharingStopped
from vaandel.shares.regulated import check_text, ending, note_shared
from vaandel.shares.similarity import edited_ratio


class NotYours(Exception):
    """This press belongs to somebody else or to another post."""


class TextTooLong(Exception):
    """The network would not take the text. ``excess``: by how much, in its own counting."""

    def __init__(self, excess: int) -> None:
        super().__init__(f"{excess} too long")
        self.excess = excess


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody sends: own text, the line that names the employer, and where it started.

    ``disclosure_offered`` is the line that was proposed first, kept to show what was asked.
    """

    channel: str
    text: str = ""
    disclosure: str = ""
    disclosure_rule: str = ""
    disclosure_offered: str = ""
    language: str = "nl"
    angle: Angle | None = None
    instance: str = ""
    risk_line: str = ""

    def message(self, *, url: str, title: str) -> Message:
        """As the network gets it, with empty lines between the parts; the link beside it.

        Under rules of law their closing line comes last.
        """
        return Message(
            text=joined(self.text, self.disclosure, self.risk_line),
            url=url,
            title=title,
            instance=self.instance,
        )


def press_of(page: uuid.UUID, channel: str) -> uuid.UUID:
    """The press of a channel on a page: pressing twice is one share, another channel is another."""
    return uuid.uuid5(page, channel)


@transaction.atomic
def reserve_link(
    *, enrolment: Enrolment, post: Post, channel: str, press: uuid.UUID, at: datetime
) -> Link:
    """The short link that this press will use; the same one however often it is asked for."""
    check_offered(post)
    known = _link_of_press(press, enrolment, post)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            link = create_link(
                organization=post.organization,
                target_url=tracked_destination(post, channel=channel, angle=None),
                channel=channel,
                at=at,
                campaign=campaign_of(post),
                owner=enrolment.member.user,
                expires_at=post.expires_at,
            )
            Reservation.objects.create(
                organization_id=post.organization_id,
                press=press,
                post=post,
                enrolment=enrolment,
                link=link,
                created_at=at,
            )
            return link
    except NotAllowed as error:
        # The list of websites became shorter after the post went out.
        raise PostNotLive from error
    except IntegrityError:
        known = _link_of_press(press, enrolment, post)
        if known is None:
            raise
        return known


def check_offered(post: Post) -> None:
    """Raise unless it may be shared now. ``post`` comes with its organisation."""
    if not post.is_live:
        raise PostNotLive
    if post.organization.stopped_at is not None:
        raise SharingStopped


def campaign_of(post: Post) -> Campaign:
    """What all links of this post are about, with the card that crawlers may get."""
    picture = first_picture(post)
    return save_campaign(
        organization=post.organization,
        key=f"post:{post.pk}",
        title=post.title,
        description=post.summary,
        image_url=f"{settings.PUBLIC_URL}{picture.card_url}" if picture else "",
        about_path=reverse("posts:edit", args=[post.organization.slug, post.pk]),
    )


def _link_of_press(press: uuid.UUID, enrolment: Enrolment, post: Post) -> Link | None:
    share = Share.objects.filter(press=press).select_related("link").first()
    if share is not None:
        _check_owner(share, enrolment, post)
        return share.link
    reservation = Reservation.objects.filter(press=press).select_related("link").first()
    if reservation is not None:
        _check_owner(reservation, enrolment, post)
        return reservation.link
    return None


def _check_owner(row: Share | Reservation, enrolment: Enrolment, post: Post) -> None:
    if row.enrolment_id != enrolment.pk or row.post_id != post.pk:
        raise NotYours


@transaction.atomic
def open_share(
    *, enrolment: Enrolment, post: Post, words: Words, press: uuid.UUID, at: datetime
) -> Share:
    """Note that somebody opens a network's dialog with these words, and give the share its link.

    Raises ``PostNotLive``, ``TextTooLong`` or ``NotYours``. A press that comes twice gives the
    same share; as long as the person has not said whether it was posted, the last words count.
    """
    post = Post.objects.select_related("organization").get(pk=post.pk)
    words = approved_words(words, enrolment=enrolment, post=post)
    known = Share.objects.select_related("link", "post").filter(press=press).first()
    if known is not None:
        return _share_again(known, enrolment, post, words, at=at)
    link = reserve_link(enrolment=enrolment, post=post, channel=words.channel, press=press, at=at)
    check_length(words, url=short_url(link), title=post.title)
    try:
        with transaction.atomic():
            share = Share.objects.create(
                organization_id=post.organization_id,
                post=post,
                enrolment=enrolment,
                link=link,
                press=press,
                channel=words.channel,
                opened_at=at,
                **_written(words),
            )
    except IntegrityError:
        known = Share.objects.select_related("link", "post").get(press=press)
        _forget_link(link, unless=known.link_id)
        return _share_again(known, enrolment, post, words, at=at)
    index_text(share, is_new=True)
    _aim(link, post, words)
    Reservation.objects.filter(press=press).delete()
    Reminder.objects.filter(enrolment=enrolment, post=post, sent_at=None).delete()
    note_shared(share, at=at)
    return share


def approved_words(words: Words, *, enrolment: Enrolment | None, post: Post) -> Words:
    """With the closing line that rules of law ask for; raises ``TextNotApproved``."""
    check_text(enrolment=enrolment, post=post, text=words.text, language=words.language)
    return replace(words, risk_line=ending(post, words.language))


def _forget_link(link: Link, *, unless: int) -> None:
    """The link of a press that came second; nobody has seen it."""
    if link.pk != unless:
        Reservation.objects.filter(link=link).delete()
        delete_links([link.pk])


def _share_again(
    share: Share, enrolment: Enrolment, post: Post, words: Words, *, at: datetime
) -> Share:
    _check_owner(share, enrolment, post)
    check_offered(post)
    check_length(words, url=short_url(share.link), title=post.title)
    before = (share.text, share.disclosure, share.risk_line)
    changed = Share.objects.filter(pk=share.pk, state=Share.State.OPENED).update(**_written(words))
    if changed:
        _aim(share.link, post, words)
        share.refresh_from_db()
        if before != (share.text, share.disclosure, share.risk_line):
            share.post = post
            note_shared(share, at=at)
        index_text(share)
    return share


def _written(words: Words) -> dict[str, object]:
    return {
        "language": words.language,
        "instance": words.instance if words.channel == "mastodon" else "",
        "text": words.text,
        "disclosure": words.disclosure,
        "disclosure_rule": words.disclosure_rule,
        "disclosure_offered": words.disclosure_offered,
        "risk_line": words.risk_line,
        "angle": words.angle,
        "edited_share": edited_ratio(words.text, words.angle.text if words.angle else ""),
    }


def _aim(link: Link, post: Post, words: Words) -> None:
    """Let the link say with which start it was shared; nobody can have followed it before."""
    try:
        aim(link, tracked_destination(post, channel=words.channel, angle=words.angle))
    except NotAllowed as error:
        raise PostNotLive from error


def check_length(words: Words, *, url: str, title: str) -> None:
    """Raise ``TextTooLong`` when the network would refuse or cut the text."""
    excess = CHANNELS[words.channel].excess(words.message(url=url, title=title))
    if excess:
        raise TextTooLong(excess)
