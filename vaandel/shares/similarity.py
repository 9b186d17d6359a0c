"""How much a text looks like others. A hint for who writes, never a judgement of who wrote."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import blake2b, shake_128
from typing import Final

GRAM: Final = 5
ALIKE: Final = 0.6
# Shorter texts are alike by chance: they are hardly more than their first words.
SHORTEST: Final = 40
LONGEST: Final = 3000
# A hint while somebody writes must not hold up others; what is alike is alike from the start.
COMPARED_LENGTH: Final = 1000
# Beyond this the number says nothing more to who writes.
MANY: Final = 20
# Two texts with a likeness J have a band in common with probability 1 - (1 - J^3)^16:
# 0.98 at 0.6, and 0.016 at 0.1, so that hardly anything that is not alike is looked at.
BANDS: Final = 16
ROWS: Final = 3
_NUMBERS: Final = struct.Struct(f"<{BANDS * ROWS}I")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How many texts are alike, and which of the own words stand in one of them too.

    ``count`` stops at one more than ``MANY``.
    """

    count: int
    shared_words: str

    @property
    def is_many(self) -> bool:
        return self.count > MANY


def plain(text: str) -> str:
    """What is compared: without case, with single spaces, the beginning of a long text."""
    return " ".join(text[:COMPARED_LENGTH].casefold().split())


def grams(text: str) -> frozenset[str]:
    """All runs of five characters, whatever the case and the white space."""
    compared = plain(text)
    return frozenset(compared[start : start + GRAM] for start in range(len(compared) - GRAM + 1))


def is_comparable(text: str) -> bool:
    """Long enough to be alike by more than chance."""
    return len(" ".join(text.split())) >= SHORTEST


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """What two sets share, as part of all they hold together; 0 when one is empty."""
    if not one or not other:
        return 0.0
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def bands(text: str) -> list[int]:
    """The fingerprint of a text: numbers of 64 bits with sign, one for each band.

    The same in every process and on every machine. Each number of a gram is drawn by a hash
    of its own; the least of them over all grams is the same in two texts as often as they
    are alike (MinHash), and three of them together make a band.
    """
    found = grams(text)
    if not found:
        return []
    drawn = [
        _NUMBERS.unpack(shake_128(gram.encode("utf-8", "replace")).digest(_NUMBERS.size))
        for gram in found
    ]
    least = [min(column) for column in zip(*drawn, strict=True)]
    return [
        _number(struct.pack("<H3I", band, *least[band * ROWS : (band + 1) * ROWS]))
        for band in range(BANDS)
    ]


def whole(text: str) -> int:
    """The number of exactly this text; every text has one, also one without grams."""
    return _number(b"whole" + plain(text).encode("utf-8", "replace"))


def _number(content: bytes) -> int:
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "little", signed=True)


def likeness(text: str, others: Iterable[str]) -> Likeness | None:
    """None when the text is not alike with any of the others, or too short to say."""
    if not is_comparable(text):
        return None
    own = grams(text)
    known: dict[str, bool] = {}
    alike: list[str] = []
    for other in others:
        if other not in known:
            known[other] = _is_alike(own, other)
        if known[other]:
            alike.append(other)
            if len(alike) > MANY:
                break
    if not alike:
        return None
    return Likeness(count=len(alike), shared_words=_shared_words(text, alike[0]))


def _is_alike(own: frozenset[str], other: str) -> bool:
    # Of fewer runs than this even all together would not be enough.
    if min(len(other), COMPARED_LENGTH) - GRAM + 1 <= ALIKE * len(own):
        return False
    return jaccard(own, grams(other)) > ALIKE


def _shared_words(text: str, other: str) -> str:
    """The longest run of whole words of ``text`` that stands in ``other`` as well."""
    own, theirs = text[:LONGEST].split(), other[:LONGEST].split()
    fold = [word.casefold() for word in own]
    match = SequenceMatcher(
        None, fold, [word.casefold() for word in theirs], autojunk=False
    ).find_longest_match()
    return " ".join(own[match.a : match.a + match.size])


def edited_ratio(text: str, start: str) -> float:
    """Which part of the text is the person's own, against the angle it started from: 0 to 1.

    Without an angle everything is their own. An empty text has nothing of their own.
    """
    words = text[:LONGEST].split()
    if not words:
        return 0.0
    given = [word for word in start.split() if set(word) != {"_"}]
    kept = sum(
        block.size
        for block in SequenceMatcher(None, words, given, autojunk=False).get_matching_blocks()
    )
    return round(1 - kept / len(words), 4)
