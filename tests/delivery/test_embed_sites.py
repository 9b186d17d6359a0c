"""What somebody types as their site, and what a browser calls it."""

from __future__ import annotations

import pytest

from vaandel.delivery.embeds.sites import NotASite, origin_of


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Intranet.Acme.example/some/page?x=1#y", "https://intranet.acme.example"),
        ("intranet.acme.example", "https://intranet.acme.example"),
        ("http://intranet", "http://intranet"),
        ("https://a.example:443", "https://a.example"),
        ("https://a.example:8443/", "https://a.example:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
    ],
)
def test_an_origin_is_what_a_browser_calls_it(text: str, origin: str) -> None:
    assert origin_of(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "ftp://a.example",
        "https://a b.example",
        "*",
        "https://*",
        "'self'",
        "intranet",
    ],
)
def test_what_is_no_site_is_refused(text: str) -> None:
    with pytest.raises(NotASite):
        origin_of(text)
