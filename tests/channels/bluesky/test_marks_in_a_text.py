"""What readers can press, by its place in bytes."""

from __future__ import annotations

import time

import pytest

from vaandel.channels.bluesky.richtext import MOST_NAMES, facets

PEOPLE = {"anna.bsky.social": "did:plc:anna", "a.nl": "did:plc:a"}


def marked(text: str) -> list[tuple[str, str]]:
    """What is marked, read back from the bytes, with where it leads."""
    found = []
    for facet in facets(text, lambda handle: PEOPLE.get(handle, "")):
        place = facet["index"]
        written = text.encode()[place["byteStart"] : place["byteEnd"]].decode()
        (feature,) = facet["features"]
        kind = feature["$type"].removeprefix("app.bsky.richtext.facet#")
        (value,) = (feature[name] for name in feature if name != "$type")
        found.append((written, f"{kind} {value}"))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.nl/x", [("https://a.nl/x", "link https://a.nl/x")]),
        ("Ça 😀 é: https://a.nl/é.", [("https://a.nl/é", "link https://a.nl/é")]),
        ("(see https://a.nl/x_(y)).", [("https://a.nl/x_(y)", "link https://a.nl/x_(y)")]),
        ("https://a.nl/(b)), so", [("https://a.nl/(b)", "link https://a.nl/(b)")]),
        ("first\nhttps://a.nl?!", [("https://a.nl", "link https://a.nl")]),
        ("HTTPS://A.NL/X", [("HTTPS://A.NL/X", "link HTTPS://A.NL/X")]),
        ("go.acme.nl/a/K7 and acme.co.uk.", [
            ("go.acme.nl/a/K7", "link https://go.acme.nl/a/K7"),
            ("acme.co.uk", "link https://acme.co.uk"),
        ]),
        ("acme.nl:8443/x acme.nl?y=1", [
            ("acme.nl:8443/x", "link https://acme.nl:8443/x"),
            ("acme.nl?y=1", "link https://acme.nl?y=1"),
        ]),
        ("Node.js, e.g. this.thing and 3.5 or jan@acme.nl, jan.jansen@acme.nl, a.nl@acme.nl", []),
        ("https:// and http://) and https:///x", []),
        ("xhttps://a.nl", []),
        ("https://a.nl/#tag", [("https://a.nl/#tag", "link https://a.nl/#tag")]),
        ("https://a.nl/(@a.nl)x", [("https://a.nl/(@a.nl)x", "link https://a.nl/(@a.nl)x")]),
        ("https://a.nl/@a.nl", [("https://a.nl/@a.nl", "link https://a.nl/@a.nl")]),
    ],
)  # fmt: skip
def test_addresses(text: str, expected: list[tuple[str, str]]) -> None:
    assert marked(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#heat", [("#heat", "tag heat")]),
        ("Über #Wärmenetz… und #été!", [("#Wärmenetz", "tag Wärmenetz"), ("#été", "tag été")]),
        ("＃wide", [("＃wide", "tag wide")]),
        ("#a-b_c,", [("#a-b_c", "tag a-b_c")]),
        ("#2026 #42nd", [("#42nd", "tag 42nd")]),
        ("a#b (#c) ##d", [("##d", "tag #d")]),
        ("#️⃣ #!?", []),
        ("#" + "x" * 64 + " #" + "y" * 65, [("#" + "x" * 64, "tag " + "x" * 64)]),
        ("#मराठी #日本", [("#मराठी", "tag मराठी"), ("#日本", "tag 日本")]),
    ],
)
def test_tags(text: str, expected: list[tuple[str, str]]) -> None:
    assert marked(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👋 @anna.bsky.social.", [("@anna.bsky.social", "mention did:plc:anna")]),
        ("(@A.NL)", [("@A.NL", "mention did:plc:a")]),
        ("@nobody.test @anna @a..nl @-.nl", []),
        ("me@a.nl", []),
    ],
)
def test_names(text: str, expected: list[tuple[str, str]]) -> None:
    assert marked(text) == expected


def test_only_so_many_names_are_looked_up() -> None:
    asked: list[str] = []

    def nobody(handle: str) -> str:
        asked.append(handle)
        return ""

    facets(" ".join(f"@p{number}.test" for number in range(40)), nobody)

    assert len(asked) == MOST_NAMES


@pytest.mark.parametrize(
    "text", ["(" * 3000, "a." * 1500, "#" * 3000, "@" * 3000, "https://" + ")" * 2990, "a.nl" * 750]
)
def test_no_text_takes_long(text: str) -> None:
    started = time.perf_counter()

    marked(text)

    assert time.perf_counter() - started < 0.5
