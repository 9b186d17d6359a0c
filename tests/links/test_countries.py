"""Where visitors are: only when configured, and only two letters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from vaandel.links import country
from vaandel.links.country import country_of

BELGIAN, DUTCH, FRENCH, NOWHERE = "192.0.2.7", "198.51.100.7", "203.0.113.7", "10.0.0.1"


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Files of one test are not those of the next."""
    yield
    country._looked_up.cache_clear()
    country._database.cache_clear()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A small one, with the forms of rows of three providers."""
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True)
    writer.insert_network(IPSet(["192.0.2.0/24"]), {"country": {"iso_code": "BE"}})
    writer.insert_network(
        IPSet(["198.51.100.0/24"]), {"country_code": "nl", "country": "Netherlands"}
    )
    writer.insert_network(IPSet(["203.0.113.0/24"]), {"country": "FR"})
    writer.insert_network(IPSet(["2001:db8::/32"]), {"country": {"iso_code": "DE"}})
    writer.insert_network(IPSet(["192.88.99.0/24"]), {"country": {"names": {"en": "?"}}})
    writer.insert_network(IPSet(["192.31.196.0/24"]), "a row of another kind")
    file = tmp_path / "countries.mmdb"
    writer.to_db_file(str(file))
    return file


def test_without_configuration_nobody_asks() -> None:
    assert country_of({"REMOTE_ADDR": BELGIAN, "HTTP_CF_IPCOUNTRY": "BE"}) == ""


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("NL", "NL"),
        ("be", "BE"),
        (" FR", "FR"),
        ("XX", ""),
        ("T1", ""),
        ("", ""),
        ("NLD", ""),
        ("Netherlands", ""),
        ("É", ""),
        ("<>", ""),
    ],
)
def test_a_proxy_says_the_country(said: str, kept: str, settings: Any) -> None:
    settings.COUNTRY_HEADER = "HTTP_CF_IPCOUNTRY"

    assert country_of({"HTTP_CF_IPCOUNTRY": said}) == kept


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (BELGIAN, "BE"),
        (DUTCH, "NL"),
        (FRENCH, "FR"),
        ("2001:db8::1", "DE"),
        (NOWHERE, ""),
        ("192.88.99.1", ""),
        ("192.31.196.1", ""),
        ("", ""),
        ("somewhere", ""),
    ],
)
def test_a_database_knows_the_country(
    address: str, kept: str, database: Path, settings: Any
) -> None:
    settings.COUNTRY_DATABASE = str(database)

    assert country_of({"REMOTE_ADDR": address}) == kept
    # And from memory.
    assert country_of({"REMOTE_ADDR": address}) == kept


def test_the_database_is_asked_when_the_proxy_does_not_know(database: Path, settings: Any) -> None:
    settings.COUNTRY_HEADER = "HTTP_CF_IPCOUNTRY"
    settings.COUNTRY_DATABASE = str(database)

    assert country_of({"REMOTE_ADDR": BELGIAN, "HTTP_CF_IPCOUNTRY": "XX"}) == "BE"
    assert country_of({"REMOTE_ADDR": BELGIAN}) == "BE"
    assert country_of({"REMOTE_ADDR": BELGIAN, "HTTP_CF_IPCOUNTRY": "LU"}) == "LU"


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "No such file or directory"), (b"rubbish", "not a database in MaxMind's format")],
)
def test_a_database_that_cannot_be_used_costs_the_country_and_no_click(
    content: bytes | None, says: str, tmp_path: Path, settings: Any, caplog: Any
) -> None:
    file = tmp_path / "countries.mmdb"
    if content is not None:
        file.write_bytes(content)
    settings.COUNTRY_DATABASE = str(file)

    found = [country_of({"REMOTE_ADDR": address}) for address in (BELGIAN, DUTCH)]

    assert found == ["", ""]
    assert says in country.problem(str(file))
    # Told once, not at every click.
    assert [says in record.getMessage() for record in caplog.records] == [True]
