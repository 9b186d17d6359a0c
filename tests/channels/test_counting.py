"""Every network counts in its own way. The table holds known results; the browser uses it too.

The column ``x`` was made with X's own reference implementation, not with ours.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vaandel.channels import counting

TABLE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "counting_cases.json").read_text(encoding="utf-8")
)
RULES = {
    "utf16": counting.utf16_units,
    "graphemes": counting.graphemes,
    "mastodon": counting.mastodon,
    "threads": counting.threads,
    "x": counting.x_weighted,
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("row", TABLE, ids=range(len(TABLE)))
def test_the_table_holds(rule: str, row: dict[str, Any]) -> None:
    assert RULES[rule](row["text"]) == row[rule]


def test_an_address_is_23_on_x_and_mastodon() -> None:
    long = "https://example.com/" + "a" * 200

    assert counting.x_weighted(f"Look: {long}") == 6 + 23
    assert counting.mastodon(f"Look: {long}") == 6 + 23


def test_an_unknown_ending_is_no_address_on_x() -> None:
    address = "https://go.corp.local/s/abc"

    assert counting.x_weighted(address) == len(address)


def test_a_family_is_one_character_and_many_bytes() -> None:
    family = "👨‍👩‍👧‍👦"

    assert counting.graphemes(family) == 1
    assert counting.x_weighted(family) == 2
    assert counting.threads(family) == 25
    assert counting.utf16_units(family) == 11


def test_a_long_text_is_counted_fast_enough() -> None:
    text = "a.nl (b) " * 11_000

    assert counting.x_weighted(text) > 100_000
    assert counting.mastodon(text) == len(text)
