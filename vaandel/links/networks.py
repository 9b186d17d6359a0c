"""Addresses of data centres, where few people sit: from a list that the operator provides.

Clouds publish their networks; each in a form of its own, all of which are read here. The list
is read once, and again in a process that is started anew.
"""

from __future__ import annotations

import ipaddress
import logging
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

logger = logging.getLogger("vaandel.links")

# How many verdicts are remembered; in memory alone, and forgotten as others come.
REMEMBERED = 16384
MAX_PROBLEMS = 20

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Ranges:
    """First and last addresses as whole numbers, sorted and without overlap, per family."""

    starts: dict[int, list[int]]
    ends: dict[int, list[int]]

    def holds(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        number, starts = int(parsed), self.starts[parsed.version]
        place = bisect_right(starts, number) - 1
        return place >= 0 and number <= self.ends[parsed.version][place]


@dataclass(frozen=True, slots=True)
class NetworkList:
    """What a file gave. `problems` name the file and the place, to correct them."""

    ranges: Ranges
    networks: int
    problems: tuple[str, ...]


def read(file: Path) -> NetworkList:
    """Read a list; never raises. What cannot be understood is left out and told."""
    problems: list[str] = []
    try:
        data = file.read_bytes()
    except OSError as error:
        return NetworkList(_ranges([]), 0, (f"{file}: {error.strerror}",))
    words = _published(data, file, problems) if data.lstrip()[:1] == b"{" else _lines(data)
    networks = list(_networks(words, file, problems))
    if not networks and not problems:
        problems.append(f"{file}: no network in it.")
    if (more := len(problems) - MAX_PROBLEMS) > 0:
        problems[MAX_PROBLEMS:] = [f"{file}: and {more} more."]
    return NetworkList(_ranges(networks), len(networks), tuple(problems))


def _lines(data: bytes) -> Iterator[tuple[str, str]]:
    """One network a line; what follows a `#` is a remark."""
    for number, line in enumerate(data.decode(errors="replace").splitlines(), start=1):
        if word := line.partition("#")[0].strip():
            yield f"line {number}", word


def _published(data: bytes, file: Path, problems: list[str]) -> Iterable[tuple[str, str]]:
    """The files of AWS and Google (`prefixes`, `ipv6_prefixes`) and of Azure (`values`)."""
    try:
        content = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        problems.append(f"{file}, line {error.lineno}: {error.msg}.")
        return []
    return chain(
        _fields(content, "prefixes", "ip_prefix", "ipv4Prefix", "ipv6Prefix"),
        _fields(content, "ipv6_prefixes", "ipv6_prefix"),
        _azure(content),
    )


def _entries(content: Any, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    found = content.get(key)
    for number, entry in enumerate(found if isinstance(found, list) else [], start=1):
        if isinstance(entry, dict):
            yield f"{key}, entry {number}", entry


def _fields(content: Any, key: str, *names: str) -> Iterator[tuple[str, str]]:
    for place, entry in _entries(content, key):
        yield from ((place, str(entry[name])) for name in names if name in entry)


def _azure(content: Any) -> Iterator[tuple[str, str]]:
    for place, entry in _entries(content, "values"):
        properties = entry.get("properties")
        prefixes = properties.get("addressPrefixes") if isinstance(properties, dict) else None
        for prefix in prefixes if isinstance(prefixes, list) else []:
            yield f"{place} ({entry.get('name', '')})", str(prefix)


def _networks(
    words: Iterable[tuple[str, str]], file: Path, problems: list[str]
) -> Iterator[Network]:
    for place, word in words:
        try:
            yield ipaddress.ip_network(word, strict=False)
        except ValueError:
            problems.append(f"{file}, {place}: {word[:60]!r} is not a network.")


def _ranges(networks: list[Network]) -> Ranges:
    starts: dict[int, list[int]] = {4: [], 6: []}
    ends: dict[int, list[int]] = {4: [], 6: []}
    fourth = [one for one in networks if isinstance(one, ipaddress.IPv4Network)]
    sixth = [one for one in networks if isinstance(one, ipaddress.IPv6Network)]
    collapsed: Iterable[Network] = chain(
        ipaddress.collapse_addresses(fourth), ipaddress.collapse_addresses(sixth)
    )
    for network in collapsed:
        starts[network.version].append(int(network.network_address))
        ends[network.version].append(int(network.broadcast_address))
    return Ranges(starts, ends)


@cache
def _loaded(file: str) -> NetworkList:
    found = read(Path(file))
    for problem in found.problems:
        logger.warning("List of data centres: %s", problem)
    return found


@lru_cache(maxsize=REMEMBERED)
def _is_in(file: str, address: str) -> bool:
    return _loaded(file).ranges.holds(address)


def is_data_centre(address: str) -> bool:
    """Whether an address belongs to a data centre; no without a list, and for what is none."""
    file: str = settings.DATA_CENTRES
    return bool(file) and _is_in(file, address)
