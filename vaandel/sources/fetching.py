"""Asks a website for its feed. Knows the network and no tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vaandel.lib import http
from vaandel.sources.preview import with_scheme
from vaandel.sources.problems import Problem, problem_of, problem_of_reading
from vaandel.sources.reading.apart import read_feed
from vaandel.sources.reading.charsets import decoded
from vaandel.sources.reading.entries import Feed, NotAFeed
from vaandel.sources.reading.pages import feed_addresses

FEED_BYTES: Final = 16 * 1024 * 1024
FEED_SECONDS: Final = 20.0
CANDIDATES: Final = 3


class FeedFailed(Exception):
    """No feed. `status` is of HTTP, `retry_after` in seconds; 0 when the website said none."""

    def __init__(self, problem: Problem, *, status: int = 0, retry_after: int = 0) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Answer:
    """`feed` is None when nothing changed. `url` is where the feed says it lives by now."""

    url: str
    feed: Feed | None
    etag: str = ""
    last_modified: str = ""


def fetch_feed(url: str, *, etag: str = "", last_modified: str = "") -> Answer:
    """Fetch a feed, if it changed; raises ``FeedFailed``."""
    fetched = _get(url, etag, last_modified)
    if fetched.status == http.NOT_MODIFIED:
        return Answer(url, None, etag, last_modified)
    try:
        return _read(fetched, url)
    except NotAFeed as refusal:
        raise FeedFailed(problem_of_reading(refusal)) from refusal


def find_feed(url: str) -> Answer:
    """The feed at an address, or the one that the web page there names; raises ``FeedFailed``."""
    address = with_scheme(url)
    fetched = _get(address, "", "")
    try:
        return _read(fetched, address)
    except NotAFeed as refusal:
        if refusal.reason != "html":
            raise FeedFailed(problem_of_reading(refusal)) from refusal
    page = decoded(fetched.body, fetched.headers.get("content-type", ""))
    failure = FeedFailed(Problem.NO_FEED_NAMED)
    for named in feed_addresses(page, fetched.final_url)[:CANDIDATES]:
        try:
            return fetch_feed(named)
        except FeedFailed as error:
            failure = error
    raise failure


def _get(url: str, etag: str, last_modified: str) -> http.Fetched:
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    try:
        return http.get(
            url,
            max_bytes=FEED_BYTES,
            timeout=FEED_SECONDS,
            headers={name: value for name, value in conditions.items() if value},
        )
    except http.FetchFailed as failure:
        after = failure.headers.get("retry-after", "")
        raise FeedFailed(
            problem_of(failure),
            status=failure.status,
            retry_after=int(after) if after.isdigit() and len(after) < 7 else 0,
        ) from failure


def _read(fetched: http.Fetched, url: str) -> Answer:
    content_type = fetched.headers.get("content-type", "")
    feed = read_feed(fetched.body, content_type=content_type, url=fetched.final_url)
    return Answer(
        url=fetched.moved_for_good or url,
        feed=feed,
        etag=_kept(fetched.headers.get("etag", ""), 300),
        last_modified=_kept(fetched.headers.get("last-modified", ""), 100),
    )


def _kept(value: str, limit: int) -> str:
    """A mark that was cut is no mark."""
    return value if len(value) <= limit and value.isascii() and value.isprintable() else ""
