"""What readers may miss or misread about who the writer works for, in the whole of a post.

A remark helps who writes and holds nobody up; where the employer has to be named, one that
takes the naming away does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from vaandel.shares.disclosure.languages import NAMES, language_of
from vaandel.shares.disclosure.rules import Rule, Strictness
from vaandel.shares.disclosure.wordings import (
    HASHTAG,
    LABELS,
    RELATIONS,
    Employer,
    base_language,
    joined,
    tags_of,
)

# A label behind so many other hashtags is not read any more.
MOST_BEFORE: Final = 2
_LABELS: Final = {label[1:].casefold() for labels in LABELS.values() for label in labels}
_BIO: Final = re.compile(
    r"\b(?:"
    r"(?:link|links?) in (?:my )?bio|(?:see|in) my (?:bio|profile)|see bio"
    r"|link in (?:mijn )?bio|(?:zie|in) mijn (?:bio|profiel)|zie bio"
    r"|lien (?:en|dans la|dans ma) bio|(?:voir|dans) (?:ma bio|mon profil)|voir bio"
    r"|link in (?:der|meiner) bio|(?:siehe|in) (?:mein|meinem|meiner) (?:bio|profil)|siehe bio"
    r")\b",
    re.IGNORECASE,
)


class Code(StrEnum):
    HASHTAG_ONLY = "hashtag_only"
    BURIED = "buried"
    WRONG_LANGUAGE = "wrong_language"
    BIO_ONLY = "bio_only"


@dataclass(frozen=True, slots=True)
class Remark:
    """``blocks``: the post cannot go like this. ``message`` says what to do."""

    code: Code
    message: str
    blocks: bool


def remarks(
    text: str, line: str, *, employer: Employer, rule: Rule, line_language: str | None
) -> list[Remark]:
    """About a text with its line. ``line_language`` is None for a line of somebody's own."""
    required = rule.strictness is Strictness.REQUIRED
    found = _found(text, line, employer=employer, line_language=line_language)
    return [Remark(code, message, blocks=required) for code, message in found]


def _found(
    text: str, line: str, *, employer: Employer, line_language: str | None
) -> Iterator[tuple[Code, str]]:
    named_in = line or text
    if employer.is_named_in(named_in) and not employer.is_understood_in(named_in):
        yield (
            Code.HASHTAG_ONLY,
            _(
                "Readers do not see in a hashtag that %(employer)s is your employer. "
                "Say it in a few words."
            )
            % {"employer": employer.name},
        )
    said_plainly = employer.is_named_in(HASHTAG.sub(" ", line))
    if not said_plainly and _is_buried(joined(text, line), employer):
        yield (
            Code.BURIED,
            _("The label stands behind other hashtags, where nobody reads it. Put it first."),
        )
    if _BIO.search(named_in):
        yield (
            Code.BIO_ONLY,
            _(
                "Who reads your post does not see your profile. "
                "Say in the post itself where you work."
            ),
        )
    spoken, line_spoken = language_of(text), base_language(line_language or "") or language_of(line)
    if line and spoken and line_spoken and spoken != line_spoken:
        yield (
            Code.WRONG_LANGUAGE,
            _(
                "Your text and the line about your employer seem to be in different languages. "
                "Choose a line in your own: %(language)s."
            )
            % {"language": NAMES[spoken]},
        )


def _is_buried(post: str, employer: Employer) -> bool:
    """The first hashtag that tells of the relation comes after too many that do not."""
    for before, tag in enumerate(tags_of(post)):
        own = bool(employer.as_tag) and employer.as_tag in tag
        if tag in _LABELS or (own and tag.endswith(RELATIONS)):
            return before > MOST_BEFORE
    return False
