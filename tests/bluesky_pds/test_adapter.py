"""Our adapter against a real server, with somebody who says yes in a real browser."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone
from PIL import Image

from tests.bluesky_pds.browser import Allow
from tests.networks.lossy import Proxy, lossy
from tests.networks.pds import Account as Person
from tests.networks.pds import Pds, pds
from vaandel.channels.adapter import (
    Account,
    App,
    Card,
    Departure,
    Evidence,
    Kind,
    Memory,
    Outgoing,
    Picture,
    Published,
    Trouble,
)
from vaandel.channels.bluesky.adapter import ADAPTER
from vaandel.channels.bluesky.asking import ask
from vaandel.channels.bluesky.client_app import own_app
from vaandel.channels.bluesky.records import MOST_BYTES
from vaandel.channels.bluesky.refusals import refusal
from vaandel.channels.bluesky.sessions import SCOPE
from vaandel.channels.services.apps import redirect_uri

LINK: Final = "https://go.acme.example/a/Kx7p2Q"
# Of its own to this file: the server keeps the description of an application for ten minutes.
NAME: Final = "adapter.vaandel.internal"


def use(settings: Any, server: Pds) -> None:
    settings.NETWORK_ADDRESSES = {
        "BLUESKY_ENTRYWAY": server.url,
        "BLUESKY_PLC": server.plc_url,
    }
    settings.FETCH_ALLOWED_HOSTS = [
        address.removeprefix("http://") for address in (server.url, server.plc_url)
    ]


@pytest.fixture
def here(server: Pds, settings: Any) -> Pds:
    """The server, as the only one we know."""
    use(settings, server)
    return server


@pytest.fixture
def app(settings: Any) -> App:
    """As on somebody's own machine: without a key."""
    settings.PUBLIC_URL = "http://localhost:8999"
    return own_app(redirect_uri("bluesky"))


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def connected(app: App, person: Person, allow: Allow, typed: str = "") -> Account:
    departure = ADAPTER.depart(app, state="a-state", server=typed or person.handle)
    answer = query_of(allow(departure.url, person))
    assert answer["state"] == "a-state"
    return ADAPTER.arrive(app, kept=departure.kept, answer=answer)


@pytest.fixture(scope="module")
def connections() -> dict[str, Account]:
    return {}


@pytest.fixture
def connection(
    here: Pds, app: App, account: Person, allow: Allow, connections: dict[str, Account]
) -> Account:
    """Of somebody who said yes once for all tests here that leave it alone: it takes seconds."""
    if "same" not in connections:
        connections["same"] = connected(app, account, allow)
    return connections["same"]


def outgoing(text: str = f"Warm houses {LINK}", **more: Any) -> Outgoing:
    usual: dict[str, Any] = {"language": "en", "created_at": timezone.now()}
    return Outgoing(key=uuid.uuid4(), text=text, link=LINK, **{**usual, **more})


def memory() -> Memory:
    return Memory({}, lambda _: None)


