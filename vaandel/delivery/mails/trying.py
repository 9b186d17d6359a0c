"""Looking at a mail with real content, and sending it to oneself."""

from __future__ import annotations

import secrets
from copy import copy
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from vaandel.delivery.mails.previews import enrolment_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview, example_url, shown
from vaandel.mailing.rendering import Rendered, one_line
from vaandel.mailing.services import queue_composed
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.shares.addresses import personal_url
from vaandel.shares.services import personal_link

MOST: Final = 10
WINDOW: Final = timedelta(hours=1)
KIND: Final = "test"
# The same in every language, so that a mailbox can sort by it.
MARK: Final = "[test]"


class TooManyTests(Exception):
    """Ten in an hour is enough to see how something looks."""


def example_of(
    member: Member, *, post: Post | None, language: str, at: datetime, share_url: str = ""
) -> Example:
    """The reader is the member, as if reading in this language."""
    reader = copy(member)
    reader.user = copy(member.user)
    reader.user.language = language
    return Example(reader=reader, post=post, share_url=share_url or example_url(), at=at)


def look(
    preview: Preview, *, member: Member, post: Post | None, language: str, at: datetime
) -> Rendered:
    return shown(preview, example_of(member, post=post, language=language, at=at))


@transaction.atomic
def send_test(
    preview: Preview, *, by: Member, post: Post | None, language: str, at: datetime
) -> OutgoingMessage:
    """Queue an example to ``by``, as any other mail; raise ``TooManyTests`` after ten in an hour.

    Who takes part finds the own share page behind the button. Nothing in it can stop a mail.
    """
    mine = OutgoingMessage.objects.filter(tenant=by.organization_id, person=by.user_id, kind=KIND)
    if mine.filter(created_at__gt=at - WINDOW).count() >= MOST:
        raise TooManyTests
    own = share_page(by, post, at=at) if post else ""
    example = example_of(by, post=post, language=language, at=at, share_url=own)
    mail = shown(preview, example)
    message = OutgoingMessage(
        key=f"test:{by.pk}:{secrets.token_hex(8)}",
        kind=KIND,
        tenant=by.organization_id,
        person=by.user_id,
        to_address=by.user.email,
        to_name=by.user.name,
        from_name=by.organization.name,
        language=language,
        time_zone=by.user.time_zone,
        subject=one_line(f"{MARK} {mail.subject}"),
        text=mail.text,
        html=mail.html,
        next_try_at=at,
        created_at=at,
        expires_at=at + WINDOW,
    )
    queue_composed([message])
    return message


def share_page(member: Member, post: Post, *, at: datetime) -> str:
    """The own share page of who takes part; else the post in the studio."""
    enrolment = enrolment_of(member)
    if enrolment.pk:
        return personal_url(personal_link(enrolment=enrolment, post=post, at=at))
    return f"{settings.PUBLIC_URL}{reverse('posts:edit', args=[member.organization.slug, post.pk])}"
