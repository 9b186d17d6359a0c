"""Who is a person and who is not: the visitors in `visitors.toml`, each judged as a request."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from vaandel.links import visits
from vaandel.links.agents import MAX_FAMILY, agent_of
from vaandel.links.kinds import WHY, Kind
from vaandel.links.visits import Visit, referrer_host, visit_of

VISITORS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("visitors.toml").read_text(encoding="utf-8")
)["visitor"]
OWN_HOSTS = frozenset({"vaandel.example"})
CHROME = VISITORS[0]["agent"]


def environ_of(visitor: dict[str, Any]) -> dict[str, str]:
    """What the server is told, with the language that every browser sends."""
    headers = {
        "User-Agent": visitor["agent"],
        "Accept-Language": "nl",
        **visitor.get("headers", {}),
    }
    return {
        "REQUEST_METHOD": visitor.get("method", "GET"),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }


@pytest.mark.parametrize("visitor", VISITORS, ids=[visitor["name"] for visitor in VISITORS])
def test_a_visitor_is_judged(visitor: dict[str, Any]) -> None:
    environ = environ_of(visitor)

    visit = visit_of(environ, OWN_HOSTS)

    assert (visit.kind, visit.family) == (visitor["kind"], visitor["family"])
    assert 0 < len(visit.family) <= MAX_FAMILY
    assert visitor["seen"]
    # From memory it is the same.
    assert visit_of(environ, OWN_HOSTS) == visit


def test_there_are_enough_visitors_of_each_kind() -> None:
    kinds = Counter(visitor["kind"] for visitor in VISITORS)

    assert len({visitor["name"] for visitor in VISITORS}) == len(VISITORS)
    assert len({visitor["agent"] for visitor in VISITORS}) >= 180
    assert {
        kind: count >= 10 for kind, count in kinds.items() if kind != Kind.SELF
    } == dict.fromkeys(["HUMAN", "PREVIEW", "BOT", "PREFETCH", "SCANNER"], True)


@pytest.mark.parametrize(
    ("changed", "browser"),
    [
        ({}, True),
        # Something else is wrong with these, but they look like a person's browser.
        ({"REQUEST_METHOD": "HEAD"}, True),
        ({"HTTP_ACCEPT_LANGUAGE": ""}, True),
        ({"HTTP_USER_AGENT": "curl/8.5.0"}, False),
        ({"HTTP_USER_AGENT": "Twitterbot/1.0"}, False),
        ({"HTTP_USER_AGENT": ""}, False),
    ],
)
def test_a_visit_says_whether_it_looks_like_a_browser(
    changed: dict[str, str], browser: bool
) -> None:
    given = {"REQUEST_METHOD": "GET", "HTTP_USER_AGENT": CHROME, "HTTP_ACCEPT_LANGUAGE": "nl"}

    assert visit_of({**given, **changed}, OWN_HOSTS).browser is browser


def test_a_request_without_anything_is_nobody() -> None:
    assert visit_of({}, frozenset()) == Visit(Kind.BOT, "nameless", "", False)


@pytest.mark.parametrize(
    ("headers", "rule"),
    [
        ({"REQUEST_METHOD": "POST", "HTTP_PURPOSE": "prefetch"}, "other_method"),
        ({"HTTP_PURPOSE": "prefetch", "HTTP_USER_AGENT": "Mimecast/1"}, "loaded_ahead"),
        ({"HTTP_USER_AGENT": "Mimecast/1 Twitterbot"}, "mail_scanner"),
        ({"HTTP_USER_AGENT": "Twitterbot/1.0"}, "link_preview"),
        ({"HTTP_USER_AGENT": "curl/8"}, "robot"),
        ({"HTTP_USER_AGENT": ""}, "nameless"),
        ({"HTTP_SEC_FETCH_DEST": "image", "HTTP_ACCEPT_LANGUAGE": ""}, "part_of_a_page"),
        ({"HTTP_ACCEPT_LANGUAGE": ""}, "without_language"),
    ],
)
def test_the_first_rule_with_an_opinion_decides(headers: dict[str, str], rule: str) -> None:
    environ = {"REQUEST_METHOD": "GET", "HTTP_USER_AGENT": CHROME, "HTTP_ACCEPT_LANGUAGE": "nl"}
    environ |= headers
    asked = visits.Asked(
        agent=agent_of(environ["HTTP_USER_AGENT"]),
        method=environ["REQUEST_METHOD"],
        ahead=("", environ.get("HTTP_PURPOSE", ""), "", ""),
        mode="",
        target=environ.get("HTTP_SEC_FETCH_DEST", ""),
        has_language=bool(environ["HTTP_ACCEPT_LANGUAGE"]),
    )

    decides = next(one for one in visits.RULES if one(asked) is not None)

    assert decides.__name__ == rule
    assert visits.judge(asked) == visit_of(environ, frozenset()).kind == decides(asked)


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("https://www.linkedin.com/feed/update/urn:li:activity:7/?utm=1", "www.linkedin.com"),
        ("https://user:secret@mail.example:8443/inbox#top", "mail.example"),
        ("android-app://com.linkedin.android/", "com.linkedin.android"),
        ("", ""),
        ("nonsense", ""),
        ("https://[broken", ""),
        ("https://bé.example/", ""),
        ("https://" + "a" * 200 + ".example/", "a" * 120),
        ("https://news.example/" + "a" * 9000, "news.example"),
    ],
)
def test_only_the_host_of_a_referrer_is_kept(referrer: str, host: str) -> None:
    assert referrer_host(referrer) == host


def test_what_is_remembered_is_bounded() -> None:
    for number in range(20):
        visit_of(
            {"HTTP_USER_AGENT": f"{number}" * 100_000, "HTTP_REFERER": "x" * 100_000}, OWN_HOSTS
        )

    assert visits._verdict.cache_info().maxsize == visits.REMEMBERED_VERDICTS
    assert visits._referrer.cache_info().maxsize == visits.REMEMBERED_REFERRERS
    # The same to the last character that is looked at, so one entry.
    before = visits._verdict.cache_info().misses
    visit_of({"HTTP_USER_AGENT": "0" * 200_000, "HTTP_REFERER": ""}, OWN_HOSTS)
    assert visits._verdict.cache_info().misses == before


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_every_kind_says_why(language: str) -> None:
    assert set(WHY) == set(Kind)
    with translation.override(language):
        texts = [str(WHY[kind]) for kind in Kind]
    assert len(set(texts)) == len(texts)
    assert all(text.endswith(".") for text in texts)
