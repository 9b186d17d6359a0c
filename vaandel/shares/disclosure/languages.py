"""In which of our four languages a text is, by its smallest words; None when that is not sure."""

from __future__ import annotations

import re
from typing import Final

NAMES: Final = {"nl": "Nederlands", "en": "English", "fr": "Français", "de": "Deutsch"}
FEWEST_WORDS: Final = 6
FEWEST_HITS: Final = 2
# Of all words; other languages share some small words with ours, but not this many.
LEAST_PART: Final = 0.2
# The runner-up may have this part of the hits of the first.
CLEAR: Final = 0.5

_WORD: Final = re.compile(r"[^\W\d_]+")
_NOT_WORDS: Final = re.compile(r"https?://\S+|[#@]\w+")
# Small words that are common, and mostly of one language.
_SMALL: Final = {
    "nl": "de het een en ik je jij wij we ze zij niet dat dit deze die van voor met op bij aan te "
    "zijn is was maar ook om naar wat er mijn onze ons hoe nog over uit heb hebben heeft wordt "
    "werd kan wel geen als dan door zo al nu iemand ken jouw hier",
    "en": "the a an and i you we they not that this these those of for with on at to are is was "
    "but also what there my our us how from have has be been will can if then by it your it’s "
    "i’m do know who someone here about were",
    "fr": "le la les un une des et je tu il elle nous vous ils ne pas que ce cette ces du de pour "
    "avec sur dans chez est sont était mais aussi mon ma mes notre nos qui où plus ai avons ont "
    "être au aux par si comme très connaissez ici quelqu’un",
    "de": "der die das ein eine einen und ich du wir ihr sie nicht dass dies diese dieser von für "
    "mit auf bei zu ist sind war aber auch was mein meine unser unsere uns wie aus habe haben hat "
    "wird wurde kann wenn dann im am den dem des es noch nur jemand kennt hier",
}  # fmt: skip
_WORDS: Final = {language: frozenset(words.split()) for language, words in _SMALL.items()}


def language_of(text: str) -> str | None:
    """``nl``, ``en``, ``fr`` or ``de``. Hashtags, names of accounts and addresses do not count."""
    words = _WORD.findall(_NOT_WORDS.sub(" ", text).casefold())
    if len(words) < FEWEST_WORDS:
        return None
    hits = {name: sum(word in small for word in words) for name, small in _WORDS.items()}
    first, second, *_rest = sorted(hits, key=lambda name: -hits[name])
    if hits[first] < max(FEWEST_HITS, LEAST_PART * len(words)):
        return None
    return first if hits[second] <= CLEAR * hits[first] else None
