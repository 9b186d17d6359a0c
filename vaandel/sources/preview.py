"""A pasted link becomes title, summary and picture; or a reason that can be explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vaandel.lib import http
from vaandel.sources.problems import Problem, problem_of
from vaandel.sources.reading.charsets import decoded
from vaandel.sources.reading.pages import PageFacts, facts_of

PAGE_TYPES: Final = ("text/html", "application/xhtml+xml")
# What a phone takes and a browser shows; SVG can hold a program.
IMAGE_TYPES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif")
PAGE_BYTES: Final = 3 * 1024 * 1024
IMAGE_BYTES: Final = 8 * 1024 * 1024
PAGE_SECONDS: Final = 10.0
IMAGE_SECONDS: Final = 6.0


class PreviewFailed(Exception):
    """No preview. `reason` is explained by `problems`."""

    def __init__(self, reason: Problem) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Preview:
    """What a link shows. `kind` is "LINK", "VACANCY" or "EVENT"; `language` may be empty."""

    url: str
    title: str
    summary: str = ""
    site_name: str = ""
    language: str = ""
    kind: str = "LINK"
    image: bytes | None = None
    image_url: str = ""
    image_alt: str = ""
    expires_at: datetime | None = None
    event_at: datetime | None = None
    event_place: str = ""


def preview(url: str) -> Preview:
    """Fetch a page and its picture; raises ``PreviewFailed``. A missing picture is no failure."""
    try:
        page = http.get(
            with_scheme(url),
            accept=PAGE_TYPES,
            max_bytes=PAGE_BYTES,
            timeout=PAGE_SECONDS,
            headers={"Accept-Language": "nl,en;q=0.8,fr;q=0.7,de;q=0.6"},
            cut=True,
        )
    except http.FetchFailed as failure:
        problem = problem_of(failure)
        # "The feed has stopped" is no sentence for a page.
        problem = Problem.NOT_FOUND if problem is Problem.GONE else problem
        raise PreviewFailed(problem) from failure
    text = decoded(page.body, page.headers.get("content-type", ""))
    facts = facts_of(text, page.final_url)
    if not facts.title:
        raise PreviewFailed(Problem.NOTHING_FOUND)
    return _preview(facts)


def with_scheme(url: str) -> str:
    """An address as people write it: without https:// in front."""
    text = url.strip()
    if text and "://" not in text and not text.startswith("/") and "." in text.partition("/")[0]:
        return f"https://{text}"
    return text


def _preview(facts: PageFacts) -> Preview:
    image_url, image = _picture(facts.image_urls)
    return Preview(
        url=facts.url,
        title=facts.title,
        summary=facts.summary,
        site_name=facts.site_name,
        language=facts.language,
        kind=facts.kind,
        image=image,
        image_url=image_url,
        image_alt=facts.image_alts.get(image_url, ""),
        expires_at=facts.ends_at,
        event_at=facts.event_at,
        event_place=facts.event_place,
    )


def _picture(addresses: tuple[str, ...]) -> tuple[str, bytes | None]:
    """The first of these that is a picture that can be used."""
    for address in addresses:
        if image := fetch_picture(address):
            return address, image
    return "", None


def fetch_picture(address: str) -> bytes | None:
    """A picture as bytes, or None. Whether it really is one is checked where it is stored."""
    try:
        fetched = http.get(
            address, accept=IMAGE_TYPES, max_bytes=IMAGE_BYTES, timeout=IMAGE_SECONDS
        )
    except http.FetchFailed:
        return None
    return fetched.body or None
