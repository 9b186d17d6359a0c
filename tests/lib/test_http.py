"""The guarded client against real servers on this machine, and against every way round it."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from vaandel.lib.addresses import is_public
from vaandel.lib.http import Client, FetchFailed, Reason, Resolve, Wanted, get

NOT_ASKED = {Reason.PRIVATE_ADDRESS, Reason.NOT_A_URL, Reason.DNS}
BOMB = gzip.compress(b"\0" * 50_000_000)


class Site(BaseHTTPRequestHandler):
    """Pages that behave well and badly."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Host"]))
        name = self.path.strip("/").partition("?")[0] or "page"
        getattr(self, f"page_{name}", self.page_missing)()

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def page_page(self) -> None:
        self.answer(b"<p>Hello", Content_Type="text/html; charset=utf-8", ETag='"7"')

    def page_missing(self) -> None:
        self.answer(b"", 404)

    def page_gone(self) -> None:
        self.answer(b"", 410)

    def page_same(self) -> None:
        unchanged = self.headers["If-None-Match"] == '"7"'
        self.answer(b"", 304 if unchanged else 200)

    def page_moved(self) -> None:
        self.answer(b"", 301, Location="/page#part")

    def page_later(self) -> None:
        self.answer(b"", 302, Location="/moved")

    def page_loop(self) -> None:
        self.answer(b"", 302, Location="/loop")

    def page_inside(self) -> None:
        self.answer(b"", 302, Location="http://169.254.169.254/latest/meta-data/")

    def page_file(self) -> None:
        self.answer(b"", 302, Location="file:///etc/passwd")

    def page_gzip(self) -> None:
        self.answer(gzip.compress(b"Hello " * 1000), Content_Encoding="gzip")

    def page_deflate(self) -> None:
        self.answer(zlib.compress(b"Hello"), Content_Encoding="deflate")

    def page_rawdeflate(self) -> None:
        self.answer(zlib.compress(b"Hello")[2:-4], Content_Encoding="deflate")

    def page_bomb(self) -> None:
        self.answer(BOMB, Content_Encoding="gzip")

    def page_notgzip(self) -> None:
        self.answer(b"plain", Content_Encoding="gzip")

    def page_strange(self) -> None:
        self.answer(b"plain", Content_Encoding="br")

    def page_large(self) -> None:
        self.answer(b"x" * 2000)

    def page_endless(self) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for _ in range(1000):
            self.wfile.write(b"x" * 1000)

    def page_pdf(self) -> None:
        self.answer(b"%PDF", Content_Type="application/pdf")

    def page_drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(50):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def page_short(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"x")
        self.close_connection = True

    def page_agent(self) -> None:
        self.answer(self.headers["User-Agent"].encode())

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """We hang up on purpose."""


@contextmanager
def running(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site(settings: Any) -> Iterator[str]:
    Site.asked = []
    with running(Site) as host:
        settings.FETCH_ALLOWED_HOSTS = [host]
        yield f"http://{host}"


def says(*answers: list[str]) -> Resolve:
    """A name server that gives these answers, one after the other."""
    left = list(answers)

    def resolve(_host: str, _port: int) -> list[str]:
        return left.pop(0)

    return resolve


def reason_of(url: str, **options: Any) -> Reason:
    with pytest.raises(FetchFailed) as failure:
        get(url, **options)
    return failure.value.reason


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


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "news.example/article",
        "//news.example/",
        "ftp://news.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "https://news.example@evil.example/",
        "https://user:pass@news.example/",
        "http://news.example\\@127.0.0.1/",
        "http://[::1",
        "http://news.example:99999/",
        "http://a b.example/",
        "https://news.example/" + "a" * 2000,
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert reason_of(url) == Reason.NOT_A_URL


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "localhost",
        "10.0.0.5",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "2852039166",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:7f00:1::]",
        "[2002:a9fe:a9fe::1]",
        "[2001:0:53aa:64c::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[ff02::1]",
    ],
)
def test_machines_inside_are_never_asked(host: str) -> None:
    assert reason_of(f"http://{host}/") in NOT_ASKED


@pytest.mark.parametrize("port", [22, 25, 6379, 8080])
def test_other_ports_are_not_asked(port: int) -> None:
    assert reason_of(f"http://93.184.216.34:{port}/") == Reason.PORT


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2a00:1450:400e:80c::200e", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("2002:808:808::1", True),
        ("64:ff9b:1::808:808", False),
        ("192.0.0.8", False),
        ("192.88.99.1", False),
        ("198.18.0.1", False),
        ("fe80::1%eth0", False),
        ("no address", False),
    ],
)
def test_only_public_addresses_pass(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    client = Client(resolve=says(["93.184.216.34", "10.0.0.5"]))

    with pytest.raises(FetchFailed) as failure:
        client.fetch("http://two-faced.example/", Wanted())

    assert failure.value.reason == Reason.PRIVATE_ADDRESS


def test_a_name_that_changes_its_mind_after_the_check_is_not_looked_up_again(site: str) -> None:
    """The classic way round: public at the check, private at the connection."""
    port = int(site.rpartition(":")[2])
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    client = Client(allowed=frozenset({f"rebound.example:{port}"}), resolve=says(*answers))

    fetched = client.fetch(f"http://rebound.example:{port}/page", Wanted())

    assert fetched.body == b"<p>Hello"
    assert Site.asked == [("/page", f"rebound.example:{port}")]


def test_each_hop_is_looked_up_anew(site: str) -> None:
    """A redirect back to the same name, that has become a private one."""
    port = int(site.rpartition(":")[2])
    answers = [["127.0.0.1"], ["10.0.0.5"]]
    client = Client(allowed=frozenset({f"first.example:{port}"}), resolve=says(*answers))

    with pytest.raises(FetchFailed) as failure:
        client.fetch(f"http://first.example:{port}/inside", Wanted())

    assert failure.value.reason == Reason.PRIVATE_ADDRESS
    assert Site.asked == [("/inside", f"first.example:{port}")]
