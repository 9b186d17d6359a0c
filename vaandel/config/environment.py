"""Every environment variable that Vaandel reads: this file is the whole list.

`docs/operator/configuration.md` describes each of them; a test compares the two, both
ways. The rest of the code asks `ENVIRONMENT` and never looks at `os.environ`.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vaandel.config import databases
from vaandel.lib.env import Reader

PREFIX = "VAANDEL_"
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
LANGUAGES = ("nl", "en", "fr", "de")
LOG_FORMATS = ("auto", "json", "text")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
VALKEY_SCHEMES = ("valkey", "valkeys", "redis", "rediss")
SMTP_SCHEMES = ("smtp", "smtps", "smtp+starttls")
IMAP_SCHEMES = ("imap", "imaps", "imap+starttls")
MAIL_PROVIDERS = (
    "brevo",
    "mailgun",
    "mailjet",
    "mailtrap",
    "mandrill",
    "postal",
    "postmark",
    "resend",
    "scaleway",
    "sparkpost",
)
MAIL_ADDRESS = re.compile(r"[^\s@<>+]{1,30}@[^\s@<>]+")
DOMAIN_RATE = re.compile(r"([A-Za-z0-9][A-Za-z0-9.-]*)=([1-9][0-9]{0,4})")
PAIR = re.compile(r"([A-Za-z][A-Za-z0-9_]*)=(\S+)")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings of this installation, checked and typed."""

    # Where it listens and where it keeps its files.
    bind: str
    port: int
    data: Path
    url: str
    link_url: str
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[Network, ...]
    fetch_allowed_hosts: tuple[str, ...]
    # How it behaves.
    debug: bool
    demo: bool
    language: str
    time_zone: str
    # Secrets and stores.
    secret_key: str
    old_secret_keys: tuple[str, ...]
    database_url: str
    valkey_url: str
    # Short links.
    link_cache: int
    spool_sync: bool
    click_days: int
    # Who clicks, from lists and headers that others provide.
    data_centres: Path | None
    country_header: str
    country_database: Path | None
    # Mail.
    smtp_url: str
    mail_from: str
    mail_connections: int
    mail_rate: int
    mail_domain_rates: tuple[tuple[str, int], ...]
    mail_provider: str
    mail_provider_settings: tuple[tuple[str, str], ...]
    network_apps: tuple[tuple[str, str], ...]
    network_addresses: tuple[tuple[str, str], ...]
    publish_connections: int
    mail_webhook_secret: str
    bounce_address: str
    bounce_imap_url: str
    # Processes and limits.
    web_workers: int
    web_threads: int
    links_threads: int
    stop_seconds: int
    max_upload_mb: int
    log_format: str
    log_level: str
    # Variables that look like ours but are not read by anybody.
    unknown: tuple[str, ...]
    # The names that were read; for the test against the documentation.
    names: tuple[str, ...]


def read(values: Mapping[str, str]) -> Environment:
    """Raise `ConfigurationError` with one line per variable that cannot be used."""
    reader = Reader(values)
    bind = reader.text("VAANDEL_BIND", default="127.0.0.1")
    port = reader.number("VAANDEL_PORT", default=8000, at_least=1, at_most=65535)
    url = reader.address(
        "VAANDEL_URL", schemes=("http", "https"), default=f"http://{reachable_host(bind)}:{port}"
    )
    environment = Environment(
        bind=bind,
        port=port,
        data=reader.path("VAANDEL_DATA", default=Path("data").absolute()),
        url=url,
        link_url=reader.address("VAANDEL_LINK_URL", schemes=("http", "https"), default=url),
        allowed_hosts=reader.words("VAANDEL_ALLOWED_HOSTS"),
        trusted_proxies=networks(reader, "VAANDEL_TRUSTED_PROXIES"),
        fetch_allowed_hosts=reader.words("VAANDEL_FETCH_ALLOWED_HOSTS"),
        debug=reader.flag("VAANDEL_DEBUG", default=False),
        demo=reader.flag("VAANDEL_DEMO", default=False),
        language=reader.choice("VAANDEL_LANGUAGE", default="en", among=LANGUAGES),
        time_zone=time_zone(reader, "VAANDEL_TIME_ZONE", default="Europe/Amsterdam"),
        secret_key=reader.text("VAANDEL_SECRET_KEY"),
        old_secret_keys=reader.words("VAANDEL_OLD_SECRET_KEYS"),
        database_url=database_url(reader, "VAANDEL_DATABASE_URL"),
        valkey_url=reader.address("VAANDEL_VALKEY_URL", schemes=VALKEY_SCHEMES),
        link_cache=reader.number(
            "VAANDEL_LINK_CACHE", default=20_000, at_least=100, at_most=5_000_000
        ),
        spool_sync=reader.flag("VAANDEL_SPOOL_SYNC", default=False),
        click_days=reader.number("VAANDEL_CLICK_DAYS", default=90, at_least=2, at_most=3650),
        data_centres=file(reader, "VAANDEL_DATA_CENTRES"),
        country_header=header(reader, "VAANDEL_COUNTRY_HEADER"),
        country_database=file(reader, "VAANDEL_COUNTRY_DATABASE"),
        smtp_url=reader.address("VAANDEL_SMTP_URL", schemes=SMTP_SCHEMES),
        mail_from=reader.text("VAANDEL_MAIL_FROM", default="Vaandel <vaandel@localhost>"),
        mail_connections=reader.number(
            "VAANDEL_MAIL_CONNECTIONS", default=2, at_least=1, at_most=32
        ),
        mail_rate=reader.number("VAANDEL_MAIL_RATE", default=0, at_least=0, at_most=100_000),
        mail_domain_rates=domain_rates(reader, "VAANDEL_MAIL_DOMAIN_RATES"),
        mail_provider=reader.choice("VAANDEL_MAIL_PROVIDER", default="", among=MAIL_PROVIDERS),
        mail_provider_settings=pairs(reader, "VAANDEL_MAIL_PROVIDER_SETTINGS"),
        network_apps=pairs(reader, "VAANDEL_NETWORK_APPS"),
        network_addresses=pairs(reader, "VAANDEL_NETWORK_ADDRESSES"),
        publish_connections=reader.number(
            "VAANDEL_PUBLISH_CONNECTIONS", default=8, at_least=1, at_most=64
        ),
        mail_webhook_secret=webhook_secret(reader, "VAANDEL_MAIL_WEBHOOK_SECRET"),
        bounce_address=mail_address(reader, "VAANDEL_BOUNCE_ADDRESS"),
        bounce_imap_url=reader.address("VAANDEL_BOUNCE_IMAP_URL", schemes=IMAP_SCHEMES),
        web_workers=reader.number("VAANDEL_WEB_WORKERS", default=1, at_least=1, at_most=64),
        web_threads=reader.number("VAANDEL_WEB_THREADS", default=8, at_least=1, at_most=128),
        links_threads=reader.number("VAANDEL_LINKS_THREADS", default=1, at_least=1, at_most=64),
        stop_seconds=reader.number("VAANDEL_STOP_SECONDS", default=20, at_least=1, at_most=600),
        max_upload_mb=reader.number("VAANDEL_MAX_UPLOAD_MB", default=25, at_least=1, at_most=1000),
        log_format=reader.choice("VAANDEL_LOG_FORMAT", default="auto", among=LOG_FORMATS),
        log_level=reader.choice("VAANDEL_LOG_LEVEL", default="INFO", among=LOG_LEVELS),
        unknown=tuple(reader.unknown(prefix=PREFIX)),
        names=tuple(reader.names),
    )
    reader.finish()
    return environment


