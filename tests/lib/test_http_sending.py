"""Sending with the guarded client, to real servers on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.lib.site import Site, running
from vaandel.lib.http import FetchFailed, Reason, post


class Letterbox(Site):
    def do_POST(self) -> None:  # noqa: N802 - the name is the library's
        self.received = self.rfile.read(int(self.headers["Content-Length"]))
        getattr(self, f"page_{self.path.strip('/')}")()

    def page_echo(self) -> None:
        agent = self.headers["User-Agent"].encode()
        self.answer(self.received + b"|" + agent, 201, X_Kind=self.headers["Content-Type"])

    def page_refused(self) -> None:
        self.answer(b"No such hook", 404, Retry_After="7")

    def page_elsewhere(self) -> None:
        self.answer(b"", 302, Location="http://169.254.169.254/latest/meta-data/")

    def page_long(self) -> None:
        self.answer(b"x" * 100_000, 500)


@pytest.fixture
def letterbox(settings: Any) -> Iterator[str]:
    with running(Letterbox) as place:
        settings.FETCH_ALLOWED_HOSTS = [place]
        settings.PUBLIC_URL = "https://vaandel.example"
        yield f"http://{place}"


def test_what_is_sent_arrives(letterbox: str) -> None:
    answer = post(f"{letterbox}/echo", b"Hello", headers={"Content-Type": "text/plain"})

    assert answer.status == 201
    assert answer.body == b"Hello|Vaandel/1 (messages; +https://vaandel.example)"
    assert answer.headers["x-kind"] == "text/plain"


def test_a_refusal_is_an_answer(letterbox: str) -> None:
    answer = post(f"{letterbox}/refused", b"Hello", headers={})

    assert (answer.status, answer.body, answer.headers["retry-after"]) == (
        404,
        b"No such hook",
        "7",
    )


def test_a_redirect_is_not_followed(letterbox: str) -> None:
    assert post(f"{letterbox}/elsewhere", b"Hello", headers={}).status == 302


def test_a_long_answer_is_cut(letterbox: str) -> None:
    assert len(post(f"{letterbox}/long", b"Hello", headers={}, max_bytes=50).body) == 50


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://push.example/send", Reason.NOT_A_URL),
        ("https://127.0.0.1/send", Reason.PRIVATE_ADDRESS),
        ("https://169.254.169.254/send", Reason.PRIVATE_ADDRESS),
        ("https://[::1]/send", Reason.PRIVATE_ADDRESS),
        ("https://192.0.2.1:8443/send", Reason.PORT),
        ("ftp://push.example/send", Reason.NOT_A_URL),
    ],
)
def test_only_public_machines_are_asked_and_over_https(url: str, reason: Reason) -> None:
    with pytest.raises(FetchFailed) as failure:
        post(url, b"Hello", headers={})

    assert failure.value.reason == reason
