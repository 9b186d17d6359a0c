"""Every translation keeps the tone and the signs of `docs/developer/words.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "vaandel"
NOT_SAID = {
    "nl": {
        r"!": "no exclamation marks",
        r"[\"“”„']": "‘ and ’ around words, ’ inside them",
        r"(?i)\b(u|uw)\b": "Dutch says je",
        r"(?i)(?<!geschat )(?<!geschatte )\bbereik\b": "bereik has an adjective",
    },
    "fr": {
        r"!": "no exclamation marks",
        r"[\"“”„']": "« and » around words, ’ inside them",
        r"(?i)\b(tu|toi|ton|ta|tes)\b": "French says vous",
        r"(?i)\b(courriels?|mails?)\b(?<!e-mail)(?<!e-mails)": "French says e-mail",
        r"(?i)\bportée\b(?! estimée)": "portée has an adjective",
    },
    "de": {
        r"!": "no exclamation marks",
        r"[\"”']": "„ and “ around words, ’ inside them",
        r"\b(Ihr|Ihre|Ihren|Ihrer|Ihnen)\b": "German says du",
        r"(?i)(?<!geschätzte )\bReichweite\b": "Reichweite has an adjective",
    },
}


def translations(language: str) -> Iterator[tuple[str, str]]:
    for path in PACKAGE.glob(f"**/locale/{language}/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(path)):
            for text in (entry.msgstr, *entry.msgstr_plural.values()):
                yield path.relative_to(PACKAGE).parts[0], re.sub(r"<[^>]*>", "", text)


@pytest.mark.parametrize("language", list(NOT_SAID))
def test_no_translation_breaks_the_rules_of_words(language: str) -> None:
    broken = [
        f"{room}: {rule}: {text}"
        for room, text in translations(language)
        for pattern, rule in NOT_SAID[language].items()
        if re.search(pattern, text)
    ]

    assert broken == []
