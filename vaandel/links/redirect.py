"""The path of a click: look up, write one line, answer. No middleware, session, ORM or template.

``302`` and never ``301``: browsers keep a permanent redirect and the next clicks vanish.
``Referrer-Policy`` is what browsers do by themselves, said aloud because it decides on the hop
to the target: its statistics learn the site somebody came from, and never the page, also
when the page itself gave away more. A page that gave away nothing is not overruled.
"""

from __future__ import annotations

import contextlib
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error as DatabaseError

from vaandel.links import spool
from vaandel.links.addresses import PREFIX
from vaandel.links.cache import LinkCache, Site, Target
from vaandel.links.cards import Card, card_of, page_of
from vaandel.links.country import country_of
from vaandel.links.domains import WELL_KNOWN, answer_of
from vaandel.links.kinds import Kind
from vaandel.links.memory import KeyOfDay, Shared, Variety, Visitors, network_of
from vaandel.links.networks import is_data_centre
from vaandel.links.own import is_own_press
from vaandel.links.visits import Visit, visit_of

logger = logging.getLogger("vaandel.links")

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, Any], Iterable[bytes]]

CODE = re.compile(r"[0-9a-z]{4,16}")
REFERENCE_BYTES: Final = 9
# Different ones on a day, in one process; far more than readers come with.
MOST_HOSTS: Final = 2000
MOST_FAMILIES: Final = 500
_LENGTH: Final = len(PREFIX)
_NO_STORE: Final = ("Cache-Control", "private, no-store")
_HEADERS: Final = [
    ("Content-Length", "0"),
    _NO_STORE,
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Robots-Tag", "noindex"),
]
_PAGE: Final = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'none'"),
    _NO_STORE,
    ("X-Robots-Tag", "noindex"),
]
_NOT_ALLOWED: Final = [("Allow", "GET, HEAD"), ("Content-Length", "0")]
_TEXT: Final = ("Content-Type", "text/plain; charset=utf-8")
_UNAVAILABLE: Final = [("Retry-After", "5"), _TEXT, _NO_STORE]


