"""The guarded client against real servers on this machine."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from tests.lib.site import BOMB, reason_of
from vaandel.lib.http import Client, FetchFailed, Reason, Wanted, get


def test_a_page_is_fetched(site: str) -> None:
    fetched = get(f"{site}/page")

    assert (fetched.status, fetched.body, fetched.content_type) == (200, b"<p>Hello", "text/html")
    assert (fetched.url, fetched.final_url, fetched.moved_for_good) == (
        f"{site}/page",
        f"{site}/page",
        "",
    )
    assert fetched.headers["etag"] == '"7"'


def test_it_says_who_it_is(site: str, settings: Any) -> None:
    settings.PUBLIC_URL = "https://vaandel.example"

    assert get(f"{site}/agent").body == (
        b"Vaandel/1 (link previews and feeds; +https://vaandel.example)"
    )


def test_redirects_are_followed_and_a_lasting_move_is_told(site: str) -> None:
    assert get(f"{site}/moved").final_url == f"{site}/page"
    assert get(f"{site}/moved").moved_for_good == f"{site}/page"
    assert get(f"{site}/later").final_url == f"{site}/page"
    assert get(f"{site}/later").moved_for_good == ""


def test_a_condition_can_be_answered_with_nothing_new(site: str) -> None:
    assert get(f"{site}/same", headers={"If-None-Match": '"7"'}).status == 304


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("loop", Reason.TOO_MANY_REDIRECTS),
        ("inside", Reason.PRIVATE_ADDRESS),
        ("file", Reason.NOT_A_URL),
        ("missing", Reason.STATUS),
        ("gone", Reason.STATUS),
        ("notgzip", Reason.BROKEN),
        ("strange", Reason.BROKEN),
        ("short", Reason.BROKEN),
    ],
)
def test_each_bad_answer_has_its_reason(site: str, page: str, reason: Reason) -> None:
    assert reason_of(f"{site}/{page}") == reason


def test_a_refusal_carries_its_status(site: str) -> None:
    with pytest.raises(FetchFailed) as failure:
        get(f"{site}/gone")

    assert failure.value.status == 410
    assert str(failure.value) == "status: 410"


def test_other_kinds_of_content_are_refused(site: str) -> None:
    assert reason_of(f"{site}/pdf", accept=["text/html"]) == Reason.CONTENT_TYPE
    assert get(f"{site}/pdf", accept=["application/pdf"]).body == b"%PDF"


@pytest.mark.parametrize("page", ["large", "endless"])
def test_a_body_that_is_too_large_is_refused_or_cut(site: str, page: str) -> None:
    assert reason_of(f"{site}/{page}", max_bytes=1000) == Reason.TOO_LARGE
    assert len(get(f"{site}/{page}", max_bytes=1000, cut=True).body) == 1000


@pytest.mark.parametrize(
    ("page", "body"),
    [("gzip", b"Hello " * 1000), ("deflate", b"Hello"), ("rawdeflate", b"Hello")],
)
def test_compressed_pages_are_read(site: str, page: str, body: bytes) -> None:
    assert get(f"{site}/{page}").body == body


def test_a_small_body_cannot_grow_without_limit(site: str) -> None:
    assert len(BOMB) < 60_000
    assert reason_of(f"{site}/bomb", max_bytes=1_000_000) == Reason.TOO_LARGE


def test_a_server_that_drips_is_left(site: str) -> None:
    started = time.monotonic()

    assert reason_of(f"{site}/drip", timeout=0.3) == Reason.TIMEOUT
    assert time.monotonic() - started < 1.0


def test_a_name_server_that_is_slow_is_left() -> None:
    def slow(_host: str, _port: int) -> list[str]:
        time.sleep(0.5)
        return ["93.184.216.34"]

    with pytest.raises(FetchFailed) as failure:
        Client(resolve=slow).fetch("http://slow.example/", Wanted(), seconds=0.1)

    assert failure.value.reason == Reason.TIMEOUT


def test_a_closed_port_and_an_unknown_name_have_their_reasons(settings: Any) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{held.getsockname()[1]}"
        settings.FETCH_ALLOWED_HOSTS = [host]

        assert reason_of(f"http://{host}/") == Reason.REFUSED

    assert reason_of("http://no-such-name.invalid/") == Reason.DNS


def test_a_server_without_certificate_has_its_reason(site: str) -> None:
    assert reason_of(site.replace("http:", "https:")) == Reason.TLS
