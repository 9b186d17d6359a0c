"""Mails to look at before anybody gets them: every type, made of real content.

Rooms declare their types as ``Preview``; ``settings.MAIL_PREVIEWS`` names the list of all.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.rendering import Rendered, content_of

DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
HREF = re.compile(r'href="([^"]*)"')
ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Example:
    """Whom a mail is made out to and what it is about.

    ``reader`` is a member whose user has the language to show; ``post`` a live post of theirs,
    or None when there is none yet. ``share_url`` is the reader's own share page of it, or a
    page that says what there would be.
    """

    reader: Any
    post: Any
    share_url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """One type of mail. ``make`` gives a message that is not saved and wakes nothing.

    It may hold signed links that lead nowhere: they are shown as examples.
    """

    name: str
    title: str | Promise
    # When, and to whom, it goes out.
    when: str | Promise
    make: Callable[[Example], OutgoingMessage]
    about_post: bool = True


@cache
def previews() -> dict[str, Preview]:
    """All types by name, in the order of their list."""
    return {preview.name: preview for preview in import_string(settings.MAIL_PREVIEWS)}


def example_url() -> str:
    """Where the links of an example lead that would be somebody's own."""
    return f"{settings.PUBLIC_URL}{reverse('mailing:example')}"


def shown(preview: Preview, example: Example) -> Rendered:
    """The mail as it would go out, with examples for links that are somebody's own."""
    return with_examples(content_of(preview.make(example)), keep={example.share_url})


def with_examples(mail: Rendered, *, keep: Collection[str]) -> Rendered:
    """Signed addresses, but for ``keep``, lead to a page that says they are examples."""

    def tag(found: re.Match[str]) -> str:
        return f'href="{html.escape(safe(html.unescape(found[1]), keep))}"'

    def word(found: re.Match[str]) -> str:
        return safe(found[0], keep)

    return Rendered(
        subject=mail.subject, text=ADDRESS.sub(word, mail.text), html=HREF.sub(tag, mail.html)
    )


def safe(address: str, keep: Collection[str]) -> str:
    if address in keep or not address.startswith(settings.PUBLIC_URL):
        return address
    try:
        signed = "token" in resolve(urlsplit(address).path).kwargs
    except Resolver404:
        signed = True
    return example_url() if signed else address


def in_light(page: str, *, dark: bool) -> str:
    """The mail as a program shows it that is set to dark, or to light, whatever the browser is."""
    scheme = "dark" if dark else "light"
    page = DARK.sub("@media all" if dark else "@media not all", page)
    return page.replace('content="light dark"', f'content="{scheme}"')
