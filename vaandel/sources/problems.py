"""Why a page or a feed could not be had, and what somebody can do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaandel.lib import http
from vaandel.sources.reading.entries import NotAFeed


class Problem(StrEnum):
    NOT_A_URL = "not_a_url"
    PRIVATE_ADDRESS = "private_address"
    DNS = "dns"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    NOT_FOUND = "not_found"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    SITE_PROBLEM = "site_problem"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    # Of a page for a preview.
    NOT_A_PAGE = "not_a_page"
    NOTHING_FOUND = "nothing_found"
    # Of a feed.
    EMPTY = "empty"
    NOT_A_FEED = "not_a_feed"
    NO_FEED_NAMED = "no_feed_named"
    TOO_COMPLEX = "too_complex"


SENTENCES: Final[dict[Problem, str | Promise]] = {
    Problem.NOT_A_URL: _("This is not a web address. It starts with https://"),
    Problem.PRIVATE_ADDRESS: _(
        "This address is inside a private network. Only public websites can be fetched."
    ),
    Problem.DNS: _("There is no website with this name. Check the address for typing errors."),
    Problem.TIMEOUT: _("The website did not answer in time. Try again in a minute."),
    Problem.UNREACHABLE: _("The website could not be reached. Try again in a minute."),
    Problem.TLS: _("The website has no valid certificate, so it was not opened."),
    Problem.NOT_FOUND: _("The website has no page at this address. Check the address."),
    Problem.GONE: _("The website says that this feed has stopped for good."),
    Problem.FORBIDDEN: _("The website does not let us read this page. It may need signing in."),
    Problem.SITE_PROBLEM: _("The website has a problem of its own. Try again later."),
    Problem.TOO_LARGE: _("What the website sends is too large to read."),
    Problem.TOO_MANY_REDIRECTS: _("The website keeps sending us on to another address."),
    Problem.NOT_A_PAGE: _("This address is a file, not a web page."),
    Problem.NOTHING_FOUND: _("The page says nothing about itself: no title was found."),
    Problem.EMPTY: _("The website sent an empty answer."),
    Problem.NOT_A_FEED: _("There is no RSS, Atom or JSON feed at this address."),
    Problem.NO_FEED_NAMED: _(
        "This is a web page, and it names no feed. Look for the address of its RSS feed."
    ),
    Problem.TOO_COMPLEX: _("The feed is put together in a way that cannot be read."),
}

_OF_FETCH: Final = {
    http.Reason.NOT_A_URL: Problem.NOT_A_URL,
    http.Reason.PRIVATE_ADDRESS: Problem.PRIVATE_ADDRESS,
    http.Reason.PORT: Problem.PRIVATE_ADDRESS,
    http.Reason.DNS: Problem.DNS,
    http.Reason.TIMEOUT: Problem.TIMEOUT,
    http.Reason.REFUSED: Problem.UNREACHABLE,
    http.Reason.BROKEN: Problem.UNREACHABLE,
    http.Reason.TLS: Problem.TLS,
    http.Reason.TOO_LARGE: Problem.TOO_LARGE,
    http.Reason.TOO_MANY_REDIRECTS: Problem.TOO_MANY_REDIRECTS,
    http.Reason.CONTENT_TYPE: Problem.NOT_A_PAGE,
}
_OF_READING: Final = {
    "empty": Problem.EMPTY,
    "html": Problem.NO_FEED_NAMED,
    "unknown": Problem.NOT_A_FEED,
    "too_complex": Problem.TOO_COMPLEX,
}


def explained(problem: str) -> str:
    """A sentence for people, in their language; "" for nothing wrong."""
    return str(SENTENCES[Problem(problem)]) if problem else ""


def problem_of(failure: http.FetchFailed) -> Problem:
    if failure.reason is not http.Reason.STATUS:
        return _OF_FETCH[failure.reason]
    if failure.status == http.GONE:
        return Problem.GONE
    if failure.status == http.NOT_FOUND:
        return Problem.NOT_FOUND
    return Problem.FORBIDDEN if failure.status in http.FORBIDDEN else Problem.SITE_PROBLEM


def problem_of_reading(refusal: NotAFeed) -> Problem:
    return _OF_READING[refusal.reason]
