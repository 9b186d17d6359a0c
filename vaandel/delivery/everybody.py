"""Posts that every colleague may see, for places that many people read at once.

A channel, the intranet and a newsletter do not know who reads them. So there is nothing in
them that was meant for one department, and their links are the same for everybody: whoever
follows one signs in, and somebody who does not take part yet is asked whether they want to.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from vaandel.organizations.models import Organization
from vaandel.posts.models import Post, PostPicture

LOOKED_AT: Final = 100


@dataclass(frozen=True, slots=True)
class OpenPost:
    """A live post for everybody. ``picture`` and ``thumbnail`` are names of files, or ""."""

    pk: int
    title: str
    summary: str
    language: str
    site_name: str
    picture: str
    thumbnail: str
    alt: str
    urgent: bool
    published_at: datetime
    share_url: str

    @property
    def picture_url(self) -> str:
        name = self.thumbnail or self.picture
        return default_storage.url(name) if name else ""


def open_posts(
    organization: Organization,
    *,
    at: datetime,
    topics: Collection[int] = (),
    language: str = "",
    most: int = LOOKED_AT,
) -> list[OpenPost]:
    """The newest first, in one query; of the tenant in scope.

    ``topics`` empty: whatever the topic. ``language``: without posts that are only for
    readers of other languages. Nothing while the organisation is stopped.
    """
    if organization.stopped_at is not None:
        return []
    first = PostPicture.objects.filter(post=OuterRef("pk")).order_by("position", "pk")
    posts = (
        Post.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at))
        .filter(state=Post.State.LIVE, audience_units=None)
        .annotate(
            since=Coalesce("published_at", "created_at"),
            picture=Subquery(first.values("asset__file")[:1]),
            thumbnail=Subquery(first.values("asset__thumbnail")[:1]),
            alt=Subquery(first.values("asset__alt")[:1]),
        )
        .order_by("-since", "-pk")
    )
    if topics:
        on_topic = Post.topics.through.objects.filter(topic_id__in=topics).values("post_id")
        posts = posts.filter(pk__in=on_topic)
    fitting = (post for post in posts[:LOOKED_AT] if reads(post, language))
    return [_open_post(organization, post) for post, _ in zip(fitting, range(most), strict=False)]


def reads(post: Post, language: str) -> bool:
    return not language or not post.audience_languages or language in post.audience_languages


def _open_post(organization: Organization, post: Post) -> OpenPost:
    # The annotations are in the instance's dictionary, unknown to the class.
    known = vars(post)
    return OpenPost(
        pk=post.pk,
        title=post.title,
        summary=post.summary,
        language=post.language,
        site_name=post.site_name,
        picture=known["picture"] or "",
        thumbnail=known["thumbnail"] or "",
        alt=known["alt"] or "",
        urgent=post.urgent,
        published_at=known["since"],
        share_url=share_address(organization, post.pk),
    )


def share_address(organization: Organization, post_id: int) -> str:
    """Behind the sign-in, so that it can stand anywhere."""
    return f"{settings.PUBLIC_URL}{reverse('shares:compose', args=[organization.slug, post_id])}"


def join_address(organization: Organization) -> str:
    """Where a colleague begins to take part: by mail address, where that is open to them."""
    if organization.signup_domains:
        return f"{settings.PUBLIC_URL}{reverse('organizations:sign_up')}"
    return f"{settings.PUBLIC_URL}{reverse('ambassadors:enrol', args=[organization.slug])}"


def reads_as(organization: Organization, language: str) -> str:
    """The language of a place; the organisation's own when it has none."""
    return language or organization.language
