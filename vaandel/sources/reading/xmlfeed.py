"""RSS and Atom, by feedparser."""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from xml.sax import SAXException  # the class only; feedparser does the parsing

import feedparser

from vaandel.sources.reading import entries, markup
from vaandel.sources.reading.entries import Entry, Feed, NotAFeed

_ITEM = re.compile(rb"<(?:[\w.-]{1,20}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_ROOT = re.compile(rb"<((?:[\w.-]{1,20}:)?(?:rss|feed|rdf))[\s>]", re.IGNORECASE)
_CHANNEL = re.compile(rb"<((?:[\w.-]{1,20}:)?channel)[\s>]", re.IGNORECASE)
_TWO_BYTES: Final = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_OLDEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


def parse_xml(body: bytes, *, content_type: str, url: str) -> Feed:
    """Read RSS or Atom, damaged or not; raises ``NotAFeed``."""
    # A stream: given bytes, feedparser would also take them for the name of a file.
    try:
        found = feedparser.parse(
            io.BytesIO(first_items(body)),
            response_headers={"content-type": content_type, "content-location": url},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # Feeds that break the parser itself; found among thousands, each a different way.
        raise NotAFeed("unknown") from error
    if not found.get("version") and not found.entries:
        raise NotAFeed("html" if looks_like_html(body) else "unknown")
    read = [entry for each in found.entries[: entries.MAX_ENTRIES] if (entry := _entry(each, url))]
    title = markup.shortened(markup.plain_text(_text(found.feed, "title")), 200)
    damaged = isinstance(found.get("bozo_exception"), SAXException)
    return Feed(title=title, entries=read, damaged=damaged)


def first_items(body: bytes) -> bytes:
    """The feed up to the most entries that are read, closed again.

    Feeds that never forget are megabytes long, and parsing takes many times their size.
    """
    if body.startswith(_TWO_BYTES):
        return body
    for number, item in enumerate(_ITEM.finditer(body)):
        if number == entries.MAX_ENTRIES:
            return body[: item.start()] + _closing_tags(body[: item.start()])
    return body


def _closing_tags(start: bytes) -> bytes:
    root, channel = _ROOT.search(start), _CHANNEL.search(start)
    # In RSS 1.0 the channel is closed before the items.
    inside = channel and b"</" + channel[1] + b">" not in start
    return (b"</" + channel[1] + b">" if channel and inside else b"") + (
        b"</" + root[1] + b">" if root else b""
    )


def looks_like_html(body: bytes) -> bool:
    start = body[:2000].lower()
    return b"<html" in start or b"<!doctype html" in start or b"<head" in start


def _entry(found: dict[str, Any], feed_url: str) -> Entry | None:
    """The entry, or None when there is nothing in it that somebody could read or open."""
    html, base = _content(found, feed_url)
    url = markup.web_address(_link(found), base)
    text = markup.shortened(markup.plain_text(html), entries.MAX_TEXT)
    title = markup.plain_text(_text(found, "title")) or text or url
    if not title:
        return None
    return Entry(
        guid=markup.tidy(_text(found, "id")),
        url=url,
        title=markup.shortened(title, entries.MAX_TITLE),
        summary_html=fitting(markup.clean_html(html, base), text),
        summary_text=text,
        image_url=_image(found, html, base),
        author=markup.shortened(markup.plain_text(_text(found, "author")), entries.MAX_AUTHOR),
        published_at=_moment(found),
    )


def fitting(html: str, text: str) -> str:
    """The HTML if it fits; cutting it would break its tags, so else its words."""
    return html if len(html) <= entries.MAX_HTML else markup.clean_html(text, "")


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _content(found: Mapping[str, Any], feed_url: str) -> tuple[str, str]:
    """The summary, or else the content, with the address its links start from."""
    details = [found.get("summary_detail"), *_dicts(found.get("content"))]
    for detail in details:
        if isinstance(detail, Mapping) and _text(detail, "value").strip():
            base = markup.web_address(_text(detail, "base"), feed_url) or feed_url
            return _text(detail, "value"), base
    return "", feed_url


def _link(found: Mapping[str, Any]) -> str:
    if link := _text(found, "link"):
        return link
    for other in _dicts(found.get("links")):
        if _text(other, "rel") in {"alternate", ""} and _text(other, "href"):
            return _text(other, "href")
    return ""


def _image(found: Mapping[str, Any], html: str, base: str) -> str:
    for address in _image_addresses(found):
        if whole := markup.web_address(address, base):
            return whole
    return markup.first_image(html, base)


def _image_addresses(found: Mapping[str, Any]) -> Iterator[str]:
    for media in _dicts(found.get("media_content")):
        if _text(media, "medium") == "image" or _text(media, "type").startswith("image/"):
            yield _text(media, "url")
    for media in _dicts(found.get("media_thumbnail")):
        yield _text(media, "url")
    for link in _dicts(found.get("links")):
        if _text(link, "rel") == "enclosure" and _text(link, "type").startswith("image/"):
            yield _text(link, "href")
    image = found.get("image")
    if isinstance(image, Mapping):
        yield _text(image, "href")


def _dicts(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _moment(found: dict[str, Any]) -> datetime | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        # Past the parser's own `get`, which warns of a detour that it makes for old programs.
        if parsed := dict.get(found, name):
            try:
                moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
            except (ValueError, OverflowError, OSError, TypeError):
                continue
            if _OLDEST <= moment <= _LATEST:
                return moment
    return None
