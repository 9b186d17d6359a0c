"""Asks for a calendar through the guarded client. Knows the network and no tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from vaandel.ambassadors.leave_calendars.apart import read_days_off
from vaandel.ambassadors.leave_calendars.problems import CalendarFailed, Problem, problem_of
from vaandel.ambassadors.leave_calendars.reading import Days, NotACalendar, Person, Span
from vaandel.lib import http

CALENDAR_BYTES: Final = 10 * 1024 * 1024
CALENDAR_SECONDS: Final = 15.0

_SCHEMES: Final = {"webcal://": "https://", "webcals://": "https://"}


@dataclass(frozen=True, slots=True)
class Marks:
    """What a site said of the version that we have, so that it need not send it again."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """``days`` is None when the calendar has not changed."""

    days: tuple[Days, ...] | None
    marks: Marks


def fetch_days_off(address: str, person: Person, span: Span, marks: Marks) -> Answer:
    """The days off in the calendar at this address; raises ``CalendarFailed``."""
    conditions = {"If-None-Match": marks.etag, "If-Modified-Since": marks.last_modified}
    try:
        fetched = http.get(
            web_address(address),
            max_bytes=CALENDAR_BYTES,
            timeout=CALENDAR_SECONDS,
            headers={name: value for name, value in conditions.items() if value},
        )
    except http.FetchFailed as failure:
        raise CalendarFailed(problem_of(failure)) from failure
    if fetched.status == http.NOT_MODIFIED:
        return Answer(None, marks)
    try:
        days = read_days_off(fetched.body, person, span)
    except NotACalendar as refusal:
        raise CalendarFailed(Problem(refusal.reason)) from refusal
    new = Marks(
        _kept(fetched.headers.get("etag", "")), _kept(fetched.headers.get("last-modified", ""))
    )
    return Answer(tuple(days), new)


def web_address(address: str) -> str:
    """The address as it is asked for: webcal is how calendar programs write https."""
    text = address.strip()
    for scheme, instead in _SCHEMES.items():
        if text.lower().startswith(scheme):
            return instead + text[len(scheme) :]
    return text


def site_of(address: str) -> str:
    """The name of the site that holds the calendar, to show instead of the secret address."""
    return urlsplit(web_address(address)).hostname or ""


def _kept(mark: str) -> str:
    """A mark that was cut is no mark."""
    return mark if len(mark) <= 200 and mark.isascii() and mark.isprintable() else ""
