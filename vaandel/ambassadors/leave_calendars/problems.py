"""Why a calendar could not be read, and what its owner can do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaandel.lib import http


class Problem(StrEnum):
    NOT_A_URL = "not_a_url"
    PRIVATE_ADDRESS = "private_address"
    DNS = "dns"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    SITE_PROBLEM = "site_problem"
    TOO_LARGE = "too_large"
    WEB_PAGE = "html"
    NOT_A_CALENDAR = "unknown"
    DAMAGED = "damaged"
    TOO_COMPLEX = "too_complex"
    LOST_KEY = "lost_key"


class CalendarFailed(Exception):
    """No days off could be had."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


SENTENCES: Final[dict[Problem, str | Promise]] = {
    Problem.NOT_A_URL: _(
        "This is not the address of a calendar. It starts with https:// or webcal://"
        " and often ends with .ics."
    ),
    Problem.PRIVATE_ADDRESS: _(
        "This address is inside a private network. Only calendars on the internet can be read."
    ),
    Problem.DNS: _("There is no site with this name. Copy the whole address once more."),
    Problem.TIMEOUT: _("The calendar did not answer in time. Try again in a minute."),
    Problem.UNREACHABLE: _("The calendar could not be reached. Try again in a minute."),
    Problem.NOT_FOUND: _(
        "There is no calendar at this address any more. Publish it again and copy the new address."
    ),
    Problem.FORBIDDEN: _(
        "The calendar may not be read without signing in. Copy its published or secret address."
    ),
    Problem.SITE_PROBLEM: _("The site of the calendar has a problem of its own. Try again later."),
    Problem.TOO_LARGE: _(
        "This calendar is too large to read. A calendar for leave only is enough."
    ),
    Problem.WEB_PAGE: _(
        "This is the address of a web page. Copy the one that is called ICS or iCal."
    ),
    Problem.NOT_A_CALENDAR: _("There is no calendar at this address. It should end with .ics."),
    Problem.DAMAGED: _("The calendar is damaged and cannot be read."),
    Problem.TOO_COMPLEX: _(
        "The calendar has too much in it to read. A calendar for leave only is enough."
    ),
    Problem.LOST_KEY: _("The address can no longer be read here. Paste it once more."),
}

_OF_FETCH: Final = {
    http.Reason.NOT_A_URL: Problem.NOT_A_URL,
    http.Reason.PRIVATE_ADDRESS: Problem.PRIVATE_ADDRESS,
    http.Reason.PORT: Problem.PRIVATE_ADDRESS,
    http.Reason.DNS: Problem.DNS,
    http.Reason.TIMEOUT: Problem.TIMEOUT,
    http.Reason.TOO_LARGE: Problem.TOO_LARGE,
}


def explained(problem: str) -> str:
    """A sentence for people, in their language; "" for nothing wrong."""
    return str(SENTENCES[Problem(problem)]) if problem else ""


def problem_of(failure: http.FetchFailed) -> Problem:
    if failure.reason is not http.Reason.STATUS:
        return _OF_FETCH.get(failure.reason, Problem.UNREACHABLE)
    if failure.status in {http.NOT_FOUND, http.GONE}:
        return Problem.NOT_FOUND
    return Problem.FORBIDDEN if failure.status in http.FORBIDDEN else Problem.SITE_PROBLEM
