"""Servers and answers that lie: nothing is connected, and nothing of one's own network is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.channels.bluesky.conftest import Connect
from tests.channels.bluesky.harness import a_key, an_app, public
from tests.channels.bluesky.network import Bluesky, did_of
from tests.networks.stub import serve
from tests.networks.wire import Answer
from vaandel.channels.adapter import App, Kind, Trouble
from vaandel.channels.bluesky.adapter import ADAPTER

DID = did_of("p1.test")
DOCUMENT = f"/{DID}"
RESOURCE = "/.well-known/oauth-protected-resource"
METADATA = "/.well-known/oauth-authorization-server"
# Each stands for a machine that only this server could reach.
INSIDE = [
    "https://127.0.0.1",
    "https://10.0.0.7",
    "https://[::1]",
    "https://[::ffff:127.0.0.1]",
    "https://169.254.169.254",
    "https://2130706433",
    "https://localhost",
]
NOT_AN_ADDRESS = [
    "http://bsky.social",
    "https://bsky.social:8443",
    "https://bsky.social/path",
    "https://me:pw@bsky.social",
    "https://bsky.social#x",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//bsky.social",
    "",
    None,
    ["https://bsky.social"],
]
REFUSED = {"no_such_server", "forbidden_address", "mixed_up"}


@pytest.fixture
def inside() -> Iterator[Bluesky]:
    """Another server on this machine, which is not allowed."""
    with serve(Bluesky()) as network:
        yield network


def departing(app: App, typed: str) -> Trouble:
    with pytest.raises(Trouble) as raised:
        ADAPTER.depart(app, state="s", server=typed)
    return raised.value


@pytest.mark.parametrize("typed", [*INSIDE, "http://127.0.0.1:80", "did:web:localhost%3A80"])
def test_what_somebody_types_leads_to_no_machine_inside(app: App, typed: str) -> None:
    assert departing(app, typed).code in {"forbidden_address", "no_such_server"}


def test_another_server_on_this_machine_is_not_asked(app: App, inside: Bluesky) -> None:
    assert departing(app, inside.url).code == "forbidden_address"
    assert not inside.requests


@pytest.mark.parametrize("endpoint", [*INSIDE, *NOT_AN_ADDRESS])
def test_an_identity_leads_to_no_machine_inside(network: Bluesky, app: App, endpoint: Any) -> None:
    service = {
        "id": "#atproto_pds",
        "type": "AtprotoPersonalDataServer",
        "serviceEndpoint": endpoint,
    }
    network.documents[DOCUMENT] = network.identity_document(
        network.by_handle["p1.test"], service=[service]
    )

    assert departing(app, "p1.test").code in REFUSED


@pytest.mark.parametrize("issuer", [*INSIDE, *NOT_AN_ADDRESS])
def test_a_server_names_no_issuer_inside(network: Bluesky, app: App, issuer: Any) -> None:
    network.documents[RESOURCE] = {"resource": network.url, "authorization_servers": [issuer]}

    assert departing(app, "p1.test").code in REFUSED


@pytest.mark.parametrize(
    "said",
    [
        {"authorization_servers": []},
        {"authorization_servers": ["https://a.example", "https://b.example"]},
        {"resource": "https://elsewhere.example"},
        {"resource": None},
    ],
)
def test_a_server_that_speaks_for_another_is_refused(
    network: Bluesky, app: App, said: dict[str, Any]
) -> None:
    usual = {"resource": network.url, "authorization_servers": [network.url]}
    network.documents[RESOURCE] = {**usual, **said}

    assert departing(app, "p1.test").code in REFUSED


def test_the_server_of_a_known_person_must_say_who_decides(network: Bluesky, app: App) -> None:
    network.documents[RESOURCE] = Answer(404)

    assert departing(app, "p1.test").code == "no_such_server"
    assert ADAPTER.depart(app, state="s", server=network.url).url.startswith(network.url)


@pytest.mark.parametrize(
    "name",
    [
        "authorization_endpoint",
        "token_endpoint",
        "pushed_authorization_request_endpoint",
        "revocation_endpoint",
    ],
)
@pytest.mark.parametrize(
    "address",
    [
        *INSIDE,
        "https://bsky.social/oauth/x",
        "javascript:alert(1)",
        "http://127.0.0.1:1/x",
        "{here}@elsewhere.example/x",
        "{here}\\@elsewhere.example/x",
        "{here}.elsewhere.example/x",
        "{here}#x",
        "{here}/x\r\nSet-Cookie: a=b",
        " {here}/x",
        "{here}/x y",
        '{here}/x"><script>',
        "{here}/x;url=https://elsewhere.example",
        "{here}/é",
    ],
)
def test_every_address_of_an_issuer_is_its_own(
    network: Bluesky, app: App, name: str, address: str
) -> None:
    elsewhere = {name: address.replace("{here}", network.url)}
    network.documents[METADATA] = network.sign_in.description(**elsewhere)

    assert departing(app, "p1.test").code == "mixed_up"
    assert not [seen for seen in network.requests if seen.method == "POST"]


@pytest.mark.parametrize("name", ["token_endpoint", "pushed_authorization_request_endpoint"])
@pytest.mark.parametrize("value", [None, "", 7, ["https://a.example"]])
def test_an_issuer_without_an_address_is_refused(
    network: Bluesky, app: App, name: str, value: Any
) -> None:
    network.documents[METADATA] = network.sign_in.description(**{name: value})

    assert departing(app, "p1.test").code == "mixed_up"


@pytest.mark.parametrize(
    "lacking",
    [
        {"authorization_response_iss_parameter_supported": False},
        {"client_id_metadata_document_supported": "yes"},
        {"dpop_signing_alg_values_supported": ["RS256"]},
        {"dpop_signing_alg_values_supported": None},
        {"code_challenge_methods_supported": ["plain"]},
    ],
)
def test_an_issuer_that_cannot_do_it_safely_is_refused(
    network: Bluesky, app: App, lacking: dict[str, Any]
) -> None:
    network.documents[METADATA] = network.sign_in.description(**lacking)

    assert departing(app, "p1.test").code == "no_such_server"


def test_an_issuer_that_calls_itself_otherwise_is_refused(network: Bluesky, app: App) -> None:
    network.documents[METADATA] = network.sign_in.description(issuer="https://bsky.social")

    assert departing(app, "p1.test").code == "mixed_up"


@pytest.mark.parametrize("path", [RESOURCE, METADATA, DOCUMENT])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"[" * 100_000),
        Answer(200, b"<html>"),
        Answer(200, b"\xff\xfe"),
        Answer(200, b"null"),
        Answer(301, b"", {"Location": "http://127.0.0.1:1/"}),
        Answer(500, b"{}"),
        Answer(401, b"{}"),
    ],
    ids=["nested", "page", "bytes", "null", "redirect", "fault", "closed"],
)
def test_any_answer_is_survived(network: Bluesky, app: App, path: str, answer: Answer) -> None:
    network.documents[path] = answer

    assert departing(app, "p1.test").code in REFUSED


def test_an_answer_of_another_issuer_is_refused(network: Bluesky, app: App) -> None:
    departure = ADAPTER.depart(app, state="s", server="p1.test")
    answer = network.sign_in.allow(departure.url)

    for issuer in ("https://elsewhere.example", "", f"{network.url}/", network.url.upper()):
        with pytest.raises(Trouble) as raised:
            ADAPTER.arrive(app, kept=departure.kept, answer={**answer, "iss": issuer})
        assert raised.value.code == "mixed_up"
    # The code was not shown to anybody.
    assert not [seen for seen in network.requests if seen.target == "/oauth/token"]


def test_a_refusal_of_another_issuer_says_nothing(network: Bluesky, app: App) -> None:
    departure = ADAPTER.depart(app, state="s", server="p1.test")
    answer = {"error": "access_denied", "state": "s", "iss": "https://elsewhere.example"}

    with pytest.raises(Trouble) as raised:
        ADAPTER.arrive(app, kept=departure.kept, answer=answer)

    assert raised.value.code == "mixed_up"


def test_somebody_else_who_signs_in_is_not_connected(network: Bluesky, app: App) -> None:
    departure = ADAPTER.depart(app, state="s", server="p1.test")
    answer = network.sign_in.allow(departure.url, "p2.test")

    with pytest.raises(Trouble) as raised:
        ADAPTER.arrive(app, kept=departure.kept, answer=answer)

    assert raised.value.code == "mixed_up"
    # What was given to us is given back.
    assert all(session.ended for session in network.sign_in.sessions)


@pytest.mark.parametrize("lost", [True, False])
def test_somebody_else_is_not_connected_either_when_nothing_can_be_given_back(
    network: Bluesky, app: App, lost: bool
) -> None:
    departure = ADAPTER.depart(app, state="s", server="p1.test")
    answer = network.sign_in.allow(departure.url, "p2.test")
    if lost:
        network.fail_next("POST", "/oauth/revoke", drop=True)
    else:
        network.documents[METADATA] = network.sign_in.description(revocation_endpoint="")

    with pytest.raises(Trouble) as raised:
        ADAPTER.arrive(app, kept=departure.kept, answer=answer)

    assert raised.value.code == "mixed_up"


def test_a_server_cannot_speak_for_people_of_another(
    network: Bluesky, inside: Bluesky, settings: Any
) -> None:
    settings.FETCH_ALLOWED_HOSTS = [network.host, inside.host]
    app, key = an_app(network), a_key()
    inside.sign_in.clients[app.client_id] = lambda: public([key])
    app = an_app(network, key)
    departure = ADAPTER.depart(app, state="s", server=inside.url)
    answer = inside.sign_in.allow(departure.url)
    # It says that somebody of the other server signed in with it.
    inside.sign_in.told = {"sub": did_of("p2.test")}

    with pytest.raises(Trouble) as raised:
        ADAPTER.arrive(app, kept=departure.kept, answer=answer)

    assert raised.value.code == "mixed_up"
    assert not [seen for seen in inside.requests if seen.target == f"/{did_of('p2.test')}"]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"sub": "anna"}, "mixed_up"),
        ({"sub": None}, "mixed_up"),
        ({"scope": "atproto"}, "missing_scope"),
        ({"scope": "repo:app.bsky.feed.post?action=create"}, "missing_scope"),
        ({"scope": None}, "missing_scope"),
        ({"token_type": "Bearer"}, "dead_tokens"),
        ({"access_token": ""}, "dead_tokens"),
        ({"refresh_token": 7}, "dead_tokens"),
    ],
)
def test_tokens_that_are_not_what_was_asked_for_are_not_kept(
    network: Bluesky, app: App, told: dict[str, Any], code: str
) -> None:
    departure = ADAPTER.depart(app, state="s", server="p1.test")
    answer = network.sign_in.allow(departure.url)
    network.sign_in.told = told

    with pytest.raises(Trouble) as raised:
        ADAPTER.arrive(app, kept=departure.kept, answer=answer)

    assert raised.value.code == code


def test_a_code_is_worth_nothing_to_another_key_or_verifier(network: Bluesky, app: App) -> None:
    for stolen in ({"verifier": "x" * 43}, {"key": a_key()}):
        departure = ADAPTER.depart(app, state="s", server="p1.test")
        answer = network.sign_in.allow(departure.url)

        with pytest.raises(Trouble) as raised:
            ADAPTER.arrive(app, kept={**departure.kept, **stolen}, answer=answer)

        assert (raised.value.kind, raised.value.code) == (Kind.REJECTED, "mixed_up")


def test_an_application_that_signs_with_another_key_is_refused(network: Bluesky, app: App) -> None:
    forged = App(
        channel="bluesky",
        redirect_uri=app.redirect_uri,
        client_id=app.client_id,
        signing_key={"keys": [a_key()]},
    )

    trouble = departing(forged, "p1.test")

    assert (trouble.kind, trouble.code) == (Kind.CONFIGURATION, "refused_app")


def test_stolen_tokens_do_not_post_without_the_key(
    network: Bluesky, app: App, connect: Connect, outgoing: Any, memory: Any
) -> None:
    account = connect(app)
    stolen = type(account)(remote_id=account.remote_id, keys={**account.keys, "key": a_key()})

    with pytest.raises(Trouble) as raised:
        ADAPTER.publish(app, stolen, outgoing(), memory)

    assert raised.value.kind is Kind.RECONNECT
    assert network.posts == []
