"""Whether an own short domain leads to us.

Two things are looked at. What the name stands for, which only explains: behind a proxy of
somebody else it may differ and be right. And whether a question over https comes back to
this installation, which proves the routing and the certificate at once and decides.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import constant_time_compare

from vaandel.lib.http import Client, FetchFailed, Reason, Wanted
from vaandel.links.domains import WELL_KNOWN, answer_of

HTTPS: Final = 443
SECONDS: Final = 10.0
_ENOUGH: Final = 200


class Outcome(StrEnum):
    """What a step of the check came to. Texts for people are in `advice`."""

    SAME = "same"
    ELSEWHERE = "elsewhere"
    NO_NAME = "no_name"
    OURS = "ours"
    NOT_OURS = "not_ours"
    REDIRECTED = "redirected"
    CERTIFICATE = "certificate"
    NO_ANSWER = "no_answer"
    NOT_FOUND = "not_found"
    PRIVATE = "private"
    NOT_TRIED = "not_tried"


@dataclass(frozen=True, slots=True)
class Step:
    """``found`` and ``wanted`` are addresses, to show."""

    outcome: Outcome
    found: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()

    @property
    def fine(self) -> bool:
        return self.outcome in {Outcome.SAME, Outcome.OURS}


@dataclass(frozen=True, slots=True)
class Report:
    name: Step
    https: Step

    @property
    def works(self) -> bool:
        return self.https.outcome is Outcome.OURS


def check(domain: str, *, client: Client | None = None, port: int = HTTPS) -> Report:
    """Ask the name and then the site. Takes ten seconds at most for each."""
    asks = client or Client(allowed=frozenset(settings.FETCH_ALLOWED_HOSTS))
    found = _addresses(asks, domain)
    if not found:
        return Report(Step(Outcome.NO_NAME), Step(Outcome.NOT_TRIED))
    wanted = _addresses(asks, urlsplit(settings.PUBLIC_URL).hostname or "")
    same = bool(set(found) & set(wanted))
    name = Step(Outcome.SAME if same else Outcome.ELSEWHERE, found, wanted)
    return Report(name, Step(_ask(asks, domain, port)))


def _addresses(client: Client, host: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(client.addresses(host, HTTPS, seconds=SECONDS)))
    except FetchFailed:
        return ()


def _ask(client: Client, domain: str, port: int) -> Outcome:
    nonce = secrets.token_urlsafe(24)
    host = domain if port == HTTPS else f"{domain}:{port}"
    try:
        answer = client.fetch(
            f"https://{host}{WELL_KNOWN}{nonce}",
            Wanted(max_bytes=_ENOUGH, cut=True),
            seconds=SECONDS,
        )
    except FetchFailed as failure:
        return _outcome(failure)
    if urlsplit(answer.final_url).hostname != domain:
        return Outcome.REDIRECTED
    said = answer.body.decode("ascii", "replace").strip()
    return Outcome.OURS if constant_time_compare(said, answer_of(nonce)) else Outcome.NOT_OURS


def _outcome(failure: FetchFailed) -> Outcome:
    known = {
        Reason.TLS: Outcome.CERTIFICATE,
        Reason.STATUS: Outcome.NOT_FOUND,
        Reason.PRIVATE_ADDRESS: Outcome.PRIVATE,
        Reason.TOO_MANY_REDIRECTS: Outcome.REDIRECTED,
    }
    return known.get(failure.reason, Outcome.NO_ANSWER)
