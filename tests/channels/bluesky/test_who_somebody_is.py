"""From what somebody types to the server that keeps their records."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels.bluesky.conftest import Connect
from tests.channels.bluesky.network import Bluesky, did_of
from vaandel.channels.adapter import App, Trouble
from vaandel.channels.bluesky.adapter import ADAPTER
from vaandel.channels.bluesky.identity import clean_handle, find, is_did, resolve_handle

DID = did_of("p1.test")
DOCUMENT = f"/{DID}"


@pytest.mark.parametrize(
    "typed",
    [
        "p1.test",
        "@p1.test",
        " P1.Test ",
        "\u202ap1.test\u202c",
        "at://p1.test",
        "https://bsky.app/profile/p1.test",
        f"https://bsky.app/profile/{DID}/post/3lbz2xk5a2k2x",
        DID,
    ],
)
def test_a_person_is_found(network: Bluesky, typed: str) -> None:
    found = find(typed)

    assert found.pds == network.url
    assert found.identity
    assert (found.identity.did, found.identity.handle) == (DID, "p1.test")


@pytest.mark.parametrize("typed", ["", "   "])
def test_without_a_name_it_is_the_usual_server(network: Bluesky, typed: str) -> None:
    found = find(typed)

    assert (found.pds, found.identity) == (network.url, None)


def test_a_server_of_ones_own(network: Bluesky) -> None:
    found = find(f"{network.url.upper().replace('HTTP', 'http')}/")

    assert (found.pds, found.identity) == (network.url, None)


def test_a_name_without_a_dot_is_one_at_bluesky(network: Bluesky) -> None:
    network.by_handle["anna.bsky.social"] = network.by_handle["p1.test"]
    network.documents[DOCUMENT] = network.identity_document(
        network.by_handle["p1.test"], alsoKnownAs=["at://anna.bsky.social"]
    )

    found = find("anna")

    assert found.identity
    assert found.identity.handle == "anna.bsky.social"


def test_an_unknown_name_is_taken_for_a_server_and_not_found(network: Bluesky, app: App) -> None:
    with pytest.raises(Trouble) as raised:
        ADAPTER.depart(app, state="s", server="nobody.test")

    assert raised.value.code == "no_such_server"


@pytest.mark.parametrize(
    "typed",
    [
        "somebody@acme.example",
        "two words",
        "-.test",
        "a..test",
        "did:plc:short",
        "did:key:z6Mk",
        "did:web:acme.example/etc/passwd",
        "x" * 300 + ".test",
        "p1.internal",
        "printer.local",
        "ftp://p1.test",
        "https://p1.test/deep",
        "https://p1.test?x=1",
        "https://me:pw@p1.test",
        "https://p1.test\\@elsewhere.test",
        "https://p1.test:99999",
        "https://",
        "http://[::1",
        "😀.test",
    ],
)
def test_what_is_neither_a_name_nor_a_server(network: Bluesky, typed: str) -> None:
    with pytest.raises(Trouble) as raised:
        find(typed)

    assert raised.value.code == "no_such_server"
    assert not network.requests


def test_a_handle_that_its_identity_does_not_name_is_refused(network: Bluesky) -> None:
    network.documents[DOCUMENT] = network.identity_document(
        network.by_handle["p1.test"], alsoKnownAs=["at://p2.test"]
    )

    with pytest.raises(Trouble) as raised:
        find("p1.test")

    assert raised.value.code == "no_such_server"


def test_a_name_that_somebody_only_claims_is_not_shown(
    network: Bluesky, app: App, connect: Connect
) -> None:
    network.documents[DOCUMENT] = network.identity_document(
        network.by_handle["p1.test"], alsoKnownAs=["at://p2.test"]
    )

    account = connect(app, DID)

    assert (account.remote_id, account.handle) == (DID, "")


@pytest.mark.parametrize("said", [{}, [], "a text", {"did": 7}, {"did": "did:key:x"}, None])
def test_an_answer_that_is_no_identity_is_none(network: Bluesky, said: Any) -> None:
    network.documents["/xrpc/com.atproto.identity.resolveHandle"] = said

    assert resolve_handle("p1.test") == ""


@pytest.mark.parametrize(
    "document",
    [
        {"id": did_of("p2.test")},
        {"service": []},
        {"service": None},
        {"service": ["text", {"id": "#other"}]},
        {
            "service": [
                {"id": "#atproto_pds", "type": "Other", "serviceEndpoint": "https://a.example"}
            ]
        },
        {
            "service": [
                {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": 4}
            ]
        },
    ],
)
def test_a_document_without_a_server_leads_nowhere(
    network: Bluesky, document: dict[str, Any]
) -> None:
    person = network.by_handle["p1.test"]
    network.documents[DOCUMENT] = network.identity_document(person, **document)

    with pytest.raises(Trouble) as raised:
        find("p1.test")

    assert raised.value.code == "no_such_server"


def test_an_identity_of_the_web_is_its_own_document(network: Bluesky, app: App) -> None:
    did = f"did:web:{network.host.replace(':', '%3A')}"
    person = network.by_handle["p1.test"]
    network.documents["/.well-known/did.json"] = network.identity_document(person, id=did)

    found = find(did)

    assert found.identity
    assert (found.identity.did, found.pds) == (did, network.url)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("Anna.BSKY.social.", "anna.bsky.social"),
        ("xn--gre-6ka8i.example-shop.nl", "xn--gre-6ka8i.example-shop.nl"),
        ("grüße.nl", ""),
        ("a.b", "a.b"),
        ("a.1b", ""),
        ("a_b.nl", ""),
        ("", ""),
        ("nl", ""),
        ("a.onion", ""),
        ("." * 300, ""),
    ],
)
def test_handles(typed: str, clean: str) -> None:
    assert clean_handle(typed) == clean


@pytest.mark.parametrize(
    ("value", "known"),
    [
        (DID, True),
        ("did:web:acme.example", True),
        ("did:web:localhost%3A2583", True),
        ("did:web:acme.example:people:anna", False),
        ("did:plc:ABCDEFGHIJKLMNOPQRSTUVWX", False),
        ("did:web:" + "a" * 60 + "." + "b" * 60 + ".example.org", True),
        ("did:web:" + "a." * 80 + "nl", False),
        (f"{DID}\n", False),
        ("", False),
    ],
)
def test_identities(value: str, known: bool) -> None:
    assert is_did(value) is known
