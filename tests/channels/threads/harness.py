"""Threads under the cases of every network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from tests.channels.conformance.bench import LINK, a_card
from tests.channels.conformance.harness import BehindProxy, Mixed, Standing
from tests.networks.lossy import Proxy, lossy
from tests.networks.stub import Post, serve
from tests.networks.threads import METRICS, Threads
from vaandel.channels.adapter import Account, App, Departure

REDIRECT = "https://vaandel.example/accounts/connect/threads/back/"
# What Threads finds on the pages that links lead to.
TITLES = {LINK: a_card().title}


class ThreadsHarness(BehindProxy):
    """``pictures``: those of the cases have no public address from which Threads could get them."""

    channel: ClassVar = "threads"
    longest: ClassVar = 500
    renews: ClassVar = True
    revokes: ClassVar = False
    says_when: ClassVar = False
    pictures: ClassVar = 0
    never_told: ClassVar = frozenset({"saves"})
    last_step: ClassVar = ("POST", "/threads_publish")

    def __init__(self, network: Threads, proxy: Proxy) -> None:
        super().__init__(proxy)
        self.network = network

    @property
    def addresses(self) -> Mapping[str, str]:
        return {"THREADS_WWW": self.proxy.url, "THREADS_API": self.proxy.url}

    def reset(self) -> None:
        self.network.reset()
        self.network.skipped = 0.0
        self.proxy.calm()
        self.network.metrics = Metrics()

    def app(self) -> App:
        return an_app()

    def allow(self, departure: Departure) -> Mapping[str, str]:
        return query_of(self.network.allow(departure.url))

    def decline(self, departure: Departure) -> Mapping[str, str]:
        return query_of(self.network.cancel(departure.url))

    def mixed_up(self, *_: Departure) -> Sequence[Mixed]:
        """Threads gives back the state, which is looked at before."""
        return ()

    def standing(self) -> list[Standing]:
        return [as_seen(post) for post in self.network.live]

    def break_down(self) -> None:
        self.network.fail_next(*self.last_step, status=503)

    def throttle(self, _: datetime) -> None:
        error = {"message": "Application request limit reached", "code": 4}
        self.network.fail_next(*self.last_step, status=403, body=json.dumps({"error": error}))

    def kill(self, _: Account) -> None:
        self.network.revoke_all("p1")

    def ripen(self, _: Account) -> None:
        self.network.skip(86_401)


class Metrics(dict[str, dict[str, int]]):
    def get(self, *_: Any) -> dict[str, int]:
        return dict.fromkeys(METRICS, 1)


def an_app(**more: Any) -> App:
    usual: dict[str, Any] = {
        "redirect_uri": REDIRECT,
        "client_id": "client",
        "client_secret": "client-secret",
    }
    return App(channel="threads", **{**usual, **more})


def query_of(url: str) -> dict[str, str]:
    assert url.startswith(REDIRECT)
    return dict(parse_qsl(urlsplit(url).query))


def as_seen(post: Post) -> Standing:
    link = post.sent.get("link_attachment", "")
    alt = post.sent.get("alt_text", "")
    return Standing(
        text=post.text,
        links=[link] if link else [],
        alts=[alt] if alt else [],
        card_title=TITLES.get(link, ""),
    )


@contextmanager
def running() -> Iterator[ThreadsHarness]:
    with serve(Threads()) as network, lossy(network.url) as proxy:
        yield ThreadsHarness(network, proxy)
