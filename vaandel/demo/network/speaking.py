"""What the practice network says of itself, its people and their posts, as Mastodon would."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import linebreaks, urlize
from django.utils.text import slugify

from vaandel.accounts.models import User
from vaandel.channels.pkce import METHOD
from vaandel.demo.models import PracticePicture, PracticePost
from vaandel.demo.network.allowing import SCOPES
from vaandel.demo.network.posting import LONGEST_ALT, MOST_CHARACTERS, MOST_PICTURES
from vaandel.demo.network.reactions import reactions_to

Said = dict[str, Any]


def public(route: str, *args: object) -> str:
    return f"{settings.PUBLIC_URL}{reverse(route, args=args)}"


def username(user: User) -> str:
    return slugify(user.display_name).replace("-", "") or f"user{user.pk}"


def handle(user: User) -> str:
    return f"@{username(user)}@{settings.PRACTICE_SERVER}"


def about_connecting() -> Said:
    """RFC 8414."""
    return {
        "issuer": f"{settings.PUBLIC_URL}/",
        "authorization_endpoint": public("demo:authorize"),
        "token_endpoint": public("demo:token"),
        "revocation_endpoint": public("demo:revoke"),
        "app_registration_endpoint": public("demo:apps"),
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": [METHOD],
        "authorization_response_iss_parameter_supported": True,
    }


def about_server() -> Said:
    return {
        "domain": settings.PRACTICE_SERVER,
        "title": "Practice network",
        "version": "4.4.0 (compatible; Vaandel practice network)",
        "configuration": {
            "statuses": {
                "max_characters": MOST_CHARACTERS,
                "max_media_attachments": MOST_PICTURES,
                "characters_reserved_per_url": 23,
            },
            "media_attachments": {
                "supported_mime_types": ["image/jpeg", "image/png", "image/webp"],
                "image_size_limit": 10 * 1024 * 1024,
                "image_matrix_limit": 33_177_600,
                "description_limit": LONGEST_ALT,
            },
        },
    }


def account(user: User) -> Said:
    name = username(user)
    return {
        "id": str(user.pk),
        "username": name,
        "acct": name,
        "display_name": user.display_name,
        "url": public("demo:network"),
    }


def media(picture: PracticePicture) -> Said:
    return {
        "id": str(picture.pk),
        "type": "image",
        "url": f"{settings.PUBLIC_URL}{picture.file.url}",
        "description": picture.alt or None,
    }


def status(post: PracticePost, *, now: datetime) -> Said:
    """``post`` comes with its author and pictures."""
    found = reactions_to(post.key, now - post.created_at)
    url = public("demo:network_post", post.pk)
    return {
        "id": str(post.pk),
        "uri": url,
        "url": url,
        "created_at": post.created_at.isoformat(),
        "edited_at": post.edited_at.isoformat() if post.edited_at else None,
        "content": linebreaks(urlize(post.text, nofollow=True, autoescape=True)),
        "visibility": "public",
        "sensitive": False,
        "spoiler_text": "",
        "language": post.language or None,
        "account": account(post.author),
        "media_attachments": [media(picture) for picture in post.pictures.all()],
        "favourites_count": found.favourites,
        "reblogs_count": found.boosts,
        "replies_count": found.replies,
        "quotes_count": 0,
    }
