"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

import orjson

from vaandel.sources.reading import entries, markup
from vaandel.sources.reading.entries import Entry, Feed, NotAFeed
from vaandel.sources.reading.xmlfeed import fitting


def parse_json(body: bytes, *, url: str) -> Feed:
    """Read a JSON Feed; raises ``NotAFeed``."""
    try:
        found = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise NotAFeed("unknown") from error
    if not isinstance(found, Mapping) or not isinstance(found.get("items"), list):
        raise NotAFeed("unknown")
    items = [item for item in found["items"][: entries.MAX_ENTRIES] if isinstance(item, Mapping)]
    base = markup.web_address(_text(found, "home_page_url"), url) or url
    return Feed(
        title=markup.shortened(markup.tidy(_text(found, "title")), 200),
        entries=[entry for item in items if (entry := _entry(item, base))],
        damaged="jsonfeed.org/version/" not in _text(found, "version"),
    )


def _entry(item: Mapping[str, Any], base: str) -> Entry | None:
    html = _text(item, "content_html") or escape(_text(item, "content_text"))
    url = markup.web_address(_text(item, "url") or _text(item, "external_url"), base)
    text = markup.tidy(_text(item, "summary")) or markup.plain_text(html)
    text = markup.shortened(text, entries.MAX_TEXT)
    title = markup.tidy(_text(item, "title")) or text or url
    if not title:
        return None
    return Entry(
        guid=markup.tidy(_text(item, "id")),
        url=url,
        title=markup.shortened(title, entries.MAX_TITLE),
        summary_html=fitting(markup.clean_html(html or escape(text), url or base), text),
        summary_text=text,
        image_url=_image(item, html, base),
        author=markup.shortened(_author(item), entries.MAX_AUTHOR),
        published_at=_moment(item),
    )


def _text(found: Mapping[str, Any], name: str) -> str:
    """A string; ids may be numbers in feeds of version 1."""
    value = found.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _image(item: Mapping[str, Any], html: str, base: str) -> str:
    for name in ("image", "banner_image"):
        if address := _text(item, name):
            return markup.web_address(address, base)
    return markup.first_image(html, base)


def _author(item: Mapping[str, Any]) -> str:
    several = item.get("authors")
    authors = several if isinstance(several, list) else [item.get("author")]
    names = [_text(author, "name") for author in authors if isinstance(author, Mapping)]
    return markup.tidy(", ".join(filter(None, names)))


def _moment(item: Mapping[str, Any]) -> datetime | None:
    for name in ("date_published", "date_modified"):
        try:
            moment = datetime.fromisoformat(_text(item, name))
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None
