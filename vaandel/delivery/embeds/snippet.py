"""A piece of a newsletter: tables and inline style, which every mail program shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.template.loader import render_to_string
from django.utils import translation

from vaandel.delivery.everybody import OpenPost, join_address
from vaandel.delivery.pictures import chat_picture
from vaandel.mailing.branding import palette_of
from vaandel.organizations.models import Organization

_GAPS: Final = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A post with the whole address of its picture, or ""."""

    post: OpenPost
    picture: str


@dataclass(frozen=True, slots=True)
class Snippet:
    html: str
    text: str


def snippet_of(organization: Organization, posts: Sequence[OpenPost], *, language: str) -> Snippet:
    """The same for every reader, without anything that tells who opened or read it."""
    context = {
        "organization": organization,
        "posts": [Shown(post, chat_picture(post.picture)) for post in posts],
        "palette": palette_of(organization.colour),
        "join_url": join_address(organization),
    }
    with translation.override(language):
        html = render_to_string("delivery/embeds/snippet.htm", {**context, "language": language})
        text = render_to_string("delivery/embeds/snippet.txt", context)
    lines = [line.rstrip() for line in html.splitlines() if line.strip()]
    return Snippet(html="\n".join(lines), text=_GAPS.sub("\n\n", text).strip())
