"""How networks count. ``frontend/ts/counting.ts`` has the same rules; one table tests both."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from typing import Final

import regex

from vaandel.channels.domains import TOP_LEVEL_DOMAINS

URL_LENGTH: Final = 23

_CLUSTER = regex.compile(r"\X")
_EMOJI = regex.compile(
    r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|[©®\u20E3]|\p{Regional_Indicator}{2}"
)
_URL = regex.compile(r"https?://[^\s<>\"]+", regex.IGNORECASE)
_TRAILING = ".,:;!?'\")]}…"
_REMOTE_NAME = regex.compile(r"(?<![\w/])@([\w.-]+)@[\w.-]+\w")
_LINK_FOR_X = regex.compile(
    r"(?<![@#$\p{L}\p{N}_.-])"
    r"(?:https?://(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?\.)+"
    r"|(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)+)"
    r"(?<end>[a-z]{2,24})(?![a-z0-9@-])(?::\d+)?(?:/[^\s<>\"]*)?(?:\?[^\s<>\"]*)?",
    regex.IGNORECASE,
)
# X: code points in these ranges weigh one, all others two.
_LIGHT: Final = (0, 4352, 8192, 8206, 8208, 8224, 8242, 8248)


def utf16_units(text: str) -> int:
    """Length as most composers on the web count it; never less than the code points."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """What a reader sees as characters."""
    return len(_CLUSTER.findall(text))


def mastodon(text: str, url_length: int = URL_LENGTH) -> int:
    """Characters as seen; every address is 23, or what the server says; of @somebody@elsewhere
    only @somebody counts."""

    def as_long_as_a_url(match: regex.Match[str]) -> str:
        address = match.group()
        return "x" * url_length + address[len(_without_tail(address)) :]

    return graphemes(_URL.sub(as_long_as_a_url, _REMOTE_NAME.sub(r"@\1", text)))


def threads(text: str) -> int:
    """One for a character, but an emoji counts as the bytes it takes."""
    return sum(
        len(cluster.encode()) if _EMOJI.search(cluster) else len(cluster)
        for cluster in _CLUSTER.findall(text)
    )


def x_weighted(text: str) -> int:
    """X: an address is 23, an emoji 2, most European letters 1, other scripts 2."""
    normal = unicodedata.normalize("NFC", text)
    total, position = 0, 0
    for start, end in _links_on_x(normal):
        total += _weight(normal[position:start]) + URL_LENGTH
        position = end
    return total + _weight(normal[position:])


def has_link_on_x(text: str) -> bool:
    return bool(_links_on_x(unicodedata.normalize("NFC", text)))


def _links_on_x(text: str) -> list[tuple[int, int]]:
    return [
        (match.start(), match.start() + len(_without_tail(match.group())))
        for match in _LINK_FOR_X.finditer(text)
        if match.group("end").lower() in TOP_LEVEL_DOMAINS
    ]


def _without_tail(address: str) -> str:
    """Punctuation after an address belongs to the sentence, unless it closes its own bracket."""
    bare = address.rstrip(_TRAILING)
    closed = f"{bare})"
    return closed if address.startswith(closed) and closed.count("(") == closed.count(")") else bare


def _weight(text: str) -> int:
    total = 0
    for cluster in _CLUSTER.findall(text):
        if _EMOJI.search(cluster):
            total += 2
        else:
            total += sum(1 if bisect_right(_LIGHT, ord(letter)) % 2 else 2 for letter in cluster)
    return total
