"""What a request on a short link was: the rules, applied to what a browser sends along.

The rules stand in ``RULES``, in the order in which they are tried; the first that says
something decides. They look at a few headers only, which the same visitors send again and
again, so a verdict is computed once and remembered, in this process alone.

Sources: Sec-Fetch-Mode, Sec-Fetch-Dest and Sec-Purpose as documented by MDN and sent by
Chromium, Firefox and Safari; ``Purpose`` by older Chromium, ``X-Moz`` by older Firefox,
``X-Purpose: preview`` by older Safari. ``Accept-Language`` is set by every browser from the
language of the device, web views in apps too: RFC 9110 section 12.5.4 says what it is
for, puppeteer-extra issue 51 that its absence gives a driven browser away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from vaandel.links.agents import MAX_LENGTH, NAMELESS, Agent, agent_of
from vaandel.links.kinds import Kind

MAX_REFERRER = 120
# What is remembered at most; an entry is about a kilobyte.
REMEMBERED_VERDICTS = 8192
REMEMBERED_REFERRERS = 4096
# The longest value of a header that is looked at, and of a referrer.
MAX_HEADER = 64
MAX_ADDRESS = 2048
# What browsers say of a page that nobody looks at yet.
AHEAD_HEADERS = frozenset({"HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ"})
AHEAD = ("prefetch", "preview", "prerender")


class Visit(NamedTuple):
    """What a request was.

    ``family`` names the program without its version. ``browser`` says whether it looks like
    the browser of a person, whatever else was wrong with the request.
    """

    kind: Kind
    family: str
    referrer_host: str
    browser: bool


class Asked(NamedTuple):
    """What the rules look at: everything but where somebody came from."""

    agent: Agent
    method: str
    ahead: tuple[str, ...]
    mode: str
    target: str
    has_language: bool


def other_method(asked: Asked) -> Kind | None:
    """HEAD asks whether the page is there; nobody reads an answer without a page."""
    return None if asked.method == "GET" else Kind.BOT


def loaded_ahead(asked: Asked) -> Kind | None:
    """A browser fetches what might be opened; if it is, it asks again or tells nobody."""
    said = any(value.strip().lower().startswith(AHEAD) for value in asked.ahead)
    return Kind.PREFETCH if said else None


def mail_scanner(asked: Asked) -> Kind | None:
    return Kind.SCANNER if asked.agent.kind is Kind.SCANNER else None


def link_preview(asked: Asked) -> Kind | None:
    return Kind.PREVIEW if asked.agent.kind is Kind.PREVIEW else None


def robot(asked: Asked) -> Kind | None:
    return Kind.BOT if asked.agent.kind is Kind.BOT and asked.agent != NAMELESS else None


def nameless(asked: Asked) -> Kind | None:
    """Every browser says what it is."""
    return Kind.BOT if asked.agent == NAMELESS else None


def part_of_a_page(asked: Asked) -> Kind | None:
    """A script, frame or picture asked, rather than somebody who goes to a page."""
    goes = asked.mode in {"", "navigate"} and asked.target in {"", "document"}
    return None if goes else Kind.BOT


def without_language(asked: Asked) -> Kind | None:
    """A program that took the name of a browser; which one, nobody can say: not SCANNER."""
    return None if asked.has_language else Kind.BOT


Rule = Callable[[Asked], "Kind | None"]
RULES: Final[tuple[Rule, ...]] = (
    other_method,
    loaded_ahead,
    mail_scanner,
    link_preview,
    robot,
    nameless,
    part_of_a_page,
    without_language,
)


def judge(asked: Asked) -> Kind:
    """The kind that the first rule with an opinion gives; nobody objects to a person."""
    return next((kind for rule in RULES if (kind := rule(asked)) is not None), Kind.HUMAN)


@lru_cache(maxsize=REMEMBERED_VERDICTS)
def _verdict(  # noqa: PLR0917 - the header values are the key of the memory
    agent: str,
    method: str,
    ahead: tuple[str, ...],
    mode: str,
    target: str,
    has_language: bool,  # noqa: FBT001
) -> Visit:
    known = agent_of(agent)
    kind = judge(Asked(known, method, ahead, mode, target, has_language))
    return Visit(kind, known.family, "", known.kind is Kind.HUMAN)


class _Referrer(NamedTuple):
    place: str
    host: str


@lru_cache(maxsize=REMEMBERED_REFERRERS)
def _referrer(address: str) -> _Referrer:
    """The host and port as written, and the host to keep; both empty if it is no address."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return _Referrer("", "")
    usable = host.isascii() and host.isprintable()
    return _Referrer(parts.netloc, host[:MAX_REFERRER] if usable else "")


def visit_of(environ: Mapping[str, str], own_hosts: frozenset[str]) -> Visit:
    """Judge a WSGI environ.

    ``own_hosts`` (host or host:port): who follows a link on our own pages is no visitor.
    """
    get = environ.get
    ahead = () if AHEAD_HEADERS.isdisjoint(environ) else _ahead(environ)
    visit = _verdict(
        get("HTTP_USER_AGENT", "")[:MAX_LENGTH],
        get("REQUEST_METHOD", "")[:MAX_HEADER],
        ahead,
        get("HTTP_SEC_FETCH_MODE", "")[:MAX_HEADER],
        get("HTTP_SEC_FETCH_DEST", "")[:MAX_HEADER],
        bool(get("HTTP_ACCEPT_LANGUAGE")),
    )
    address = get("HTTP_REFERER", "")
    if not address:
        return visit
    place, host = _referrer(address[:MAX_ADDRESS])
    kind = Kind.SELF if visit.kind is Kind.HUMAN and place in own_hosts else visit.kind
    return Visit(kind, visit.family, host, visit.browser)


def _ahead(environ: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(environ[name][:MAX_HEADER] for name in AHEAD_HEADERS if name in environ))


def referrer_host(referrer: str) -> str:
    """The host of the page that somebody came from; the rest may be personal and is dropped."""
    return _referrer(referrer[:MAX_ADDRESS]).host