class ShortLinks:
    """Answers ``/s/<code>``, and ``/<code>`` on an organisation's own short domain.

    Everything else, also an unknown code, goes to the application.
    """

    def __init__(
        self, application: Application, *, folder: Path, cache: LinkCache, visitors: Visitors
    ) -> None:
        self._application = application
        self.cache = cache
        self._visitors = visitors
        self._folder = folder
        self._hosts = Variety(MOST_HOSTS)
        self._families = Variety(MOST_FAMILIES)
        self._knows_data_centres = bool(settings.DATA_CENTRES)
        self.writer = spool.Writer(folder, sync=settings.SPOOL_SYNC)
        self._own_hosts = frozenset(
            urlsplit(address).netloc for address in (settings.PUBLIC_URL, settings.LINK_URL)
        )

    def start(self, shared: Shared) -> None:
        """Go to work in a server's process: with the memory that its processes share, and
        following changes on its own."""
        self._visitors = Visitors(shared, _common_key())
        with contextlib.suppress(OSError):
            spool.prepare(self._folder)
        self.cache.keep_polling()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        own_domain = self._own_domain(environ) if self.cache.domains else None
        if path[:_LENGTH] == PREFIX:
            code = path[_LENGTH:]
            if own_domain is not None and not own_domain.domain_checked:
                own_domain = None
        elif path.startswith(WELL_KNOWN):
            return _text(start_response, "200 OK", answer_of(path[len(WELL_KNOWN) :]))
        elif own_domain is not None:
            code = path[1:]
        else:
            return self._application(environ, start_response)
        now = time.time()
        try:
            target = self._target(code, now)
        except DatabaseError:
            logger.exception("A short link could not be looked up.")
            start_response("503 Service Unavailable", list(_UNAVAILABLE))
            return [b"This link cannot be opened right now. Please try again in a minute.\n"]
        if target is None or (own_domain is not None and target.site is not own_domain):
            return self._unknown(environ, start_response, own_domain)
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            start_response("405 Method Not Allowed", list(_NOT_ALLOWED))
            return []
        return self._answer(environ, start_response, target, now)

    def _own_domain(self, environ: Environ) -> Site | None:
        """Whose short domain was asked, with whatever port and in whatever case."""
        host: str = environ.get("HTTP_HOST", "")
        domains = self.cache.domains
        return domains.get(host) or domains.get(host.partition(":")[0].rstrip(".").lower())

    def _target(self, code: str, now: float) -> Target | None:
        target = self.cache.fresh(code, now)
        if target is not None:
            return target
        target = self.cache.target_of(code, now) if CODE.fullmatch(code) else None
        if target is None:
            # Typed from paper, or with what a mail program put behind it.
            plain = code.lower().removesuffix("/")
            if plain != code and CODE.fullmatch(plain):
                target = self.cache.target_of(plain, now)
        return target

    def _unknown(
        self, environ: Environ, start_response: StartResponse, own_domain: Site | None
    ) -> Iterable[bytes]:
        if own_domain is None or not own_domain.domain_checked:
            return self._application(environ, start_response)
        # Nothing but links is answered on a domain that is only for links.
        return _text(start_response, "404 Not Found", "There is no such link.\n")

    def _answer(
        self, environ: Environ, start_response: StartResponse, target: Target, now: float
    ) -> Iterable[bytes]:
        location = target.url
        try:
            visit = visit_of(environ, self._own_hosts)
            kind = visit.kind
            if kind is Kind.HUMAN and not is_own_press(environ, target.link_id):
                reference = ""
                if target.site.parameter and not target.ended:
                    reference = secrets.token_urlsafe(REFERENCE_BYTES)
                self._note_person(environ, target, visit, now, reference)
                if reference:
                    location = with_reference(location, target.site.parameter, reference)
            else:
                self.writer.append(
                    target.link_id,
                    now,
                    Kind.SELF if kind is Kind.HUMAN else kind,
                    referrer_host=self._hosts.kept(visit.referrer_host, now),
                    country=country_of(environ) if target.site.countries else "",
                    family=self._families.kept(visit.family, now),
                )
                if kind is Kind.PREVIEW and target.site.cards and not target.ended:
                    card = card_of(target.link_id)
                    if card is not None:
                        return self._card_page(environ, start_response, target, card)
        except DatabaseError:
            logger.warning("A card could not be read; the crawler gets the redirect.")
        except Exception:
            # An answer is worth more than a click, whatever is wrong with the request.
            logger.exception("A request on a short link could not be judged.")
        start_response("302 Found", [("Location", location), *_HEADERS])
        return []

    def _card_page(
        self, environ: Environ, start_response: StartResponse, target: Target, card: Card
    ) -> Iterable[bytes]:
        on_own_domain = bool(self.cache.domains) and self._own_domain(environ) is target.site
        base = f"https://{target.site.domain}/" if on_own_domain else settings.LINK_URL + PREFIX
        body = page_of(card, address=base + card.code)
        start_response("200 OK", [*_PAGE, ("Content-Length", str(len(body)))])
        return [body]

    def _note_person(  # noqa: PLR0917 - five, for the thread that answers
        self, environ: Environ, target: Target, visit: Visit, now: float, reference: str
    ) -> None:
        """What looks like a person by itself may not by what it does."""
        visitors, link_id, get = self._visitors, target.link_id, environ.get
        address = get("REMOTE_ADDR", "")
        visitor = (address, get("HTTP_USER_AGENT", ""), get("HTTP_ACCEPT_LANGUAGE", ""))
        who: object = (seen := visitors.who(*visitor))
        scanning, what = visitors.scanning, link_id
        kind = Kind.HUMAN
        if self._knows_data_centres and is_data_centre(address):
            # Any number of agents, any links: one network, one more request.
            scanning, what = visitors.data_centres, visitors.next_request()
            who = network_of(address)
        if scanning.goes_on(who, what, now):
            kind = Kind.SCANNER
        elif target.ended:
            kind = Kind.ENDED
        elif visitors.repeated(seen, link_id, now):
            kind = Kind.REPEAT
        counted = kind is Kind.HUMAN
        written = self.writer.append(
            link_id,
            now,
            kind,
            referrer_host=self._hosts.kept(visit.referrer_host, now),
            country=country_of(environ) if target.site.countries else "",
            family=self._families.kept(visit.family, now),
            visitor=visitors.of_day(visitor, link_id, now)
            if counted and target.site.uniques
            else None,
            reference=reference,
        )
        scans = kind is Kind.SCANNER or scanning.note(who, what, now, written if counted else None)
        if scans and (earlier := scanning.taken_back(who, now)):
            self.writer.correct(Kind.SCANNER, earlier)


def with_reference(url: str, parameter: str, reference: str) -> str:
    """The address with one more parameter, before its fragment."""
    address, hash_sign, fragment = url.partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{parameter}={reference}{hash_sign}{fragment}"


def _text(start_response: StartResponse, status: str, text: str) -> Iterable[bytes]:
    body = text.encode()
    start_response(status, [_TEXT, ("Content-Length", str(len(body))), _NO_STORE])
    return [body]


def _common_key() -> KeyOfDay | None:
    """The key that several machines have in common, where there is a server for it."""
    if not settings.VALKEY_URL:
        return None
    try:
        module = import_module("vaandel.links.valkey")
    except ModuleNotFoundError:
        # Links are answered all the same.
        logger.error("VAANDEL_VALKEY_URL needs a package: pip install 'vaandel[valkey]'")
        return None
    key_of_day: KeyOfDay = module.key_of_day
    return key_of_day


def short_link_app(application: Application) -> ShortLinks:
    """Short links in front of a WSGI application. No table is touched before a request."""
    return ShortLinks(
        application,
        folder=Path(settings.SPOOL_DIR),
        cache=LinkCache(max_links=settings.LINK_CACHE),
        visitors=Visitors(),
    )
