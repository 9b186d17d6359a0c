"""Addresses that leave the house: the link in a mail, and what a short link leads to."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from django.conf import settings
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.text import slugify

from vaandel.channels.registry import CHANNELS
from vaandel.lib.paths import path_with
from vaandel.links.services import MAX_ADDRESS
from vaandel.posts.models import Angle, Post
from vaandel.shares.models import PersonalLink
from vaandel.shares.tokens import token_of

MEDIUM: Final = "employee-advocacy"
LONGEST_CAMPAIGN: Final = 60


def personal_url(link: PersonalLink) -> str:
    """The address of the share page that works without signing in.

    Of the one behind the sign-in when the link was withdrawn.
    """
    if link.revoked_at is None:
        path = path_with("shares:personal", token_of(link.pk))
    else:
        path = reverse("shares:compose", args=[link.organization.slug, link.post_id])
    return f"{settings.PUBLIC_URL}{path}"


def destination(post: Post) -> str:
    """Where readers end up: the article, else the organisation's website, else this house."""
    return post.target_url or post.organization.website or f"{settings.PUBLIC_URL}/"


def tracked_destination(post: Post, *, channel: str, angle: Angle | None) -> str:
    """The destination with where the visit came from, and nothing about who shared it.

    The existing query stays; only the four labels that we set ourselves are replaced. An
    address that would become too long stays as it is.
    """
    labels = {
        "utm_source": CHANNELS[channel].utm_source,
        "utm_medium": MEDIUM,
        "utm_campaign": campaign(post),
        "utm_content": str(angle.position + 1) if angle else "own",
    }
    address = destination(post)
    parts = urlsplit(address)
    kept = [pair for pair in parts.query.split("&") if pair and pair.split("=", 1)[0] not in labels]
    query = "&".join([*kept, *(f"{name}={quote(value)}" for name, value in labels.items())])
    tracked = urlunsplit(parts._replace(query=query))
    return tracked if len(iri_to_uri(tracked)) <= MAX_ADDRESS else address


def campaign(post: Post) -> str:
    """The post's title as one word of letters, digits and dashes."""
    return slugify(post.title)[:LONGEST_CAMPAIGN].strip("-") or f"post-{post.pk}"