def picture(width: int = 60, height: int = 20, *, size: int = 0, alt: str = "") -> Picture:
    """A JPEG; with ``size`` it has so many bytes."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), (176, 32, 32)).save(file, "JPEG")
    content = file.getvalue().ljust(size, b"\0")
    return Picture(content=content, media_type="image/jpeg", width=width, height=height, alt=alt)


def refused(act: Any) -> Trouble:
    with pytest.raises(Trouble) as raised:
        act()
    return raised.value


@pytest.fixture
def signing_app(here: Pds, live_server: Any, settings: Any) -> App:
    """With a key of this installation, whose description the server fetches from us."""
    settings.PUBLIC_URL = f"https://{NAME}"
    settings.ALLOWED_HOSTS = [NAME, "localhost", "127.0.0.1"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    here.behind(NAME, live_server.url)
    return own_app(redirect_uri("bluesky"))


def test_from_the_first_yes_to_the_last_word(
    here: Pds, signing_app: App, account: Person, allow: Allow
) -> None:
    app = signing_app
    ADAPTER.check(app)

    person = connected(app, account, allow)

    now = timezone.now()
    assert (person.remote_id, person.handle) == (account.did, account.handle)
    assert list(person.scopes) == SCOPE.split()
    assert person.access_until
    assert timedelta(minutes=50) < person.access_until - now <= timedelta(hours=1)

    text = f"Größe 👨‍👩‍👧‍👦 für @{account.handle} und @nobody.test #Wärme\n\n{LINK}"
    card = Card(url=LINK, title="Heat", description="For 900 homes", picture=picture())
    sent = outgoing(text, language="de", card=card)
    kept = memory()
    published = ADAPTER.publish(app, person, sent, kept)

    (record,) = here.records(account.did)
    value = record["value"]
    assert record["uri"] == published.remote_id
    assert (value["text"], value["langs"]) == (text, ["de"])
    moment = sent.created_at.isoformat(timespec="milliseconds")
    assert value["createdAt"] == moment.replace("+00:00", "Z")
    assert marked_in(value) == {
        f"@{account.handle}": account.did,
        "#Wärme": "Wärme",
        LINK: LINK,
    }
    external = value["embed"]["external"]
    assert (external["uri"], external["title"]) == (LINK, "Heat")
    thumb = here.blob(account.did, external["thumb"]["ref"]["$link"])
    assert thumb == picture().content

    assert ADAPTER.publish(app, person, sent, kept) == published
    assert len(here.records(account.did)) == 1
    ends(here, app, person, published)


def marked_in(value: dict[str, Any]) -> dict[str, str]:
    """What readers can press, read from the bytes, with where it leads."""
    text = value["text"].encode()
    found = {}
    for facet in value["facets"]:
        place, (feature,) = facet["index"], facet["features"]
        (target,) = (feature[name] for name in feature if name != "$type")
        found[text[place["byteStart"] : place["byteEnd"]].decode()] = target
    return found


def ends(here: Pds, app: App, person: Account, published: Published) -> None:
    """It is renewed, corrected, taken down and let go."""
    did = person.remote_id
    (before,) = here.records(did)
    renewed = ADAPTER.renew(app, person)
    ADAPTER.correct(app, renewed, published.remote_id, outgoing("Other words"))
    (record,) = here.records(did)
    assert record["value"]["text"] == "Other words"
    assert record["value"]["createdAt"] == before["value"]["createdAt"]
    assert record["value"]["embed"] == before["value"]["embed"]
    assert "facets" not in record["value"]

    ADAPTER.delete(app, renewed, published.remote_id)
    ADAPTER.delete(app, renewed, published.remote_id)
    assert here.records(did) == []

    replayed = refused(lambda: ADAPTER.renew(app, person))
    assert (replayed.kind, replayed.code) == (Kind.RECONNECT, "dead_tokens")
    ADAPTER.revoke(app, renewed)
    ADAPTER.revoke(app, renewed)
    revoked = refused(lambda: ADAPTER.publish(app, renewed, outgoing(), memory()))
    assert (revoked.kind, revoked.code) == (Kind.RECONNECT, "dead_tokens")


def test_without_a_key_of_ones_own(here: Pds, app: App, account: Person, allow: Allow) -> None:
    connection = connected(app, account, allow)
    pictures = [picture(alt="A trench"), picture(20, 60, size=MOST_BYTES, alt="Große Röhre")]

    ADAPTER.publish(app, connection, outgoing(pictures=pictures), memory())

    (record,) = here.records(account.did)
    images = record["value"]["embed"]["images"]
    assert [image["alt"] for image in images] == ["A trench", "Große Röhre"]
    assert images[1]["aspectRatio"] == {"width": 20, "height": 60}
    stored = here.blob(account.did, images[1]["image"]["ref"]["$link"])
    assert stored == pictures[1].content
    renewed = ADAPTER.renew(app, connection)
    assert renewed.session_until == connection.session_until


@pytest.mark.parametrize("how", ["did", "server"])
def test_somebody_who_only_says_where_they_are(
    here: Pds, app: App, account: Person, allow: Allow, how: str
) -> None:
    if how == "did":
        assert connected(app, account, allow, account.did).remote_id == account.did
    else:
        # Nobody is named: the server asks who it is, which is another page.
        departure = ADAPTER.depart(app, state="a-state", server=here.url)
        assert departure.url.startswith(f"{here.url}/oauth/authorize?")
        assert departure.kept["did"] == ""


def test_whoever_says_no(here: Pds, app: App, account: Person, allow: Allow) -> None:
    departure = ADAPTER.depart(app, state="a-state", server=account.handle)
    answer = query_of(allow(departure.url, account, "Deny access"))

    trouble = refused(lambda: ADAPTER.arrive(app, kept=departure.kept, answer=answer))

    assert trouble.code == "declined"


def test_an_answer_for_another_departure(
    here: Pds, app: App, account: Person, allow: Allow
) -> None:
    first: Departure = ADAPTER.depart(app, state="one", server=account.handle)
    second = ADAPTER.depart(app, state="two", server=account.handle)
    answer = query_of(allow(first.url, account))

    trouble = refused(lambda: ADAPTER.arrive(app, kept=second.kept, answer=answer))

    assert trouble.code == "mixed_up"


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"text": "a" * 301}, "too_long"),
        ({"text": "👨‍👩‍👧‍👦" * 130}, "too_long"),
        ({"text": "x", "langs": ["no language"]}, "refused_text"),
        ({"text": 7}, "refused_text"),
    ],
)
def test_what_the_server_refuses_is_understood(
    here: Pds, connection: Account, record: dict[str, Any], code: str
) -> None:
    """What we would not send ourselves, so past our own look at it."""
    collection = "app.bsky.feed.post"
    moment = timezone.now().isoformat()
    data = {
        "repo": connection.remote_id,
        "collection": collection,
        "record": {"$type": collection, "createdAt": moment, **record},
    }

    answer = ask(
        "POST",
        f"{connection.keys['pds']}/xrpc/com.atproto.repo.createRecord",
        key=connection.keys["key"],
        token=connection.keys["access"],
        data=data,
    )

    trouble = refusal(answer)
    assert (trouble.kind, trouble.code) == (Kind.REJECTED, code), trouble.detail
    assert here.records(connection.remote_id) == []


def test_a_picture_that_is_too_large_for_the_server(
    here: Pds, app: App, connection: Account
) -> None:
    kept = memory()
    large = picture(size=3_000_000)
    blob = ask(
        "POST",
        f"{connection.keys['pds']}/xrpc/com.atproto.repo.uploadBlob",
        key=connection.keys["key"],
        token=connection.keys["access"],
        content=large.content,
        headers={"Content-Type": "image/jpeg"},
    ).json()["blob"]
    embed = {"$type": "app.bsky.embed.images", "images": [{"alt": "", "image": blob}]}
    record = {
        "$type": "app.bsky.feed.post",
        "text": "x",
        "createdAt": timezone.now().isoformat(),
        "embed": embed,
    }

    answer = ask(
        "POST",
        f"{connection.keys['pds']}/xrpc/com.atproto.repo.createRecord",
        key=connection.keys["key"],
        token=connection.keys["access"],
        data={"repo": connection.remote_id, "collection": record["$type"], "record": record},
    )

    assert refusal(answer).code == "refused_media"
    assert (
        refused(lambda: ADAPTER.publish(app, connection, outgoing(pictures=[large]), kept)).code
        == "refused_media"
    )


def test_more_than_was_allowed_is_refused_as_that(here: Pds, connection: Account) -> None:
    follow = {
        "repo": connection.remote_id,
        "collection": "app.bsky.graph.follow",
        "record": {"subject": connection.remote_id, "createdAt": timezone.now().isoformat()},
    }

    answer = ask(
        "POST",
        f"{connection.keys['pds']}/xrpc/com.atproto.repo.createRecord",
        key=connection.keys["key"],
        token=connection.keys["access"],
        data=follow,
    )

    assert refusal(answer).code == "missing_scope"


def test_an_account_that_the_server_took_down(
    here: Pds, app: App, account: Person, allow: Allow
) -> None:
    connection = connected(app, account, allow)
    here.take_down(account)

    trouble = refused(lambda: ADAPTER.publish(app, connection, outgoing(), memory()))
    renewing = refused(lambda: ADAPTER.renew(app, connection))

    assert trouble.code in {"not_allowed", "dead_tokens"}
    assert (renewing.kind, renewing.code) == (Kind.RECONNECT, "dead_tokens")


@pytest.fixture(scope="module")
def behind_a_proxy() -> Iterator[tuple[Pds, Proxy]]:
    with pds(hidden=True) as server, lossy(server.address, server.port) as proxy:
        yield server, proxy


@pytest.mark.parametrize("kind", ["lost", "refuse", "cut"])
def test_whatever_gets_lost_one_post_stands_there(
    behind_a_proxy: tuple[Pds, Proxy], settings: Any, app: App, allow: Allow, kind: str
) -> None:
    server, proxy = behind_a_proxy
    use(settings, server)
    person = server.create_account(f"{kind}.test")
    connection = connected(app, person, allow)
    sent, kept = outgoing(), memory()
    # The first attempt may only be told to bring another nonce; this is none of those.
    ADAPTER.delete(app, connection, f"at://{person.did}/app.bsky.feed.post/3lbz2xk5a2k2x")
    proxy.order(kind, "POST", r"\.createRecord$")

    trouble = refused(lambda: ADAPTER.publish(app, connection, sent, kept))
    finding = ADAPTER.look(app, connection, sent, kept)
    there = len(server.records(person.did))
    again = ADAPTER.publish(app, connection, sent, kept)

    assert trouble.kind is Kind.UNKNOWN
    assert finding.evidence is (Evidence.NOT_THERE if kind == "refuse" else Evidence.THERE)
    assert there == (0 if kind == "refuse" else 1)
    assert [record["uri"] for record in server.records(person.did)] == [again.remote_id]


def test_tokens_that_got_lost_on_the_way_are_not_asked_for_twice(
    behind_a_proxy: tuple[Pds, Proxy], settings: Any, app: App, allow: Allow
) -> None:
    server, proxy = behind_a_proxy
    use(settings, server)
    connection = connected(app, server.create_account("renewing.test"), allow)
    proxy.order("lost", "POST", "/oauth/token$")

    lost = refused(lambda: ADAPTER.renew(app, connection))
    replayed = refused(lambda: ADAPTER.renew(app, connection))

    assert (lost.kind, lost.code) == (Kind.RECONNECT, "dead_tokens")
    assert (replayed.kind, replayed.code) == (Kind.RECONNECT, "dead_tokens")
