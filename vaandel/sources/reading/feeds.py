"""One door for all forms of feeds."""

from __future__ import annotations

from vaandel.sources.reading.entries import Feed, NotAFeed
from vaandel.sources.reading.jsonfeed import parse_json
from vaandel.sources.reading.xmlfeed import parse_xml


def parse(body: bytes, *, content_type: str = "", url: str = "") -> Feed:
    """Read a feed of any form; raises ``NotAFeed``. ``url`` completes relative links."""
    start = body[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise NotAFeed("empty")
    if start.startswith((b"{", b"[")):
        return parse_json(body, url=url)
    return parse_xml(body, content_type=content_type, url=url)
