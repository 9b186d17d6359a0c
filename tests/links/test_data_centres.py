"""The list of data centres: one network a line, or as the clouds publish it."""

from __future__ import annotations

import ipaddress
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vaandel.links import networks
from vaandel.links.networks import is_data_centre

AWS = {
    "syncToken": "1",
    "prefixes": [{"ip_prefix": "3.5.140.0/22", "region": "ap-northeast-2", "service": "AMAZON"}],
    "ipv6_prefixes": [{"ipv6_prefix": "2a05:d070:e000::/40", "region": "me-south-1"}],
}
GOOGLE = {
    "syncToken": "2",
    "prefixes": [
        {"ipv4Prefix": "34.1.208.0/20", "service": "Google Cloud"},
        {"ipv6Prefix": "2600:1900:8000::/44", "service": "Google Cloud"},
    ],
}
AZURE = {
    "changeNumber": 3,
    "values": [
        {
            "name": "AzureCloud",
            "properties": {"addressPrefixes": ["13.64.0.0/11", "2603:1000::/24"]},
        }
    ],
}
LINES = "# ours\n203.0.113.0/24   # a remark\n\n198.51.100.7\n2001:db8::/32\n203.0.113.128/25\n"


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    networks._is_in.cache_clear()
    networks._loaded.cache_clear()


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    place = tmp_path / "networks"
    settings.DATA_CENTRES = str(place)
    return place


def test_without_a_list_nobody_is_in_one() -> None:
    assert not is_data_centre("203.0.113.1")


@pytest.mark.parametrize(
    ("content", "inside", "outside"),
    [
        (
            LINES,
            [
                "203.0.113.0",
                "203.0.113.255",
                "198.51.100.7",
                "2001:db8:ffff::",
                "::ffff:203.0.113.9",
            ],
            ["203.0.112.255", "203.0.114.0", "198.51.100.8", "2001:db9::", "0.0.0.0", "", "x"],
        ),
        (json.dumps(AWS), ["3.5.143.255", "2a05:d070:e0ff::1"], ["3.5.144.0", "2a05:d071::"]),
        (json.dumps(GOOGLE), ["34.1.208.0", "2600:1900:8000::1"], ["34.1.224.0"]),
        (json.dumps(AZURE), ["13.64.0.1", "13.95.255.255", "2603:10ff::"], ["13.96.0.0"]),
    ],
)
def test_a_list_is_read_in_every_form(
    content: str, inside: list[str], outside: list[str], file: Path
) -> None:
    file.write_text(content)

    assert networks.read(file).problems == ()
    assert [address for address in inside if not is_data_centre(address)] == []
    assert [address for address in outside if is_data_centre(address)] == []


def test_it_agrees_with_looking_through_the_whole_list(file: Path) -> None:
    chance = random.Random(7)
    given = [
        ipaddress.ip_network((chance.getrandbits(32), chance.randint(6, 32)), strict=False)
        for _ in range(300)
    ]
    file.write_text("\n".join(map(str, given)))
    addresses = [ipaddress.ip_address(chance.getrandbits(32)) for _ in range(300)]
    edges = [edge for network in given for edge in (network[0], network[-1])]

    for address in [*addresses, *edges, *(edge + 1 for edge in edges if int(edge) < 2**32 - 1)]:
        assert is_data_centre(str(address)) == any(address in network for network in given)


def test_a_broken_line_is_told_by_name_and_line_and_costs_the_others_nothing(
    file: Path, caplog: Any
) -> None:
    file.write_text("203.0.113.0/24\n203.0.113.0/99\nnonsense\n198.51.100.0/24\n")

    assert is_data_centre("198.51.100.1")
    assert networks.read(file).problems == (
        f"{file}, line 2: '203.0.113.0/99' is not a network.",
        f"{file}, line 3: 'nonsense' is not a network.",
    )
    assert [record.getMessage() for record in caplog.records] == [
        f"List of data centres: {problem}" for problem in networks.read(file).problems
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", ": no network in it."),
        ("# nothing\n", ": no network in it."),
        ("{}", ": no network in it."),
        ('{"prefixes": [', ", line 1: "),
        ('{"prefixes": 3}', ": no network in it."),
        ('{"prefixes": [7], "values": [{"properties": 1}, {}]}', ": no network in it."),
        ('{"prefixes": [{"ip_prefix": 1.5}]}', ", prefixes, entry 1: '1.5' is not a network."),
        (
            '{"values": [{"name": "A", "properties": {"addressPrefixes": ["x"]}}]}',
            ", values, entry 1 (A): 'x' is not a network.",
        ),
    ],
)
def test_a_list_without_use_is_told(content: str, problem: str, file: Path) -> None:
    file.write_text(content)

    (told,) = networks.read(file).problems
    assert told.startswith(f"{file}{problem}")
    assert not is_data_centre("203.0.113.1")


def test_a_missing_list_is_told(file: Path) -> None:
    assert networks.read(file).problems == (f"{file}: No such file or directory",)
    assert not is_data_centre("203.0.113.1")


def test_a_list_of_rubbish_is_told_in_few_lines(file: Path) -> None:
    file.write_text("rubbish\n" * 500)

    problems = networks.read(file).problems
    assert len(problems) == 21
    assert problems[-1] == f"{file}: and 480 more."
