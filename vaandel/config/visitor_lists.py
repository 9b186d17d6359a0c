"""Whether the lists about visitors that the operator named can be used; for `vaandel doctor`."""

from __future__ import annotations

from vaandel.config.environment import Environment
from vaandel.config.health import Finding
from vaandel.links import country, networks

# So many problems of a list are told; the log has more.
MAX_TOLD = 3


def examine(environment: Environment) -> list[Finding]:
    """Nothing about what was not named."""
    return [
        *([data_centres(environment)] if environment.data_centres else []),
        *([countries(environment)] if environment.country_database else []),
        *([country_header(environment)] if environment.country_header else []),
    ]


def data_centres(environment: Environment) -> Finding:
    found = networks.read(environment.data_centres) if environment.data_centres else None
    if found is None or not found.problems:
        return Finding("data centres", True, f"{found.networks if found else 0} networks")
    told = list(found.problems[:MAX_TOLD])
    if len(found.problems) > MAX_TOLD:
        told.append("…")
    return Finding(
        "data centres",
        False,
        " ".join(told),
        "Correct the file that VAANDEL_DATA_CENTRES names: one network a line, such as "
        "203.0.113.0/24, or the file that AWS, Google or Azure publishes.",
    )


def countries(environment: Environment) -> Finding:
    if problem := country.problem(str(environment.country_database)):
        return Finding(
            "countries",
            False,
            problem,
            "Correct VAANDEL_COUNTRY_DATABASE: a file in MaxMind's format (.mmdb) with countries.",
        )
    return Finding("countries", True, f"from {environment.country_database}")


def country_header(environment: Environment) -> Finding:
    if environment.trusted_proxies:
        return Finding("country header", True, "believed from the trusted proxies")
    return Finding(
        "country header",
        False,
        "VAANDEL_COUNTRY_HEADER is set, but no proxy is trusted, so nobody is believed",
        "Set VAANDEL_TRUSTED_PROXIES to the addresses of your proxies.",
    )
