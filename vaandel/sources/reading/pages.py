"""What a web page is about: Open Graph, Twitter cards, JSON-LD, title and description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from vaandel.sources.reading import markup
from vaandel.sources.reading.linkeddata import Statement, statement_of

MAX_TITLE: Final = 200
MAX_SUMMARY: Final = 600
MAX_SITE: Final = 120
MAX_IMAGES: Final = 3
MAX_ALT: Final = 300
STARTS_AN_IMAGE: Final = ("og:image", "twitter:image", "twitter:image:src")
MORE_OF_AN_IMAGE: Final = ("og:image:url", "og:image:secure_url")
SAYS_AN_IMAGE: Final = ("og:image:alt", "twitter:image:alt")
LANGUAGES: Final = frozenset(["nl", "en", "fr", "de"])
FEED_TYPES: Final = frozenset(
    ["application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"]
)
# Marks that say where a visitor came from; ours would come on top of them.
_TRACKING = re.compile(r"^(?:utm_.+|fbclid|gclid|dclid|msclkid|igshid|mc_[ce]id|li_fat_id)$")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """`kind` is a `PostKind`. `language` is one of ours or "". `image_alts` is by address."""

    url: str
    title: str
    summary: str
    site_name: str
    language: str
    kind: str
    image_urls: tuple[str, ...]
    ends_at: datetime | None = None
    event_at: datetime | None = None
    event_place: str = ""
    image_alts: Mapping[str, str] = field(default_factory=dict)


def facts_of(html: str, url: str) -> PageFacts:
    """Read a page. ``url`` is where it was found, after redirects; ``title`` may stay empty."""
    page = LexborHTMLParser(html)
    base = _base(page, url)
    said = statement_of(page, base) or Statement(kind="LINK")
    site = _first([_meta(page, "og:site_name"), said.site_name])
    title = _first([_meta(page, "og:title"), _meta(page, "twitter:title"), said.title])
    # Reading the page decides, in that order; the names of tags do not.
    return PageFacts(
        url=_canonical(page, url, base),
        title=_without_site(markup.shortened(title or _heading(page), MAX_TITLE), site),
        summary=markup.shortened(_summary(page, said), MAX_SUMMARY),
        site_name=markup.shortened(site or _host(url), MAX_SITE),
        language=_language(page, said),
        kind=said.kind,
        image_urls=tuple(dict.fromkeys(_images(page, said, base)))[:MAX_IMAGES],
        ends_at=said.ends_at,
        event_at=said.starts_at if said.kind == "EVENT" else None,
        event_place=markup.shortened(said.place, MAX_TITLE),
        image_alts=_image_alts(page, base),
    )


def feed_addresses(html: str, url: str) -> list[str]:
    """The feeds that a page names, in its order."""
    page = LexborHTMLParser(html)
    base = _base(page, url)
    found = [
        markup.web_address(link.attributes.get("href") or "", base)
        for link in page.css("link[rel~=alternate]")
        if (link.attributes.get("type") or "").strip().lower() in FEED_TYPES
    ]
    return list(dict.fromkeys(filter(None, found)))


def _base(page: LexborHTMLParser, url: str) -> str:
    tag = page.css_first("base[href]")
    return markup.web_address((tag and tag.attributes.get("href")) or "", url) or url


def _metas(page: LexborHTMLParser, name: str) -> Iterator[str]:
    """The contents of a meta tag, by either of the attributes that sites use."""
    for tag in page.css(f'meta[property="{name}" i], meta[name="{name}" i]'):
        if text := markup.plain_text(tag.attributes.get("content") or ""):
            yield text


def _meta(page: LexborHTMLParser, name: str) -> str:
    return next(_metas(page, name), "")


def _first(texts: list[str]) -> str:
    return next(filter(None, texts), "")


def _heading(page: LexborHTMLParser) -> str:
    for selector in ("title", "h1"):
        tag = page.css_first(selector)
        if tag and (text := markup.tidy(tag.text())):
            return text
    return ""


def _without_site(title: str, site: str) -> str:
    """The title without the name of the site that many put behind it."""
    for sign in ("|", "-", "–", "—", "·", ":"):
        shorter = title.removesuffix(f" {sign} {site}")
        if site and shorter and shorter != title:
            return shorter
    return title


def _summary(page: LexborHTMLParser, said: Statement) -> str:
    described = [
        _meta(page, "og:description"),
        _meta(page, "twitter:description"),
        _meta(page, "description"),
        said.summary,
    ]
    return _first(described) or _first_paragraph(page)


def _first_paragraph(page: LexborHTMLParser) -> str:
    for paragraph in page.css("article p, main p")[:10]:
        text = markup.tidy(paragraph.text())
        if len(text) > 80:
            return text
    return ""


def _language(page: LexborHTMLParser, said: Statement) -> str:
    root = page.css_first("html")
    named = [(root and root.attributes.get("lang")) or "", _meta(page, "og:locale"), said.language]
    code = _first(named).strip().lower()[:2]
    return code if code in LANGUAGES else ""


def _images(page: LexborHTMLParser, said: Statement, base: str) -> Iterator[str]:
    link = page.css_first("link[rel=image_src]")
    named = [
        *_metas(page, "og:image:secure_url"),
        *_metas(page, "og:image"),
        *_metas(page, "twitter:image"),
        *_metas(page, "twitter:image:src"),
        said.image_url,
        (link and link.attributes.get("href")) or "",
    ]
    for address in named:
        whole = markup.web_address(address, base) if address else ""
        if whole and not urlsplit(whole).path.lower().endswith((".svg", ".ico")):
            yield whole


def _image_alts(page: LexborHTMLParser, base: str) -> dict[str, str]:
    """What the page says a picture shows; a description stands behind its picture."""
    found: dict[str, str] = {}
    described: list[str] = []
    for tag in page.css("meta[content]"):
        name = (tag.attributes.get("property") or tag.attributes.get("name") or "").lower()
        text = markup.plain_text(tag.attributes.get("content") or "")
        if name in STARTS_AN_IMAGE:
            described = [markup.web_address(text, base)]
        elif name in MORE_OF_AN_IMAGE:
            described.append(markup.web_address(text, base))
        elif name in SAYS_AN_IMAGE and text:
            alt = markup.shortened(text, MAX_ALT)
            found |= {address: alt for address in described if address and address not in found}
    return found


def _canonical(page: LexborHTMLParser, url: str, base: str) -> str:
    """The address by which the site wants the page known, if it is on that site and a page."""
    link = page.css_first("link[rel=canonical]")
    named = markup.web_address((link and link.attributes.get("href")) or "", base)
    if named and _host(named) == _host(url) and (_depth(named) or not _depth(url)):
        return _without_tracking(named)
    return _without_tracking(url)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _depth(url: str) -> bool:
    return bool(urlsplit(url).path.strip("/"))


def _without_tracking(url: str) -> str:
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _TRACKING.match(name)]
    if len(kept) == len(pairs):
        return url
    return urlunsplit(parts._replace(query=urlencode(kept)))
