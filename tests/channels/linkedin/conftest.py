"""LinkedIn on this machine, with somebody connected to it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.channels.linkedin.harness import SCOPES, an_app
from tests.networks.linkedin import LinkedIn
from tests.networks.lossy import Proxy, lossy
from tests.networks.stub import serve
from vaandel.channels.adapter import Account, Memory, Outgoing
from vaandel.channels.linkedin.adapter import ADAPTER, LinkedInAdapter

LINK = "https://go.acme.example/a/Kx7p2Q"


class Desk:
    """Somebody with an account at LinkedIn, through ``proxy``."""

    def __init__(self, network: LinkedIn, proxy: Proxy) -> None:
        self.network = network
        self.proxy = proxy
        self.adapter: LinkedInAdapter = ADAPTER
        self.app = an_app()
        self.account = self.connected()
        self.kept: dict[str, Any] = {}
        self.memory = Memory({}, self.kept.update)

    def connected(self, scopes: tuple[str, ...] = tuple(SCOPES[:-1])) -> Account:
        token = self.network.connect("p1", " ".join(scopes))
        return Account(remote_id="p1", scopes=scopes, keys={"access_token": token})

    def outgoing(self, text: str = f"Heat\n\n{LINK}", **more: Any) -> Outgoing:
        return Outgoing(
            **{
                "key": uuid.uuid4(),
                "text": text,
                "link": LINK,
                "language": "en",
                "created_at": timezone.now(),
                **more,
            }
        )

    def publish(self, outgoing: Outgoing | None = None) -> str:
        outgoing = outgoing or self.outgoing()
        return self.adapter.publish(self.app, self.account, outgoing, self.memory).remote_id

    def asked(self, part: str) -> int:
        """How many requests there were of which the target contains ``part``."""
        return sum(part in seen.target for seen in self.network.requests)


@pytest.fixture
def desk(settings: Any) -> Iterator[Desk]:
    with serve(LinkedIn()) as network, lossy(network.url) as proxy:
        settings.NETWORK_ADDRESSES = {"LINKEDIN_WWW": proxy.url, "LINKEDIN_API": proxy.url}
        settings.FETCH_ALLOWED_HOSTS = [proxy.url.removeprefix("http://")]
        yield Desk(network, proxy)
