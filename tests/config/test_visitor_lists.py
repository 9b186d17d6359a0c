"""`vaandel doctor` tells about lists of data centres and countries that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from vaandel.config import diagnosis, visitor_lists
from vaandel.config.environment import read
from vaandel.config.health import Finding


def told(**variables: str) -> list[Finding]:
    return visitor_lists.examine(read(variables))


def test_nothing_is_said_of_what_nobody_named() -> None:
    assert told() == []


def test_a_good_list_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "networks"
    file.write_text("203.0.113.0/24\n198.51.100.0/24\n")

    assert told(VAANDEL_DATA_CENTRES=str(file)) == [Finding("data centres", True, "2 networks")]


def test_the_first_broken_lines_of_a_list_are_told(tmp_path: Path) -> None:
    file = tmp_path / "networks"
    file.write_text("203.0.113.0/24\n" + "x\n" * 4)

    (finding,) = told(VAANDEL_DATA_CENTRES=str(file))

    assert not finding.ok
    assert finding.detail == (
        " ".join(f"{file}, line {line}: 'x' is not a network." for line in (2, 3, 4)) + " …"
    )
    assert "VAANDEL_DATA_CENTRES" in finding.advice


def test_a_missing_list_is_told(tmp_path: Path) -> None:
    (finding,) = told(VAANDEL_DATA_CENTRES=str(tmp_path / "none"))

    assert (finding.ok, finding.detail) == (False, f"{tmp_path}/none: No such file or directory")


def test_a_broken_database_of_countries_is_told(tmp_path: Path) -> None:
    file = tmp_path / "countries.mmdb"
    file.write_bytes(b"rubbish")

    (finding,) = told(VAANDEL_COUNTRY_DATABASE=str(file))

    assert not finding.ok
    assert finding.detail == f"{file} is not a database in MaxMind's format"


def test_a_database_of_countries_is_named(tmp_path: Path) -> None:
    file = tmp_path / "countries.mmdb"
    writer = MMDBWriter()
    writer.insert_network(IPSet(["192.0.2.0/24"]), {"country": {"iso_code": "BE"}})
    writer.to_db_file(str(file))

    assert told(VAANDEL_COUNTRY_DATABASE=str(file)) == [Finding("countries", True, f"from {file}")]


@pytest.mark.parametrize(("proxies", "ok"), [("10.0.0.0/8", True), ("", False)])
def test_a_header_needs_a_proxy_that_is_trusted(proxies: str, ok: bool) -> None:
    (finding,) = told(VAANDEL_COUNTRY_HEADER="CF-IPCountry", VAANDEL_TRUSTED_PROXIES=proxies)

    assert (finding.name, finding.ok) == ("country header", ok)


@pytest.mark.django_db
def test_the_doctor_asks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment = read(
        {"VAANDEL_DATA_CENTRES": str(tmp_path / "none"), "VAANDEL_SECRET_KEY": "k" * 40}
    )
    monkeypatch.setattr(diagnosis, "ENVIRONMENT", environment)

    assert "data centres" in [finding.name for finding in diagnosis.examine() if not finding.ok]
