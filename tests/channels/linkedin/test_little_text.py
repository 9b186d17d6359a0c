"""What the reader sees is what the person wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.networks import little_text
from vaandel.channels.linkedin.little_text import escaped

SPECIAL = st.sampled_from([*r"\|{}@[]()<>#*_~", "h", " ", "\n", "é", "👍🏽", "٣", "\u0301"])
PARTS = st.sampled_from(
    [
        "https://go.acme.example/a/Kx_7#p",
        "http://",
        "HTTPS://A_b",
        "hhttps://x_y)_z",
        "#heat",
        "#heat_net",
        "#2026",
        "#1heat",
        "a#heat",
        "#cafe\u0301",
        "{hashtag|\\#|heat}",
        "@[Acme](urn:li:organization:12)",
        "\\(",
    ]
)


@given(st.lists(st.one_of(SPECIAL, PARTS, st.text(max_size=5)), max_size=30).map("".join))
def test_nothing_is_cut_and_nothing_is_added(text: str) -> None:
    assert little_text.read(escaped(text), whole_addresses=True) == text


@given(st.lists(SPECIAL, max_size=30).map("".join))
def test_without_addresses_nothing_depends_on_how_they_are_read(text: str) -> None:
    assert little_text.read(escaped(text), whole_addresses=False) == text


@pytest.mark.parametrize(
    ("text", "commentary"),
    [
        ("Plain, with é and 👍🏽", "Plain, with é and 👍🏽"),
        ("a (b) * \\", "a \\(b\\) \\* \\\\"),
        ("#Heat now", "{hashtag|\\#|Heat} now"),
        ("#Heat_net", "\\#Heat\\_net"),
        ("no. #2026", "no. \\#2026"),
        ("C#4me", "C\\#4me"),
        ("https://go.acme.example/a_b?c=d#e", "https://go.acme.example/a_b?c=d#e"),
        ("(https://go.acme.example/a_b)", "\\(https://go.acme.example/a_b\\)"),
        ("https://a.example/x_(y_z)", "https://a.example/x_\\(y\\_z\\)"),
        ("@[Acme](urn:li:organization:1)", "\\@\\[Acme\\]\\(urn:li:organization:1\\)"),
    ],
)
def test_addresses_and_hashtags_stay_what_they_are(text: str, commentary: str) -> None:
    assert escaped(text) == commentary
