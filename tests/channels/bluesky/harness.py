"""Bluesky under the cases of every network, on a server of our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar

from joserfc.jwk import ECKey

from tests.channels.bluesky.network import Bluesky
from tests.channels.conformance.harness import Harness, Mixed, Standing
from tests.networks.stub import Post, serve
from vaandel.channels.adapter import Account, App, Departure

CLIENT = "https://vaandel.example/accounts/connect/bluesky/client-metadata.json"
REDIRECT = "https://vaandel.example/accounts/connect/bluesky/back/"
LAST_STEP = ("POST", r"\.createRecord$")


def a_key(kid: str = "key-1") -> dict[str, Any]:
    return {**ECKey.generate_key("P-256").as_dict(private=True), "kid": kid}


def public(keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"keys": [{name: key[name] for name in key if name != "d"} for key in keys]}


def an_app(network: Bluesky, *keys: dict[str, Any]) -> App:
    """Known to the network, with a key that signs."""
    signing = list(keys) or [a_key()]
    network.sign_in.clients[CLIENT] = lambda: public(signing)
    return App(
        channel="bluesky",
        redirect_uri=REDIRECT,
        client_id=CLIENT,
        signing_key={"keys": signing},
    )


def addresses(network: Bluesky) -> dict[str, str]:
    names = ("BLUESKY_ENTRYWAY", "BLUESKY_PLC", "BLUESKY_APPVIEW")
    return dict.fromkeys(names, network.url)


class BlueskyHarness(Harness):
    channel: ClassVar = "bluesky"
    longest: ClassVar = 300
    renews: ClassVar = True
    used_once: ClassVar = True
    never_told: ClassVar = frozenset({"views"})
    server = "p1.test"

    def __init__(self, network: Bluesky) -> None:
        self.network = network

    @property
    def addresses(self) -> Mapping[str, str]:
        return addresses(self.network)

    @property
    def hosts(self) -> Sequence[str]:
        return [self.network.host]

    def reset(self) -> None:
        self.network.reset()

    def app(self) -> App:
        return an_app(self.network)

    def allow(self, departure: Departure) -> Mapping[str, str]:
        return self.network.sign_in.allow(departure.url)

    def decline(self, departure: Departure) -> Mapping[str, str]:
        return self.network.sign_in.decline(departure.url)

    def mixed_up(self, first: Departure, second: Departure) -> Sequence[Mixed]:
        sign_in = self.network.sign_in
        answer = sign_in.allow(first.url)
        other = {**sign_in.allow(second.url), "iss": "https://elsewhere.example"}
        unnamed = {name: answer[name] for name in ("state", "code")}
        return [
            Mixed(kept=second.kept, answer=answer),
            Mixed(kept=second.kept, answer=other),
            Mixed(kept=first.kept, answer=unnamed),
        ]

    def standing(self) -> list[Standing]:
        return [as_seen(post) for post in self.network.live]

    def lose_answer(self) -> None:
        self.network.fail_next(*LAST_STEP, after=True, drop=True)

    def lose_request(self) -> None:
        self.network.fail_next(*LAST_STEP, drop=True)

    def break_down(self) -> None:
        self.network.fail_next(*LAST_STEP, status=503)

    def throttle(self, until: datetime) -> None:
        headers = {"RateLimit-Reset": str(int(until.timestamp())), "RateLimit-Remaining": "0"}
        body = '{"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}'
        self.network.fail_next(*LAST_STEP, status=429, body=body, headers=headers)

    def kill(self, account: Account) -> None:
        self.network.sign_in.end(account.remote_id)

    def ripen(self, account: Account) -> None:
        """There is nothing to wait for."""


def as_seen(post: Post) -> Standing:
    """Links are those that readers can press, read back by their places in bytes."""
    text = post.text.encode()
    embed = post.sent.get("embed", {})
    links = []
    for facet in post.sent.get("facets", []):
        place = facet["index"]
        uri = facet["features"][0].get("uri", "")
        assert uri.endswith(text[place["byteStart"] : place["byteEnd"]].decode()) or not uri
        links.append(uri)
    return Standing(
        text=post.text,
        links=[link for link in links if link],
        alts=[image["alt"] for image in embed.get("images", [])],
        card_title=embed.get("external", {}).get("title", ""),
    )


@contextmanager
def running() -> Iterator[BlueskyHarness]:
    with serve(Bluesky()) as network:
        yield BlueskyHarness(network)
