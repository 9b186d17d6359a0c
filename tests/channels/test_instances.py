"""The name of a Mastodon server, as people type it."""

from __future__ import annotations

import pytest

from vaandel.channels.instances import InvalidInstance, clean_instance


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("mastodon.example", "mastodon.example"),
        (" Mastodon.Example ", "mastodon.example"),
        ("@noor@mastodon.example", "mastodon.example"),
        ("noor@mastodon.example", "mastodon.example"),
        ("https://mastodon.example/@noor", "mastodon.example"),
        ("mastodon.example/about", "mastodon.example"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_server_is_recognised(typed: str, host: str) -> None:
    assert clean_instance(typed) == host


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "localhost",
        "127.0.0.1",
        "http://mastodon.example",
        "javascript:alert(1)",
        "https://user:pw@[::1]/",
        "mastodon.example:8443",
        "mastodon..example",
        "-a.example",
        "a.example?x=",
        "a b.example",
        "evil.example\\@x",
        "x" * 200 + ".example",
    ],
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInstance):
        clean_instance(typed)
