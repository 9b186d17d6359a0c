"""X as its documentation has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from tests.channels.conformance.harness import BehindProxy, Harness, Mixed, Standing
from tests.networks.lossy import Proxy, lossy
from tests.networks.stub import Post, serve
from tests.networks.x import X, shortened
from vaandel.channels.adapter import Account, App, Departure

BACK = "https://vaandel.example/accounts/connect/x/back/"
SECRET = "a-secret-of-the-application-at-x"


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


class XHarness(BehindProxy):
    channel: ClassVar[str] = "x"
    longest: ClassVar[int | None] = 280
    renews: ClassVar[bool] = True
    used_once: ClassVar[bool] = True
    last_step: ClassVar[tuple[str, str]] = ("POST", r"^/2/tweets$")

    def __init__(self, proxy: Proxy, stub: X) -> None:
        super().__init__(proxy)
        self.stub = stub

    @property
    def addresses(self) -> Mapping[str, str]:
        return {"X_WWW": self.proxy.url, "X_API": self.proxy.url}

    def reset(self) -> None:
        self.proxy.calm()
        self.stub.reset()
        self.stub.settings.client_secret = SECRET

    def app(self) -> App:
        client = self.stub.settings.client_id
        return App(channel="x", redirect_uri=BACK, client_id=client, client_secret=SECRET)

    def allow(self, departure: Departure) -> Mapping[str, str]:
        return query_of(self.stub.allow(departure.url))

    def decline(self, departure: Departure) -> Mapping[str, str]:
        return query_of(self.stub.cancel(departure.url))

    def mixed_up(self, first: Departure, second: Departure) -> Sequence[Mixed]:
        """A code that was caught fits no other departure."""
        return [Mixed(second.kept, self.allow(first)), Mixed(first.kept, self.allow(second))]

    def standing(self) -> list[Standing]:
        return [self.seen(post) for post in self.stub.live]

    def seen(self, post: Post) -> Standing:
        ids = post.sent.get("media", {}).get("media_ids", ())
        links = [each["expanded_url"] for each in shortened(post.text)[1]]
        return Standing(post.text, links, [self.stub.media[each].alt_text for each in ids])

    def break_down(self) -> None:
        self.stub.fail_next(*self.last_step)

    def throttle(self, until: datetime) -> None:
        headers = {"x-rate-limit-reset": str(int(until.timestamp()))}
        self.stub.fail_next(*self.last_step, 429, headers=headers)

    def kill(self, account: Account) -> None:
        self.stub.revoke_all(account.remote_id)

    def ripen(self, account: Account) -> None:
        """They may be renewed at any time."""


@contextmanager
def running() -> Iterator[Harness]:
    with serve(X()) as stub, lossy(stub.url) as proxy:
        yield XHarness(proxy, stub)
