"""The country of a visitor: as a trusted proxy says it, or from a database of the operator's.

Two letters of ISO 3166-1 and nothing finer; the address itself goes nowhere.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from functools import cache, lru_cache

import maxminddb
from django.conf import settings

logger = logging.getLogger("vaandel.links")

# How many addresses are remembered; in memory alone, and forgotten as others come.
REMEMBERED = 16384
_TWO_LETTERS = re.compile(r"[A-Z]{2}")
# What Cloudflare and others say when they do not know. (Tor's "T1" is not two letters.)
_UNKNOWN = "XX"


def country_of(environ: Mapping[str, str]) -> str:
    """ISO 3166-1 alpha-2 in capitals; empty when nobody knows or nothing is configured.

    The header has come through ``TrustedProxies``, which takes away what strangers send.
    """
    header: str = settings.COUNTRY_HEADER
    if header and (said := code(environ.get(header, "")[:3])):
        return said
    file: str = settings.COUNTRY_DATABASE
    return _looked_up(file, environ.get("REMOTE_ADDR", "")) if file else ""


def code(value: object) -> str:
    """A country's code, or nothing if it is none."""
    letters = str(value).strip().upper()
    return letters if _TWO_LETTERS.fullmatch(letters) and letters != _UNKNOWN else ""


def problem(file: str) -> str:
    """What is wrong with a database, in one line; empty if it can be used."""
    try:
        with maxminddb.open_database(file):
            return ""
    except OSError as error:
        return f"{file}: {error.strerror}"
    except maxminddb.InvalidDatabaseError:
        return f"{file} is not a database in MaxMind's format"


@cache
def _database(file: str) -> maxminddb.Reader | None:
    """Opened once and mapped into memory. Without it clicks have no country, and go on."""
    if found := problem(file):
        logger.warning("Countries are not looked up: %s.", found)
        return None
    return maxminddb.open_database(file)


@lru_cache(maxsize=REMEMBERED)
def _looked_up(file: str, address: str) -> str:
    database = _database(file)
    if database is None:
        return ""
    try:
        row = database.get(address)
    except (ValueError, maxminddb.InvalidDatabaseError):
        # No address, or of the family that the database does not have.
        return ""
    return _country_in(row)


def _country_in(row: object) -> str:
    """MaxMind and DB-IP write `country.iso_code`; IPinfo `country_code`, or `country` alone."""
    if not isinstance(row, dict):
        return ""
    country = row.get("country")
    if isinstance(country, dict):
        return code(country.get("iso_code", ""))
    return code(row.get("country_code", "")) or code(country or "")
