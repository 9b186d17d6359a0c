"""Asking the interface of a network. The only way out of an adapter.

Addresses may come from people (their server, their handle) and from what a server answers,
so every request goes through the guarded client.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from vaandel.channels.adapter import Kind, Trouble
from vaandel.lib import http

SECONDS: Final = 20.0
MAX_ANSWER: Final = 2 * 1024 * 1024
# When a network asks for patience and does not say how much.
USUAL_PATIENCE: Final = timedelta(minutes=15)
LONGEST_PATIENCE: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` may be any; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def failed_there(self) -> bool:
        """5xx: the network had a fault, so what it did is not known."""
        return self.status >= 500

    def json(self) -> Any:
        """What the body says; an empty object when it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return {}

    def said(self) -> str:
        """The body for a log, cut off."""
        return self.body[:300].decode("utf-8", "replace")


def address(name: str, usual: str) -> str:
    """``usual``, or what VAANDEL_NETWORK_ADDRESSES puts in its place (``LINKEDIN_API``)."""
    return str(settings.NETWORK_ADDRESSES.get(name, usual)).rstrip("/")


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    data: Any = None,
    form: Mapping[str, str] | None = None,
    content: bytes | None = None,
    posts: bool = False,
    seconds: float = SECONDS,
) -> Answer:
    """Ask, with JSON ``data``, a ``form``, raw ``content`` or nothing; any status is an answer.

    Without an answer: TRANSIENT, or UNKNOWN when the request ``posts`` and may have arrived.
    """
    sent = dict(headers or {})
    if data is not None:
        content = json.dumps(data, ensure_ascii=False).encode()
        sent.setdefault("Content-Type", "application/json")
    elif form is not None:
        content = urlencode(form).encode()
        sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
    if content is None and method in {"POST", "PUT", "PATCH"}:
        content = b""
    sent.setdefault("Accept", "application/json")
    try:
        answer = http.ask(
            method, url, content=content, headers=sent, max_bytes=MAX_ANSWER, timeout=seconds
        )
    except http.FetchFailed as failure:
        raise _no_answer(failure, posts=posts) from failure
    return Answer(answer.status, answer.headers, answer.body)


def _no_answer(failure: http.FetchFailed, *, posts: bool) -> Trouble:
    if posts and failure.may_have_arrived:
        return Trouble(Kind.UNKNOWN, "no_answer", detail=str(failure))
    if failure.reason in {http.Reason.PRIVATE_ADDRESS, http.Reason.PORT, http.Reason.NOT_A_URL}:
        return Trouble(Kind.REJECTED, "forbidden_address", detail=str(failure.reason))
    return Trouble(Kind.TRANSIENT, "unreachable", detail=str(failure))


def retry_at(answer: Answer, *, reset_header: str = "") -> datetime:
    """When to come back after 429: ``Retry-After``, else ``reset_header`` (seconds since 1970,
    or ISO), else in a quarter of an hour; never later than a day."""
    now = timezone.now()
    moment = _moment(answer.headers.get("retry-after", ""), now)
    moment = moment or _moment(answer.headers.get(reset_header, ""), now)
    if moment is None or moment <= now:
        return now + (USUAL_PATIENCE if moment is None else timedelta(seconds=1))
    return min(moment, now + LONGEST_PATIENCE)


def _moment(value: str, now: datetime) -> datetime | None:
    text = value.strip()
    if text.isdigit():
        number = int(text)
        # A small number is how long, a large one is when.
        since_1970 = number > 100_000_000
        return (
            datetime.fromtimestamp(number, UTC) if since_1970 else now + timedelta(seconds=number)
        )
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
        except (ValueError, TypeError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
