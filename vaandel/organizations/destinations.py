"""Where posts and short links of an organisation may lead: a list of hosts, or anywhere.

Free of tables, so that it can be imported before Django has been set up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from vaandel.organizations.models import Organization

MAX_DESTINATIONS: Final = 100
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_MAX_HOST: Final = 253


class NotAHost(ValueError):
    """What was typed is not the name of a website."""


def host_name(text: str) -> str:
    """A host as computers write it: lower case, ASCII (IDNA); raises ``NotAHost``."""
    try:
        host = text.strip().rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError as error:
        raise NotAHost(text) from error
    labels = host.split(".")
    named = len(labels) > 1 and not labels[-1].isdigit()
    if not named or len(host) > _MAX_HOST or not all(_LABEL.fullmatch(each) for each in labels):
        raise NotAHost(text)
    return host


def destination(text: str) -> str:
    """A line of the list as it is kept: ``example.org``, or ``.example.org`` with everything
    below it. An address is taken for its host. Raises ``NotAHost``."""
    typed = text.strip()
    if "://" in typed:
        try:
            typed = urlsplit(typed).hostname or ""
        except ValueError as error:
            raise NotAHost(text) from error
    below = typed.startswith((".", "*."))
    name = host_name(typed.removeprefix("*").removeprefix("."))
    return f".{name}" if below else name


def allowed(organization: Organization, url: str) -> bool:
    """Whether a post or link of this organisation may lead there. An empty list allows all."""
    if not organization.destinations:
        return True
    try:
        host = host_name(urlsplit(url).hostname or "")
    except ValueError:
        return False
    return any(_fits(host, each) for each in organization.destinations)


def _fits(host: str, kept: str) -> bool:
    return host == kept.removeprefix(".") or (kept.startswith(".") and host.endswith(kept))
