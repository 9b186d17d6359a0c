"""What a request on a short link was: the rules, applied to what a browser sends along.

Sources: the Sec-Fetch and Sec-Purpose headers as documented by MDN and sent by Chromium,
Firefox and Safari; `X-Moz` by older Firefox; `X-Purpose: preview` by older Safari.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from vaandel.links.agents import agent_of
from vaandel.links.kinds import Kind

MAX_REFERRER = 120
# Headers that announce a page that nobody looks at yet.
AHEAD_HEADERS = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
AHEAD = ("prefetch", "preview", "prerender")


@dataclass(frozen=True, slots=True)
class Visit:
    kind: Kind
    family: str
    referrer_host: str


def visit_of(environ: Mapping[str, str], own_hosts: frozenset[str]) -> Visit:
    """Judge a WSGI environ.

    ``own_hosts`` (host or host:port): who follows a link on our own pages is no visitor.
    """
    agent = agent_of(environ.get("HTTP_USER_AGENT", ""))
    kind = _kind(agent.kind, environ, own_hosts)
    return Visit(kind, agent.family, referrer_host(environ.get("HTTP_REFERER", "")))


def _kind(by_agent: Kind, environ: Mapping[str, str], own_hosts: frozenset[str]) -> Kind:
    if by_agent is not Kind.HUMAN:
        return by_agent
    if any(environ.get(name, "").lower().startswith(AHEAD) for name in AHEAD_HEADERS):
        return Kind.PREFETCH
    if environ.get("REQUEST_METHOD") != "GET" or not _navigates(environ):
        return Kind.BOT
    return Kind.SELF if _from_us(environ.get("HTTP_REFERER", ""), own_hosts) else Kind.HUMAN


def _navigates(environ: Mapping[str, str]) -> bool:
    """Whether somebody goes to a page, rather than a script, frame or picture asking for it."""
    mode = environ.get("HTTP_SEC_FETCH_MODE", "navigate")
    target = environ.get("HTTP_SEC_FETCH_DEST", "document")
    return mode == "navigate" and target == "document"


def _from_us(referrer: str, own_hosts: frozenset[str]) -> bool:
    try:
        return urlsplit(referrer).netloc in own_hosts
    except ValueError:
        return False


def referrer_host(referrer: str) -> str:
    """The host of the page that somebody came from; the rest may be personal and is dropped."""
    try:
        host = urlsplit(referrer).hostname or ""
    except ValueError:
        return ""
    return host[:MAX_REFERRER] if host.isascii() and host.isprintable() else ""
