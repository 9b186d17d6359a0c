"""Threads on this machine, with somebody connected to it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.channels.threads.harness import an_app
from tests.networks.lossy import Proxy, lossy
from tests.networks.stub import serve
from tests.networks.threads import Threads
from vaandel.channels.adapter import Account, Memory, Outgoing
from vaandel.channels.threads.adapter import ADAPTER, ThreadsAdapter

LINK = "https://go.acme.example/a/Kx7p2Q"


class Desk:
    """Somebody with an account at Threads, through ``proxy``."""

    def __init__(self, network: Threads, proxy: Proxy) -> None:
        self.network = network
        self.proxy = proxy
        self.adapter: ThreadsAdapter = ADAPTER
        self.app = an_app()
        self.account = self.connected()
        self.kept: dict[str, Any] = {}
        self.memory = Memory({}, self.kept.update)

    def connected(self, scopes: tuple[str, ...] = ThreadsAdapter.usual_scopes) -> Account:
        token = self.network.connect("p1", " ".join(scopes))
        number = self.network.user_id("p1")
        return Account(remote_id=number, scopes=scopes, keys={"access_token": token})

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

    def sent(self) -> dict[str, Any]:
        return self.network.posts[-1].sent


@pytest.fixture
def desk(settings: Any) -> Iterator[Desk]:
    with serve(Threads()) as network, lossy(network.url) as proxy:
        settings.NETWORK_ADDRESSES = {"THREADS_WWW": proxy.url, "THREADS_API": proxy.url}
        settings.FETCH_ALLOWED_HOSTS = [proxy.url.removeprefix("http://")]
        yield Desk(network, proxy)
