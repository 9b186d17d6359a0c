"""What a page says about itself in JSON-LD (schema.org): articles, vacancies, events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

import orjson
from selectolax.lexbor import LexborHTMLParser

from vaandel.sources.reading import markup

MAX_DEPTH: Final = 6
MAX_SCRIPT: Final = 500_000
_WRAPPING = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>)\s*$"
)
_CONTROL = re.compile(r"[\x00-\x1f]")
_ARTICLES: Final = frozenset(
    ["Article", "NewsArticle", "BlogPosting", "TechArticle", "Report", "SocialMediaPosting"]
)


@dataclass(frozen=True, slots=True)
class Statement:
    """`kind` is "VACANCY", "EVENT" or "LINK". Moments are aware; texts are plain."""

    kind: str
    title: str = ""
    summary: str = ""
    image_url: str = ""
    site_name: str = ""
    language: str = ""
    ends_at: datetime | None = None
    starts_at: datetime | None = None
    place: str = ""


def statement_of(page: LexborHTMLParser, base: str) -> Statement | None:
    """The most telling statement of the page: a vacancy, else an event, else an article."""
    found = [
        statement
        for script in page.css('script[type="application/ld+json"]')
        for node in _nodes(_loaded(script.text()), MAX_DEPTH)
        if (statement := _statement(node, base))
    ]
    order = ["VACANCY", "EVENT", "LINK"]
    return min(found, key=lambda each: order.index(each.kind), default=None)


def _loaded(text: str) -> object:
    if len(text) > MAX_SCRIPT:
        return None
    # Line breaks inside strings are a frequent mistake.
    plain = _CONTROL.sub(" ", _WRAPPING.sub("", text))
    try:
        return orjson.loads(plain.strip().rstrip(";"))
    except orjson.JSONDecodeError:
        return None


def _nodes(value: object, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth == 0:
        return
    if isinstance(value, list):
        for each in value[:50]:
            yield from _nodes(each, depth - 1)
    elif isinstance(value, Mapping):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(value.get(name), depth - 1)


def _statement(node: Mapping[str, Any], base: str) -> Statement | None:
    types = {_last_part(name) for name in _strings(node.get("@type"))}
    if "JobPosting" in types:
        kind = "VACANCY"
    elif any(name.endswith("Event") for name in types):
        kind = "EVENT"
    elif types & _ARTICLES:
        kind = "LINK"
    else:
        return None
    return Statement(
        kind=kind,
        title=_plain(node, "headline", "title", "name"),
        summary=_plain(node, "description"),
        image_url=markup.web_address(_address(node.get("image")), base),
        site_name=_name(node.get("publisher")) or _name(node.get("hiringOrganization")),
        language="".join(_strings(node.get("inLanguage"))[:1]),
        ends_at=moment(node.get("validThrough") or node.get("endDate"), end_of_day=True),
        starts_at=moment(node.get("startDate")),
        place=_place(node.get("location")) if kind == "EVENT" else "",
    )


def _last_part(name: str) -> str:
    return re.split(r"[/#:]", name)[-1]


def _strings(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def _plain(node: Mapping[str, Any], *names: str) -> str:
    for name in names:
        for value in _strings(node.get(name)):
            if text := markup.plain_text(value):
                return text
    return ""


def _address(value: object) -> str:
    if isinstance(value, list):
        return next(filter(None, map(_address, value[:5])), "")
    if isinstance(value, Mapping):
        return _address(value.get("url") or value.get("contentUrl"))
    return value if isinstance(value, str) else ""


def _name(value: object) -> str:
    if isinstance(value, list):
        return next(filter(None, map(_name, value[:5])), "")
    return _plain(value, "name") if isinstance(value, Mapping) else ""


def _place(value: object) -> str:
    if isinstance(value, list):
        return next(filter(None, map(_place, value[:5])), "")
    if isinstance(value, str):
        return markup.plain_text(value)
    if not isinstance(value, Mapping):
        return ""
    address = value.get("address")
    town = _plain(address, "addressLocality") if isinstance(address, Mapping) else ""
    return ", ".join(filter(None, [_name(value), town]))


def moment(value: object, *, end_of_day: bool = False) -> datetime | None:
    """An aware moment; a date alone means its start, or its end for something that ends."""
    if not isinstance(value, str):
        return None
    try:
        if len(value.strip()) == len("2026-11-24"):
            of_day = time(23, 59) if end_of_day else time(0, 0)
            return datetime.combine(date.fromisoformat(value.strip()), of_day, UTC)
        parsed = datetime.fromisoformat(value.strip())
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
