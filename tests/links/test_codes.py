"""Codes are hard to guess, easy to type and never shameful; a taken one is tried again."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError

from vaandel.links.codes import ALPHABET, LENGTH, new_code, offends
from vaandel.links.services import NotATarget, create_link
from vaandel.links.services import links as services
from vaandel.organizations.models import Organization

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TARGET = "https://news.example/a"


def test_a_code_has_at_least_44_bits_and_no_look_alikes() -> None:
    codes = {new_code() for _ in range(2000)}

    assert len(codes) == 2000
    assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert not set("01ilo").intersection(ALPHABET)
    # Leaving out what offends costs less than a tenth of all codes.
    assert math.log2(len(ALPHABET) ** LENGTH * 0.9) >= 44
    assert not any(offends(code) for code in codes)


@pytest.mark.parametrize(
    "code",
    ["abkutxyzw", "fuckwxyzq", "fvckwxyzq", "xx4rschyz", "merde2345", "2h5wh88xy", "ma55eqrwx"],
)
def test_offensive_codes_are_known_also_in_digits(code: str) -> None:
    assert offends(code)


@pytest.mark.parametrize("code", ["bcdgm2qwz", "k7wqmxtyp"])
def test_other_codes_pass(code: str) -> None:
    assert not offends(code)


def test_a_taken_code_is_tried_again(acme: Organization, monkeypatch: Any) -> None:
    drawn = iter(["aaaaabbbb", "aaaaabbbb", "ccccddddd"])
    monkeypatch.setattr(services, "new_code", lambda: next(drawn))

    codes = [
        create_link(organization=acme, target_url=TARGET, channel="x", at=NOW).code
        for _ in range(2)
    ]

    assert codes == ["aaaaabbbb", "ccccddddd"]


def test_it_gives_up_when_every_code_is_taken(acme: Organization, monkeypatch: Any) -> None:
    monkeypatch.setattr(services, "new_code", lambda: "aaaaabbbb")
    create_link(organization=acme, target_url=TARGET, channel="x", at=NOW)

    with pytest.raises(IntegrityError):
        create_link(organization=acme, target_url=TARGET, channel="x", at=NOW)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" https://news.example/a ", "https://news.example/a"),
        ("https://news.example/été?q=ü", "https://news.example/%C3%A9t%C3%A9?q=%C3%BC"),
        ("http://news.example/a%20b", "http://news.example/a%20b"),
    ],
)
def test_the_target_fits_a_header(acme: Organization, given: str, kept: str) -> None:
    link = create_link(organization=acme, target_url=given, channel="x", at=NOW)

    assert link.target_url == kept


@pytest.mark.parametrize(
    "target",
    [
        "",
        "/a",
        "javascript:alert(1)",
        "ftp://news.example/",
        "https://",
        "https://[broken",
        "https://news.example/\r\nSet-Cookie:x=1",
        "https://news.example/" + "a" * 2000,
    ],
)
def test_other_targets_are_refused(acme: Organization, target: str) -> None:
    with pytest.raises(NotATarget):
        create_link(organization=acme, target_url=target, channel="x", at=NOW)
