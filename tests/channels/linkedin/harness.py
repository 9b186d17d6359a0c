"""LinkedIn under the cases of every network, through an application that may read figures too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from tests.channels.conformance.harness import BehindProxy, Mixed, Standing
from tests.networks.linkedin import METRICS, LinkedIn
from tests.networks.linkedin_members import PUBLISHING
from tests.networks.lossy import Proxy, lossy
from tests.networks.stub import Post, serve
from vaandel.channels.adapter import Account, App, Departure

SCOPES = [*PUBLISHING.split(), "r_member_postAnalytics"]
REDIRECT = "https://vaandel.example/accounts/connect/linkedin/back/"
DAILY = "Resource level throttle MEMBER DAY limit for calls to this resource is reached."


class LinkedInHarness(BehindProxy):
    channel: ClassVar = "linkedin"
    longest: ClassVar = 3000
    says_when: ClassVar = False
    never_told: ClassVar = frozenset({"quotes"})
    last_step: ClassVar = ("POST", r"^/rest/posts$")

    def __init__(self, network: LinkedIn, proxy: Proxy) -> None:
        super().__init__(proxy)
        self.network = network

    @property
    def addresses(self) -> Mapping[str, str]:
        return {"LINKEDIN_WWW": self.proxy.url, "LINKEDIN_API": self.proxy.url}

    def reset(self) -> None:
        self.network.reset()
        self.proxy.calm()
        self.network.settings.scopes = tuple(SCOPES)
        # Everything that is posted has been looked at once in every way.
        self.network.metrics = Metrics()

    def app(self) -> App:
        return an_app(scopes=SCOPES)

    def allow(self, departure: Departure) -> Mapping[str, str]:
        return query_of(self.network.allow(departure.url))

    def decline(self, departure: Departure) -> Mapping[str, str]:
        return query_of(self.network.cancel(departure.url))

    def mixed_up(self, *_: Departure) -> Sequence[Mixed]:
        """LinkedIn gives back the state, which is looked at before."""
        return ()

    def standing(self) -> list[Standing]:
        return [as_seen(post) for post in self.network.live]

    def break_down(self) -> None:
        self.network.fail_next(*self.last_step, status=503)

    def throttle(self, _: datetime) -> None:
        body = json.dumps({"status": 429, "code": "TOO_MANY_REQUESTS", "message": DAILY})
        self.network.fail_next(*self.last_step, status=429, body=body)

    def kill(self, account: Account) -> None:
        self.network.revoke_all(account.remote_id)

    def ripen(self, account: Account) -> None:
        """There is nothing to wait for."""


class Metrics(dict[str, dict[str, int]]):
    def get(self, *_: Any) -> dict[str, int]:
        return dict.fromkeys(METRICS, 1)


def an_app(**more: Any) -> App:
    usual: dict[str, Any] = {
        "redirect_uri": REDIRECT,
        "client_id": "client",
        "client_secret": "client-secret",
    }
    return App(channel="linkedin", **{**usual, **more})


def query_of(url: str) -> dict[str, str]:
    assert url.startswith(REDIRECT)
    return dict(parse_qsl(urlsplit(url).query))


def as_seen(post: Post) -> Standing:
    content = post.sent.get("content", {})
    media, article = content.get("media", {}), content.get("article", {})
    images = content.get("multiImage", {}).get("images", [])
    if ":image:" in media.get("id", ""):
        images = [media]
    return Standing(
        text=post.text,
        links=[article["source"]] if article else [],
        alts=[image.get("altText", "") for image in images],
        card_title=article.get("title", ""),
        document_title="" if images else media.get("title", ""),
    )


@contextmanager
def running() -> Iterator[LinkedInHarness]:
    with serve(LinkedIn()) as network, lossy(network.url) as proxy:
        yield LinkedInHarness(network, proxy)
