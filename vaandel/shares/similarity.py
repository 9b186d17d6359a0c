"""How much a text looks like others. A hint for who writes, never a judgement of who wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

GRAM: Final = 5
ALIKE: Final = 0.6
# Shorter texts are alike by chance: they are hardly more than their first words.
SHORTEST: Final = 40
LONGEST: Final = 3000
# A hint while somebody writes must not hold up others; what is alike is alike from the start.
COMPARED_LENGTH: Final = 1000


@dataclass(frozen=True, slots=True)
class Likeness:
    """How many texts are alike, and which of the own words stand in one of them too."""

    count: int
    shared_words: str


def grams(text: str) -> frozenset[str]:
    """All runs of five characters, whatever the case and the white space."""
    plain = " ".join(text[:COMPARED_LENGTH].casefold().split())
    return frozenset(plain[start : start + GRAM] for start in range(len(plain) - GRAM + 1))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """What two sets share, as part of all they hold together; 0 when one is empty."""
    if not one or not other:
        return 0.0
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def likeness(text: str, others: Iterable[str]) -> Likeness | None:
    """None when the text is not alike with any of the others, or too short to say."""
    if len(" ".join(text.split())) < SHORTEST:
        return None
    own = grams(text)
    alike = [other for other in others if jaccard(own, grams(other)) > ALIKE]
    if not alike:
        return None
    return Likeness(count=len(alike), shared_words=_shared_words(text, alike[0]))


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
