"""People know the name of their account, which is not always that of its server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.channels.mastodon.harness import TakaheHarness
from tests.networks.mastodon_lenient import SNAC, Lenient
from tests.networks.stub import serve
from vaandel.channels.adapter import Trouble
from vaandel.channels.mastodon.adapter import ADAPTER

INSTANCE = "/api/v./instance"
META = "/.well-known/host-meta"
XRD = """<?xml version="1.0"?><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
<Link rel="lrdd" template="{url}/.well-known/webfinger?resource={{uri}}"/></XRD>"""
Says = Callable[..., None]


@pytest.fixture
def social(harness: TakaheHarness, settings: Any) -> Iterator[Lenient]:
    """Another server, to which the first one's domain may refer."""
    with serve(Lenient(SNAC)) as running:
        settings.FETCH_ALLOWED_HOSTS = [*settings.FETCH_ALLOWED_HOSTS, running.host]
        yield running


def test_a_server_is_its_own_home(harness: TakaheHarness, stub: Lenient) -> None:
    assert ADAPTER.home(harness.server) == harness.server
    assert not [seen for seen in stub.requests if seen.target == META]


@pytest.mark.parametrize("way", ["moved", "template"])
def test_a_domain_names_the_server_of_its_accounts(
    harness: TakaheHarness, social: Lenient, says: Says, way: str
) -> None:
    says("GET", INSTANCE, 404, "", times=2)
    if way == "moved":
        says("GET", META, 301, "", headers={"Location": f"{social.url}{META}"})
    else:
        says("GET", META, 200, XRD.format(url=social.url))
    assert ADAPTER.home(harness.server) == social.host
    # Remembered, since the domain speaks for itself again by now.
    assert ADAPTER.home(harness.server) == social.host


@pytest.mark.parametrize(
    ("status", "said", "headers"),
    [
        (404, "", {}),
        (200, "<html>", {}),
        (301, "", {}),
        (301, "", {"Location": "/elsewhere"}),
        (301, "", {"Location": "https://127.0.0.1/"}),
        (301, "", {"Location": "https://[broken"}),
        (301, "", {"Location": "https://nowhere.invalid/"}),
        (200, XRD.format(url="http://169.254.169.254"), {}),
        (503, "", {}),
    ],
)
def test_a_domain_that_names_none(
    harness: TakaheHarness, says: Says, status: int, said: str, headers: dict[str, str]
) -> None:
    says("GET", INSTANCE, 404, "", times=2)
    says("GET", META, status, said, headers=headers)
    assert ADAPTER.home(harness.server) == harness.server


def test_a_server_that_is_named_must_be_one(
    harness: TakaheHarness, social: Lenient, says: Says
) -> None:
    social.fail_next("GET", INSTANCE, 404, times=2)
    says("GET", INSTANCE, 404, "", times=2)
    says("GET", META, 301, "", headers={"Location": f"{social.url}{META}"})
    assert ADAPTER.home(harness.server) == harness.server


def test_what_is_no_name_is_not_asked() -> None:
    with pytest.raises(Trouble) as raised:
        ADAPTER.home("not a server")
    assert raised.value.code == "no_such_server"


def test_a_name_that_does_not_exist_stays_as_it_is() -> None:
    assert ADAPTER.home("@me@nowhere.invalid") == "nowhere.invalid"
