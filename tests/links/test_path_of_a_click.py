"""From a request on a short link to a counted click."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from tests.links.visitor import Visitor
from vaandel.links import reading, spool
from vaandel.links.addresses import ended_url, short_url
from vaandel.links.ingest import ingest_clicks
from vaandel.links.memory import Shared, Variety
from vaandel.links.models import Click, Kind, Link, LinkDay
from vaandel.links.queries import Kinds, clicks_per_day, clicks_per_link, kinds
from vaandel.links.services import end_links, revive_links

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_a_short_address_is_on_the_domain_of_links(link: Link, settings: Any) -> None:
    settings.LINK_URL = "https://go.example"

    assert short_url(link) == f"https://go.example/s/{link.code}"


def test_a_visitor_is_sent_on_and_counted(visitor: Visitor, link: Link) -> None:
    body = visitor.asks(f"/s/{link.code}", HTTP_REFERER="https://www.linkedin.com/feed/?x=1")

    assert (visitor.status, body) == ("302 Found", b"")
    assert visitor.headers == {
        "Location": "https://news.example/a?utm_source=linkedin",
        "Content-Length": "0",
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "X-Robots-Tag": "noindex",
    }
    assert ingest_clicks() == 1
    click = Click.objects.get()
    assert (click.link, click.organization_id) == (link, link.organization_id)
    assert (click.kind, click.referrer_host, click.family) == (
        Kind.HUMAN,
        "www.linkedin.com",
        "Chrome",
    )
    assert timezone.now() - click.at < timedelta(minutes=1)
    assert clicks_per_link([link.pk, 999]) == {link.pk: 1, 999: 0}


def test_the_spool_holds_no_address_page_or_full_user_agent(
    visitor: Visitor, link: Link, settings: Any
) -> None:
    visitor.asks(
        f"/s/{link.code}",
        REMOTE_ADDR="203.0.113.9",
        HTTP_REFERER="https://mail.example/inbox/private?id=7",
        HTTP_COOKIE="vaandel_session=secret",
    )

    (file,) = spool.files(settings.SPOOL_DIR)
    text = file.read_text()
    assert '"mail.example"' in text
    for private in ("203.0.113.9", "inbox", "Windows", "142.0", "secret"):
        assert private not in text


def test_what_is_no_person_is_kept_apart(visitor: Visitor, link: Link) -> None:
    visitor.asks(f"/s/{link.code}")
    visitor.asks(f"/s/{link.code}", HTTP_USER_AGENT="LinkedInBot/1.0")
    visitor.asks(f"/s/{link.code}", method="HEAD")
    visitor.asks(f"/s/{link.code}", HTTP_SEC_PURPOSE="prefetch;prerender")
    visitor.asks(f"/s/{link.code}", HTTP_REFERER="http://127.0.0.1:8000/o/acme/impact/")

    assert ingest_clicks() == 5
    assert ingest_clicks() == 0
    assert kinds([link.pk]) == Kinds(
        clicks=1, left_out={Kind.PREVIEW: 1, Kind.BOT: 1, Kind.PREFETCH: 1, Kind.SELF: 1}
    )
    assert kinds([link.pk]).left_out_total == 4
    assert clicks_per_day([link.pk], since=date(2026, 1, 1)) == {
        link.pk: {timezone.now().astimezone(UTC).date(): 1}
    }


def test_a_second_batch_adds_to_the_same_day(visitor: Visitor, link: Link) -> None:
    visitor.asks(f"/s/{link.code}")
    ingest_clicks()
    visitor.asks(f"/s/{link.code}", REMOTE_ADDR="198.51.100.2")
    ingest_clicks()

    assert LinkDay.objects.get().count == 2


def test_an_ended_link_leads_to_the_friendly_page_and_can_be_revived(
    visitor: Visitor, link: Link
) -> None:
    assert end_links([link.pk], at=NOW) == 1
    assert end_links([link.pk], at=NOW + timedelta(days=1)) == 0

    visitor.asks(f"/s/{link.code}")
    assert visitor.headers["Location"] == ended_url(link.code)
    ingest_clicks()
    assert kinds([link.pk]) == Kinds(clicks=0, left_out={Kind.ENDED: 1})

    assert revive_links([link.pk]) == 1
    assert revive_links([link.pk]) == 0
    visitor.app = visitor.started()  # another process, that did not know the link
    visitor.asks(f"/s/{link.code}")
    assert visitor.headers["Location"] == link.target_url


def test_other_methods_are_refused(visitor: Visitor, link: Link) -> None:
    visitor.asks(f"/s/{link.code}", method="POST")

    assert visitor.status == "405 Method Not Allowed"
    assert visitor.headers["Allow"] == "GET, HEAD"
    assert ingest_clicks() == 0


@pytest.mark.parametrize("path", ["/", "/s/", "/s/zzzzzzzzz", "/s/../../etc", "/o/acme/"])
def test_everything_else_is_for_django(visitor: Visitor, path: str) -> None:
    assert visitor.asks(path) == b"Django"


def test_a_code_typed_in_capitals_or_with_a_slash_works(visitor: Visitor, link: Link) -> None:
    visitor.asks(f"/s/{link.code.upper()}/")

    assert visitor.status == "302 Found"


def test_a_full_disk_does_not_stop_the_answer(visitor: Visitor, link: Link, settings: Any) -> None:
    Path(settings.SPOOL_DIR).mkdir()
    visitor.app.writer = spool.Writer(Path("/dev/full"))

    visitor.asks(f"/s/{link.code}")

    assert visitor.status == "302 Found"
    assert visitor.app.writer.lost == 1


def test_an_unknown_code_without_a_database_asks_for_patience(
    visitor: Visitor, link: Link, monkeypatch: Any
) -> None:
    def gone(sql: str, parameters: list[Any]) -> list[Any]:
        raise DatabaseError(sql)

    monkeypatch.setattr(reading, "_select", gone)

    body = visitor.asks(f"/s/{link.code}")

    assert (visitor.status, visitor.headers["Retry-After"]) == ("503 Service Unavailable", "5")
    assert b"Please try again in a minute." in body


def test_links_are_answered_without_the_package_for_a_key_server(
    visitor: Visitor, link: Link, settings: Any, monkeypatch: Any, caplog: Any
) -> None:
    settings.VALKEY_URL = "valkey://127.0.0.1:1"
    monkeypatch.setitem(sys.modules, "vaandel.links.valkey", None)
    monkeypatch.setattr(threading.Thread, "start", lambda _thread: None)

    visitor.app.start(Shared())

    assert "pip install 'vaandel[valkey]'" in caplog.text
    visitor.asks(f"/s/{link.code}")
    assert visitor.status == "302 Found"


def test_who_makes_sites_up_does_not_fill_the_sums(
    visitor: Visitor, link: Link, monkeypatch: Any
) -> None:
    monkeypatch.setattr(visitor.app, "_hosts", Variety(2))
    for number in range(4):
        visitor.asks(
            f"/s/{link.code}",
            REMOTE_ADDR=f"198.51.100.{number}",
            HTTP_REFERER=f"https://made-up-{number}.example/",
        )
    ingest_clicks()

    hosts = Click.objects.order_by("id").values_list("referrer_host", flat=True)
    assert list(hosts) == ["made-up-0.example", "made-up-1.example", "", ""]
    assert clicks_per_link([link.pk]) == {link.pk: 4}


def test_tomorrow_there_is_room_again() -> None:
    variety = Variety(1)

    assert [variety.kept(text, 0.0) for text in "aba"] == ["a", "", "a"]
    assert variety.kept("b", 86_400.0) == "b"
