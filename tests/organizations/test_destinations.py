"""Where an organisation's posts and links may lead."""

from __future__ import annotations

import pytest

from vaandel.organizations.destinations import NotAHost, allowed, destination
from vaandel.organizations.models import Organization


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Example.ORG", "example.org"),
        (" example.org. ", "example.org"),
        ("*.example.org", ".example.org"),
        (".example.org", ".example.org"),
        ("https://jobs.example.org/all?x=1", "jobs.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_line_becomes_a_host(typed: str, kept: str) -> None:
    assert destination(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "localhost",
        "*",
        "*.",
        "exa mple.org",
        "a..b",
        "127.0.0.1",
        "example.org/path",
        "https://[",
        "-a.example",
        "*.*.example",
        "a." * 130 + "example",
    ],
)
def test_something_else_is_no_host(typed: str) -> None:
    with pytest.raises(NotAHost):
        destination(typed)


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://example.org/a", True),
        ("https://EXAMPLE.org:8443/a", True),
        ("https://jobs.example.org/", False),
        ("https://example.org.evil.example/", False),
        ("https://example.net/", True),
        ("https://deep.jobs.example.net/", True),
        ("https://notexample.net/", False),
        ("https://example.org@evil.example/", False),
        ("https://[", False),
        ("no address", False),
    ],
)
def test_only_what_is_on_the_list(url: str, fits: bool) -> None:
    organization = Organization(destinations=["example.org", ".example.net"])

    assert allowed(organization, url) is fits


def test_an_empty_list_allows_everything() -> None:
    assert allowed(Organization(), "https://anything.example/")
