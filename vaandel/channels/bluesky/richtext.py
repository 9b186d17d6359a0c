"""What readers can press in a text: addresses, names and tags, by their place in bytes.

The network stores a text and a list beside it. Marked is what Bluesky's own editor would mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import regex

from vaandel.channels.bluesky.identity import clean_handle
from vaandel.channels.domains import TOP_LEVEL_DOMAINS

MOST_NAMES: Final = 10
LONGEST_TAG: Final = 64
FACET: Final = "app.bsky.richtext.facet"
FIELDS: Final = {"link": "uri", "mention": "did", "tag": "tag"}

_START = r"(?<=^|\s|\()"
_ADDRESS = regex.compile(
    rf"{_START}(?:https?://\S+|[a-z][a-z0-9]*(?:\.[a-z0-9]+)*\.(?P<end>[a-z]{{2,24}})(?![a-z0-9.@-]*@)"
    r"(?:[:/?#]\S*|(?=[\s)\p{P}]|$))[.,;:!?]*\)?)",
    regex.IGNORECASE | regex.MULTILINE,
)
_NAME = regex.compile(rf"{_START}@([a-z0-9.-]+[a-z0-9])", regex.IGNORECASE | regex.MULTILINE)
_TAG = regex.compile(
    r"(?<=^|\s)[#＃](?!\uFE0F)([^\s\u00AD\u2060\u200A-\u200D\u20E2]+)", regex.MULTILINE
)
# The network refuses a whole post for an address without a host.
_LEADS_SOMEWHERE = regex.compile(r"https?://[^/?#]", regex.IGNORECASE)
_SENTENCE: Final = ".,;:!?"
_TAIL = regex.compile(r"\p{P}+$")
_LETTER = regex.compile(r"[^\d\s\p{P}]")

Resolve = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Mark:
    """From ``start`` to ``end`` in characters."""

    start: int
    end: int
    feature: dict[str, str]


def facets(text: str, resolve: Resolve) -> list[dict[str, Any]]:
    """``resolve`` turns a handle into an identity, or "" when there is none: then it is text."""
    marks = sorted([*_addresses(text), *_names(text, resolve), *_tags(text)], key=_start)
    result: list[dict[str, Any]] = []
    free_from = 0
    for mark in marks:
        if mark.start < free_from:
            continue
        free_from = mark.end
        begin = len(text[: mark.start].encode())
        index = {"byteStart": begin, "byteEnd": begin + len(text[mark.start : mark.end].encode())}
        result.append({"index": index, "features": [mark.feature]})
    return result


def _start(mark: Mark) -> int:
    return mark.start


def _addresses(text: str) -> Iterator[Mark]:
    for match in _ADDRESS.finditer(text):
        written = _without_tail(match.group())
        end = match.group("end")
        if end is None and _LEADS_SOMEWHERE.match(written):
            yield _mark(match.start(), written, "link", written)
        elif end and end.lower() in TOP_LEVEL_DOMAINS:
            yield _mark(match.start(), written, "link", f"https://{written}")


def _without_tail(address: str) -> str:
    """What ends the sentence does not belong to the address, nor a bracket it did not open."""
    bare = address.rstrip(_SENTENCE)
    while bare.endswith(")") and bare.count("(") < bare.count(")"):
        bare = bare[:-1].rstrip(_SENTENCE)
    return bare


def _names(text: str, resolve: Resolve) -> Iterator[Mark]:
    matches = list(_NAME.finditer(text))[:MOST_NAMES]
    for match in matches:
        handle = clean_handle(match.group(1))
        did = resolve(handle) if handle else ""
        if did:
            yield _mark(match.start(), match.group(), "mention", did)


def _tags(text: str) -> Iterator[Mark]:
    for match in _TAG.finditer(text):
        tag = _TAIL.sub("", match.group(1))
        if _LETTER.search(tag) and len(tag) <= LONGEST_TAG:
            yield _mark(match.start(), match.group()[0] + tag, "tag", tag)


def _mark(start: int, written: str, kind: str, value: str) -> Mark:
    feature = {"$type": f"{FACET}#{kind}", FIELDS[kind]: value}
    return Mark(start, start + len(written), feature)
