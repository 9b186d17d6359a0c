"""The page of tags for preview crawlers, where an organisation wants it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError

from tests.links.visitor import Visitor
from vaandel.links import reading
from vaandel.links.ingest import ingest_clicks
from vaandel.links.models import Campaign, Kind, Link, LinkSettings
from vaandel.links.queries import Kinds, kinds
from vaandel.links.services import end_links, save_campaign
from vaandel.organizations.models import Organization

LINKEDIN = {"HTTP_USER_AGENT": "LinkedInBot/1.0 (compatible; Mozilla/5.0)"}
OWN = "go.acme.example"
HOSTILE = """"><script>alert('1')</script> & 'so' on"""


@pytest.fixture
def switched_on(acme: Organization) -> LinkSettings:
    return LinkSettings.objects.create(organization=acme, crawler_cards=True)


@pytest.fixture
def campaign(acme: Organization, link: Link) -> Campaign:
    made = save_campaign(
        organization=acme,
        key="post:1",
        title="Heat from the canal",
        description="A first street in Delft.",
        image_url="https://img.example/1.jpg",
    )
    Link.objects.filter(pk=link.pk).update(campaign=made)
    return made


class Page(HTMLParser):
    """A page as a crawler reads it."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.tags: dict[str, str] = {}
        self.links: list[str] = []
        self.elements: list[str] = []
        self.title = ""
        self.feed(body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append(tag)
        if name := given.get("property") or given.get("name"):
            self.tags[name] = given["content"]
        if tag == "a":
            self.links.append(given["href"])

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1] == "title":
            self.title += data.rstrip("\n")


def test_without_it_crawlers_are_sent_on(visitor: Visitor, link: Link, campaign: Campaign) -> None:
    assert visitor.asks(f"/s/{link.code}", **LINKEDIN) == b""
    assert visitor.headers["Location"] == link.target_url


def test_the_card_says_what_the_link_is_about_and_names_itself(
    visitor: Visitor, link: Link, campaign: Campaign, switched_on: LinkSettings, settings: Any
) -> None:
    settings.LINK_URL = "https://l.example"

    body = visitor.asks(f"/s/{link.code.upper()}/", HTTP_HOST="app.internal:8000", **LINKEDIN)

    assert visitor.status == "200 OK"
    assert visitor.headers == {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Content-Security-Policy": "default-src 'none'",
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }
    assert Page(body).tags == {
        "og:type": "article",
        "og:url": f"https://l.example/s/{link.code}",
        "og:title": "Heat from the canal",
        "og:description": "A first street in Delft.",
        "og:image": "https://img.example/1.jpg",
        "twitter:card": "summary_large_image",
    }
    assert Page(body).links == [link.target_url]
    ingest_clicks()
    assert kinds([link.pk]) == Kinds(clicks=0, left_out={Kind.PREVIEW: 1})


def test_on_an_own_domain_it_names_that_address(
    visitor: Visitor, link: Link, campaign: Campaign, switched_on: LinkSettings
) -> None:
    LinkSettings.objects.update(domain=OWN, domain_checked_at=link.created_at, version=2)
    visitor.app.cache.poll()

    body = visitor.asks(f"/{link.code}", HTTP_HOST=f"{OWN}:443", **LINKEDIN)

    assert Page(body).tags["og:url"] == f"https://{OWN}/{link.code}"


def test_hostile_words_stay_words(
    visitor: Visitor, link: Link, campaign: Campaign, switched_on: LinkSettings
) -> None:
    Campaign.objects.update(title=HOSTILE, description=HOSTILE, image_url="")
    Link.objects.update(target_url="https://news.example/?a=1&b='2'")

    body = visitor.asks(f"/s/{link.code}", **LINKEDIN)

    page = Page(body)
    assert page.elements == ["html", "head", "meta", "title", *["meta"] * 4, "body", "p", "a"]
    assert page.tags["og:title"] == page.tags["og:description"] == HOSTILE
    assert page.title == HOSTILE
    assert page.links == ["https://news.example/?a=1&b='2'"]
    assert "og:image" not in page.tags


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_USER_AGENT": "curl/8.5.0"},
        {"HTTP_SEC_PURPOSE": "prefetch"},
        {**LINKEDIN, "REQUEST_METHOD": "HEAD"},
    ],
)
def test_everybody_else_is_sent_on(
    visitor: Visitor,
    link: Link,
    campaign: Campaign,
    switched_on: LinkSettings,
    headers: dict[str, str],
) -> None:
    assert visitor.asks(f"/s/{link.code}", **headers) == b""
    assert (visitor.status, visitor.headers["Location"]) == ("302 Found", link.target_url)


def test_a_link_about_nothing_in_particular_is_sent_on(
    visitor: Visitor, link: Link, switched_on: LinkSettings
) -> None:
    visitor.asks(f"/s/{link.code}", **LINKEDIN)

    assert visitor.headers["Location"] == link.target_url


def test_a_campaign_without_a_title_is_sent_on(
    visitor: Visitor, link: Link, campaign: Campaign, switched_on: LinkSettings
) -> None:
    Campaign.objects.update(title="")

    visitor.asks(f"/s/{link.code}", **LINKEDIN)

    assert visitor.headers["Location"] == link.target_url


def test_an_ended_link_has_no_card(
    visitor: Visitor, link: Link, campaign: Campaign, switched_on: LinkSettings
) -> None:
    end_links([link.pk], at=link.created_at)

    assert visitor.asks(f"/s/{link.code}", **LINKEDIN) == b""
    assert visitor.headers["Location"].endswith(f"/over/{link.code}/")


@pytest.mark.parametrize("problem", [OperationalError, InterfaceError])
def test_without_a_database_crawlers_are_sent_on(
    visitor: Visitor,
    link: Link,
    campaign: Campaign,
    switched_on: LinkSettings,
    monkeypatch: pytest.MonkeyPatch,
    problem: type[Exception],
) -> None:
    visitor.asks(f"/s/{link.code}")

    def gone(sql: str, parameters: list[Any]) -> list[Any]:
        raise problem(sql)

    monkeypatch.setattr(reading, "_select", gone)

    assert visitor.asks(f"/s/{link.code}", **LINKEDIN) == b""
    assert visitor.headers["Location"] == link.target_url
