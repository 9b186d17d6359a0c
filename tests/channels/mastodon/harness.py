"""Three servers that speak Mastodon's language: the usual one, and two with their own habits."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import httpx
from mastodon_mock.testing import MockServer

from tests.channels.conformance.harness import BehindProxy, Harness, Mixed, Standing
from tests.networks.asking import http
from tests.networks.lossy import Proxy, lossy
from tests.networks.mastodon_lenient import SNAC, TAKAHE, Lenient, Quirks
from tests.networks.stub import serve
from vaandel.channels.adapter import Account, App, Departure
from vaandel.channels.mastodon.adapter import ADAPTER

BACK = "https://vaandel.example/accounts/connect/mastodon/back/"
LINKS = re.compile(r"https?://\S+")


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


class MastodonHarness(BehindProxy):
    channel: ClassVar[str] = "mastodon"
    last_step: ClassVar[tuple[str, str]] = ("POST", r"^/api/v1/statuses$")
    never_told: ClassVar[frozenset[str]] = frozenset({"views", "saves", "quotes"})

    def __init__(self, proxy: Proxy) -> None:
        super().__init__(proxy)
        self.server = proxy.url.removeprefix("http://")

    @property
    def addresses(self) -> Mapping[str, str]:
        return {"MASTODON_SCHEME": "http"}

    def app(self) -> App:
        return ADAPTER.register(self.server, BACK)

    def mixed_up(self, first: Departure, second: Departure) -> Sequence[Mixed]:
        """Another server's name in the answer."""
        elsewhere = {"iss": "https://elsewhere.example"}
        return [Mixed(each.kept, {**self.allow(each), **elsewhere}) for each in (first, second)]

    def ripen(self, account: Account) -> None:
        """Tokens do not end."""

    @abstractmethod
    def throttle(self, until: datetime) -> None: ...


class UsualHarness(MastodonHarness):
    """Its people are there already; a code of the picker names one of them, again and again."""

    longest: ClassVar[int | None] = 500
    codes_once: ClassVar[bool] = False

    def __init__(self, proxy: Proxy, mock: MockServer) -> None:
        super().__init__(proxy)
        self.mock = mock

    def ask(self, method: str, path: str, **more: Any) -> Any:
        answer = http.request(method, f"{self.mock.base_url}{path}", **more)
        answer.raise_for_status()
        return answer.json()

    def reset(self) -> None:
        self.proxy.calm()
        self.ask("POST", "/api/v1/_mock/reset")
        self.ask("DELETE", "/api/v1/_mock/faults")

    def allow(self, departure: Departure) -> Mapping[str, str]:
        asked = query_of(departure.url)
        assert http.get(departure.url).status_code == 200
        form = {**asked, "username": "alice"}
        answer = http.post(departure.url.partition("?")[0], data=form)
        return query_of(answer.headers["location"])

    def decline(self, departure: Departure) -> Mapping[str, str]:
        """The picker has no such button; this is what a server answers."""
        return {"error": "access_denied", "state": query_of(departure.url)["state"]}

    def standing(self) -> list[Standing]:
        alice = self.ask("GET", "/api/v1/accounts/lookup?acct=alice")["id"]
        posts = self.ask("GET", f"/api/v1/accounts/{alice}/statuses?limit=40")
        return [self.seen(post) for post in reversed(posts)]

    def seen(self, post: dict[str, Any]) -> Standing:
        """The text as written, since this server takes asterisks for emphasis."""
        bearer = {"Authorization": "Bearer alice_token"}
        path = f"/api/v1/statuses/{post['id']}/source"
        text = self.ask("GET", path, headers=bearer)["text"]
        alts = [media["description"] for media in post["media_attachments"]]
        return Standing(text, links=LINKS.findall(text), alts=alts)

    def fault(self, **effect: Any) -> None:
        match = {"methods": ["POST"], "path": "/api/v1/statuses"}
        rule = {"match": match, "effect": effect, "count": 1}
        self.ask("POST", "/api/v1/_mock/faults", json=rule)

    def break_down(self) -> None:
        self.fault(type="status", status=503)

    def throttle(self, until: datetime) -> None:
        headers = {"X-RateLimit-Reset": until.isoformat()}
        self.fault(type="status", status=429, headers=headers, body={"error": "Too many requests"})

    def kill(self, account: Account) -> None:
        token = account.keys["access_token"]
        answer = http.post(f"{self.mock.base_url}/oauth/revoke", data={"token": token})
        assert answer.status_code == httpx.codes.OK


class LenientHarness(MastodonHarness):
    corrects: ClassVar[bool] = False

    def __init__(self, proxy: Proxy, stub: Lenient) -> None:
        super().__init__(proxy)
        self.stub = stub

    def reset(self) -> None:
        self.proxy.calm()
        self.stub.reset()

    def allow(self, departure: Departure) -> Mapping[str, str]:
        return query_of(self.stub.allow(departure.url))

    def decline(self, departure: Departure) -> Mapping[str, str]:
        return query_of(self.stub.cancel(departure.url))

    def standing(self) -> list[Standing]:
        return [
            Standing(
                post.text,
                links=LINKS.findall(post.text),
                alts=[
                    self.stub.media[each]["description"] for each in post.sent.get("media_ids", ())
                ],
            )
            for post in self.stub.live
        ]

    def break_down(self) -> None:
        self.stub.fail_next(*self.last_step)

    def throttle(self, until: datetime) -> None:
        headers = {"X-RateLimit-Reset": until.isoformat()}
        self.stub.fail_next(*self.last_step, 429, headers=headers)

    def kill(self, account: Account) -> None:
        del self.stub.tokens[account.keys["access_token"]]


class SnacHarness(LenientHarness):
    longest: ClassVar[int | None] = None
    deletes: ClassVar[bool] = False


class TakaheHarness(LenientHarness):
    longest: ClassVar[int | None] = 500


@contextmanager
def usual() -> Iterator[Harness]:
    with MockServer() as mock, lossy(mock.base_url) as proxy:
        yield UsualHarness(proxy, mock)


@contextmanager
def lenient(quirks: Quirks, harness: type[LenientHarness]) -> Iterator[Harness]:
    with serve(Lenient(quirks)) as stub, lossy(stub.url) as proxy:
        yield harness(proxy, stub)


@contextmanager
def snac() -> Iterator[Harness]:
    with lenient(SNAC, SnacHarness) as harness:
        yield harness


@contextmanager
def takahe() -> Iterator[Harness]:
    with lenient(TAKAHE, TakaheHarness) as harness:
        yield harness
