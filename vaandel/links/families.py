"""A name for a program that no list knows, so that somebody can look at it and add it.

Only the first product of a user agent, in letters: no version, no model of a phone, and nothing
that may be an id, a key, an address or the name of a person. What cannot be told from
those is called "unnamed".
"""

from __future__ import annotations

import re
from typing import Final

UNNAMED: Final = "unnamed"
MAX_NAME = 30
PROGRAM, BROWSER, ROBOT = "program", "browser", "robot"
# How families that no list knows begin.
TO_REVIEW: Final = tuple(f"{kind} " for kind in (PROGRAM, BROWSER, ROBOT))

# A product has a version, as in `Name/1.0` or `Name v1`: a word alone may be anybody's.
_PRODUCT = re.compile(r"([^\s/;,()]+)(?:/|\s+)v?\d")
_LETTERS = re.compile(r"[A-Za-z](?:[A-Za-z]|[.-](?=[A-Za-z]))*")
_ROBOT = re.compile(r"(?<![\w.@-])[\w.-]*(?:[Bb]ot|[Cc]rawler|[Ss]pider)\b(?!@|\.\w)")
_COMMENTS = re.compile(r"\([^()]*\)|\[[^][]*\]")
# Words in the user agents of all browsers, which say nothing.
_OF_ALL: Final = frozenset(
    ("applewebkit", "build", "gecko", "khtml", "mobile", "mozilla", "opera", "presto", "version")
)
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{6,}")
# Longer than in any word of the languages that products are named in: `rhythm`, `strength`.
_UNPRONOUNCEABLE = re.compile(r"[bcdfghjklmnpqrstvwxz]{6,}", re.IGNORECASE)
_CAPITALS = re.compile(r"[a-z][A-Z]")
MAX_CAPITALS = 4
MAX_PARTS = 4


def program(user_agent: str) -> str:
    """A program that does not even pretend to be a browser."""
    match = _PRODUCT.match(user_agent.strip())
    return f"{PROGRAM} {plain(match[1]) if match else UNNAMED}"


def browser(user_agent: str) -> str:
    """Something like a browser, of a make that we do not know."""
    names = _PRODUCT.findall(_COMMENTS.sub(" ", user_agent))
    name = next((name for name in names if name.lower() not in _OF_ALL), "")
    return f"{BROWSER} {plain(name)}"


def robot(user_agent: str) -> str:
    """A program that calls itself a robot."""
    match = _ROBOT.search(user_agent)
    return f"{ROBOT} {plain(match[0]) if match else UNNAMED}"


def plain(name: str) -> str:
    """The name in letters, or "unnamed" when it may be anything but the name of a product."""
    name = re.sub(r"[-._]?v?\d+(?:[._]\d+)*$", "", name).replace("_", "-")
    dubious = (
        not 2 <= len(name) <= MAX_NAME
        or not _LETTERS.fullmatch(name)
        or _HEXADECIMAL.fullmatch(name)
        or _UNPRONOUNCEABLE.search(name)
        or len(_CAPITALS.findall(name)) > MAX_CAPITALS
        # `com.example.app` is a product; a longer row of words is a sentence or an address.
        or len(re.split(r"[.-]", name)) > MAX_PARTS
    )
    return UNNAMED if dubious else name