def reachable_host(bind: str) -> str:
    """The host part of an address on which this machine reaches what listens on `bind`."""
    if bind in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared with, not bound to
        return "localhost"
    return f"[{bind}]" if ":" in bind else bind


def networks(reader: Reader, name: str) -> tuple[Network, ...]:
    found = []
    for word in reader.words(name):
        try:
            found.append(ipaddress.ip_network(word))
        except ValueError:
            reader.problems.append(
                f"{name} holds {word!r}: it takes addresses and networks such as 10.0.0.0/8."
            )
    return tuple(found)


def database_url(reader: Reader, name: str) -> str:
    value = reader.text(name)
    if value and not databases.usable(value):
        # The value is not repeated: it may hold a password.
        reader.problems.append(
            f"{name} is not an address of this form: postgresql://user:password@host:5432/name."
        )
    return value


def file(reader: Reader, name: str) -> Path | None:
    """Not looked for here: a file that is not there yet stops nothing, and the doctor tells."""
    value = reader.text(name)
    return Path(value).expanduser().absolute() if value else None


def pairs(reader: Reader, name: str) -> tuple[tuple[str, str], ...]:
    """``key=value`` separated by spaces, or one flat JSON object; keys in capitals."""
    value = reader.text(name)
    if value.startswith("{"):
        try:
            found = [(key, str(each)) for key, each in json.loads(value).items()]
        except ValueError:
            found = []
    else:
        matches = [PAIR.fullmatch(word) for word in value.split()]
        found = [(match[1], match[2]) for match in matches if match]
        found = found if len(found) == len(matches) else []
    if value and not found:
        # The value is not repeated: it holds secrets.
        reader.problems.append(f"{name} is not of this form: key=value key=value.")
    return tuple((key.upper(), each) for key, each in found)


def domain_rates(reader: Reader, name: str) -> tuple[tuple[str, int], ...]:
    """``gmail.com=20``: at most so many mails a second to that domain."""
    words = reader.words(name)
    matches = [DOMAIN_RATE.fullmatch(word) for word in words]
    for word, match in zip(words, matches, strict=True):
        if match is None:
            reader.problems.append(
                f"{name} holds {word!r}: it takes mails per second such as gmail.com=20."
            )
    return tuple((match[1].lower(), int(match[2])) for match in matches if match)


def webhook_secret(reader: Reader, name: str) -> str:
    value = reader.text(name)
    user, colon, password = value.partition(":")
    if value and not (user and colon and len(password) >= 16):
        reader.problems.append(
            f"{name} is not of this form: user:password, with a password of 16 characters or more."
        )
    return value


def mail_address(reader: Reader, name: str) -> str:
    value = reader.text(name)
    if value and not MAIL_ADDRESS.fullmatch(value):
        reader.problems.append(
            f"{name} is {value!r}: it takes an address such as bounces@example.com, with at "
            "most 30 characters and no + before the @."
        )
    return value


def header(reader: Reader, name: str) -> str:
    """The name of a header as WSGI writes it, such as ``HTTP_CF_IPCOUNTRY``; empty without."""
    value = reader.text(name)
    if value and not HEADER_NAME.fullmatch(value):
        reader.problems.append(
            f"{name} is {value!r}: it takes the name of a header such as CF-IPCountry."
        )
        return ""
    return f"HTTP_{value.upper().replace('-', '_')}" if value else ""


def time_zone(reader: Reader, name: str, *, default: str) -> str:
    value = reader.text(name, default=default)
    try:
        ZoneInfo(value)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        reader.problems.append(f"{name} is {value!r}: it takes a name such as Europe/Brussels.")
    return value


ENVIRONMENT = read(os.environ)
