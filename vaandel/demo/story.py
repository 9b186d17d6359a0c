"""The story of Stadsenergie as it stands in ``story.toml``: typed, and nothing else."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ToldTopic:
    name: str
    description: str
    colour: str
    pattern: str
    picture: str


@dataclass(frozen=True, slots=True)
class ToldPost:
    """``week`` counts back from this week; ``pull`` is how much this post is liked (1 is usual)."""

    title: str
    topics: Sequence[str]
    week: int = 0
    day: int = 0
    kind: str = "LINK"
    language: str = "nl"
    summary: str = ""
    picture: str = ""
    alt: str = ""
    facts: str = ""
    do: str = ""
    do_not: str = ""
    commercial_class: str = "NEWS"
    pull: float = 1.0
    state: str = "LIVE"
    in_days: int = 0


@dataclass(frozen=True, slots=True)
class ToldSubmission:
    occasion: str
    title: str
    answers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that is told; ``starters`` and ``own_words`` are by language."""

    organization: Mapping[str, str]
    units: Mapping[str, Mapping[str, Any]]
    topics: Sequence[ToldTopic]
    starters: Mapping[str, Mapping[str, Sequence[str]]]
    own_words: Mapping[str, Sequence[str]]
    fillers: Mapping[str, Sequence[str]]
    noors_texts: Sequence[str]
    noors_network: Mapping[str, Mapping[str, str]]
    thanks: Sequence[str]
    posts: Sequence[ToldPost]
    drafts: Sequence[ToldPost]
    submissions: Sequence[ToldSubmission]
    intranet: Mapping[str, str]
    first_names: Sequence[str]
    last_names: Sequence[str]
    functions: Sequence[str]


@cache
def story() -> Story:
    told = tomllib.loads((HERE / "story.toml").read_text(encoding="utf-8"))
    return Story(
        organization=told["organization"],
        units=told["units"],
        topics=[ToldTopic(**topic) for topic in told["topics"]],
        starters=told["starters"],
        own_words=told["own_words"],
        fillers=told["fillers"],
        noors_texts=told["noor"]["texts"],
        noors_network=told["noor"]["network"],
        thanks=told["thanks"]["nl"],
        posts=[_post(post) for post in told["posts"]],
        drafts=[_post(post) for post in told["drafts"]],
        submissions=[ToldSubmission(**sent_in) for sent_in in told["submissions"]],
        intranet=told["intranet"],
        first_names=told["people"]["first"],
        last_names=told["people"]["last"],
        functions=told["people"]["functions"],
    )


def _post(told: dict[str, Any]) -> ToldPost:
    fields = dict(told)
    if "class" in fields:
        fields["commercial_class"] = fields.pop("class")
    return ToldPost(**fields)


def picture(name: str) -> bytes:
    """A picture of the story, as a WebP file."""
    return (HERE / "pictures" / f"{name}.webp").read_bytes()
