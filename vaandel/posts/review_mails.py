"""Mails around four eyes: what waits for those who approve, and the answer for who wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview
from vaandel.mailing.services import compose_message, queue_message
from vaandel.organizations.branding import answers_go_to, mail_brand
from vaandel.organizations.models import Member
from vaandel.organizations.open_hours import windows_at
from vaandel.posts.models import Post, PostPicture

# What nobody looked at for a week is no errand any more, but a conversation.
GOOD_FOR: Final = timedelta(days=7)
REQUEST: Final = "review"


def edit_url(post: Post) -> str:
    path = reverse("posts:edit", args=[post.organization.slug, post.pk])
    return f"{settings.PUBLIC_URL}{path}"


def card_of(post: Post) -> tuple[str, str]:
    """The whole address of the post's first picture and what it shows; "" without one."""
    first = PostPicture.objects.filter(post=post).select_related("asset").order_by("position")
    for row in first[:1]:
        return f"{settings.PUBLIC_URL}{row.asset.card_url}", row.asset.alt
    return "", ""


def author_of(post: Post) -> str:
    return post.created_by.user.display_name if post.created_by else ""


def compose_request(
    approver: Member, posts: Sequence[Post], *, key: str, at: datetime
) -> OutgoingMessage:
    """All posts that wait for this approver, the oldest first. Not saved."""
    organization, user = approver.organization, approver.user
    picture, alt = card_of(posts[0])
    return compose_message(
        key=key,
        kind=REQUEST,
        template="posts/mails/review",
        context={
            "place": organization.name,
            "brand": mail_brand(organization),
            "first_name": user.first_name,
            "picture": picture,
            "picture_alt": alt,
            "posts": [
                {"title": post.title, "author": author_of(post), "url": edit_url(post)}
                for post in posts
            ],
        },
        to_address=user.email,
        to_name=user.name,
        from_name=organization.name,
        reply_to=_answers_to(posts),
        language=user.language,
        time_zone=user.time_zone,
        tenant=organization.pk,
        person=user.pk,
        windows=windows_at(organization, user.time_zone, at=at, good_for=GOOD_FOR),
        good_for=GOOD_FOR,
        at=at,
    )


def _answers_to(posts: Sequence[Post]) -> str:
    """The author, when all are of one; else whom the organisation named."""
    authors = {post.created_by.user.email for post in posts if post.created_by}
    return authors.pop() if len(authors) == 1 else answers_go_to(posts[0].organization)


def queue_answer(post: Post, *, by: Member, approved: bool, note: str, at: datetime) -> None:
    """Tell the author what became of the post, unless they did it themselves or are gone.

    ``post`` as it stands after the decision.
    """
    author = post.created_by
    if author is None or author.pk == by.pk or author.status != Member.Status.ACTIVE:
        return
    organization, user = post.organization, author.user
    if not user.is_active:
        return
    picture, alt = card_of(post)
    queue_message(
        key=f"reviewed:{post.pk}:{post.version}",
        kind="reviewed",
        template="posts/mails/reviewed",
        context={
            "place": organization.name,
            "brand": mail_brand(organization),
            "first_name": user.first_name,
            "title": post.title,
            "approved": approved,
            "live": post.is_live,
            "publish_at": post.publish_at,
            "note": note,
            "by_name": by.user.display_name,
            "picture": picture,
            "picture_alt": alt,
            "url": edit_url(post),
        },
        to_address=user.email,
        to_name=user.name,
        from_name=organization.name,
        reply_to=by.user.email,
        language=user.language,
        time_zone=user.time_zone,
        tenant=organization.pk,
        person=user.pk,
        windows=windows_at(organization, user.time_zone, at=at, good_for=GOOD_FOR),
        good_for=GOOD_FOR,
        at=at,
    )


def _example(example: Example) -> OutgoingMessage:
    return compose_request(example.reader, [example.post], key="review:example", at=example.at)


PREVIEWS: Final = [
    Preview(
        name="review",
        title=_("Please read along"),
        when=_("To approvers, at most once an hour, with all that waits for them."),
        make=_example,
    ),
]
