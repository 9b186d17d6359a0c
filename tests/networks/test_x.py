"""What X takes, counts, refuses and charges."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.networks.asking import http
from tests.networks.x import X
from tests.networks.x_length import length
from tests.networks.x_members import SCOPES, challenge_of

BACK = "https://vaandel.example/back"
BASIC = ("client", "client-secret")
VERIFIER = "v" * 64
PNG = b"\x89PNG\r\n\x1a\n\xff\xfe"


def page(x: X, **other: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": "client",
        "redirect_uri": BACK,
        "scope": "tweet.read tweet.write users.read offline.access",
        "state": "s1",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        **other,
    }
    return f"{x.url}/i/oauth2/authorize?{urlencode(asked)}"


def code_of(x: X) -> str:
    return dict(parse_qsl(urlsplit(x.allow(page(x))).query))["code"]


def token(x: X, auth: Any = BASIC, **form: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, **form}
    return http.post(f"{x.url}/2/oauth2/token", data=form, auth=auth)


def refreshed(x: X, refresh: str) -> httpx.Response:
    return token(x, grant_type="refresh_token", refresh_token=refresh)


class Person:
    def __init__(self, x: X, name: str = "p1", scope: str = "") -> None:
        self.x, self.name = x, name
        self.token = x.connect(name, scope)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return http.request(method, self.x.url + path, headers=headers, **more)

    def post(self, text: str = "Hello", **more: Any) -> httpx.Response:
        return self.ask("POST", "/2/tweets", json={"text": text, **more})

    def number(self, text: str = "Hello") -> str:
        return str(self.post(text).json()["data"]["id"])

    def picture(self) -> str:
        data = {"media_category": "tweet_image"}
        file = {"media": ("a.png", PNG, "image/png")}
        answer = self.ask("POST", "/2/media/upload", data=data, files=file)
        return str(answer.json()["data"]["id"])


@pytest.fixture
def person(x: X) -> Person:
    return Person(x)


# Signing in


def test_a_person_allows_and_a_secret_only_vaandel_knows_turns_the_code_into_tokens(x: X) -> None:
    said = token(x, code=code_of(x), code_verifier=VERIFIER).json()

    assert (said["expires_in"], said["token_type"]) == (7200, "bearer")
    headers = {"Authorization": f"Bearer {said['access_token']}"}
    assert http.get(f"{x.url}/2/users/me", headers=headers).json()["data"]["username"] == "p1"
    assert "error=access_denied" in x.cancel(page(x))


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": ""},
        {"state": "s" * 501},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"redirect_uri": BACK + "/"},
        {"client_id": "other"},
        {"scope": "everything"},
    ],
)
def test_a_wrong_request_stays_on_a_page_of_the_network(x: X, wrong: dict[str, str]) -> None:
    x.settings.redirect_uris = (BACK,)

    assert http.get(page(x)).status_code == 200
    assert http.get(page(x, **wrong)).status_code == 400


def test_a_code_lives_for_thirty_seconds_and_works_once(x: X) -> None:
    late, wrong, good = code_of(x), code_of(x), code_of(x)

    assert token(x, code=wrong, code_verifier="guess").json()["error"] == "invalid_request"
    assert token(x, code=good, code_verifier=VERIFIER).status_code == 200
    assert token(x, code=good, code_verifier=VERIFIER).status_code == 400
    x.skip(31)
    assert token(x, code=late, code_verifier=VERIFIER).status_code == 400


def test_who_asks_for_a_token_is_checked(x: X) -> None:
    code = code_of(x)

    assert token(x, ("client", "guess"), code=code).status_code == 401
    assert token(x, None, code=code).json()["error"] == "unauthorized_client"
    assert http.post(f"{x.url}/2/oauth2/token", auth=BASIC, data={}).status_code == 400
    x.settings.public = True
    said = token(x, None, code=code, code_verifier=VERIFIER, client_id="client")
    assert said.status_code == 200


def test_a_refresh_token_works_once_and_its_replay_ends_the_connection(x: X) -> None:
    first = token(x, code=code_of(x), code_verifier=VERIFIER).json()
    second = refreshed(x, first["refresh_token"]).json()
    third = refreshed(x, second["refresh_token"])

    assert third.status_code == 200
    replayed = refreshed(x, first["refresh_token"])
    assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_request")
    assert refreshed(x, third.json()["refresh_token"]).status_code == 400
    headers = {"Authorization": f"Bearer {third.json()['access_token']}"}
    assert http.get(f"{x.url}/2/users/me", headers=headers).status_code == 401


def test_tokens_end_by_time_by_renewal_and_by_revoking(x: X) -> None:
    person, other = Person(x), Person(x, "p2")
    refresh = x.refresh_token_of(person.token)
    x.skip(7200)
    assert person.post().status_code == 401

    person.token = refreshed(x, refresh).json()["access_token"]
    assert person.post().status_code == 201
    http.post(f"{x.url}/2/oauth2/revoke", auth=BASIC, data={"token": person.token})
    assert person.post().status_code == 401
    x.revoke_all("p2")
    assert other.post().json()["title"] == "Unauthorized"


def test_scopes_hold_and_without_offline_access_nothing_is_refreshed(x: X) -> None:
    reader = Person(x, scope="tweet.read users.read")
    reader_only = x.refresh_token_of(reader.token)
    application = Person(x)
    application.token = "AAAA" + "b" * 40

    assert reader_only == ""
    assert reader.post().status_code == 403
    assert application.post().json()["title"] == "Unsupported Authentication"
    assert "offline.access" in SCOPES


# Posting


def test_a_post_is_created(person: Person) -> None:
    answer = person.post("Heat < pumps, see https://go.vaandel.com/s/AbC?x=1")

    assert answer.status_code == 201
    data = answer.json()["data"]
    assert data["edit_history_post_ids"] == [data["id"]]
    assert data["text"].startswith("Heat &lt; pumps, see https://t.co/")
    assert person.x.posts[0].text.endswith("https://go.vaandel.com/s/AbC?x=1")
    assert answer.headers["x-rate-limit-remaining"] == "99"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", 5),
        ("é", 1),
        ("e\u0301", 1),
        ("漢字", 4),
        ("“quoted” – so", 13),
        ("👋", 2),
        ("👩🏽‍💻", 2),
        ("🇳🇱", 2),
        ("1️⃣", 2),
        ("https://a.com/" + "x" * 100, 23),
        ("See a.nl, now", 32),
        ("(https://a.com/b)", 25),
        ("http://a.com https://b.org.", 48),
        ("me@a.com", 8),
        ("https://go.corp.local/x", 23),
        ("https://go.acme.internal/s/AbC/longer", 37),
        ("node.js", 7),
    ],
)
def test_letters_weigh_what_x_says(text: str, expected: int) -> None:
    assert length(text) == expected


def test_280_fit_and_one_more_does_not(person: Person) -> None:
    fits = person.post("x" * 256 + " https://a.com/" + "y" * 60)
    long = person.post("x" * 281)
    person.x.settings.too_long_status = 403

    assert fits.status_code == 201
    assert (long.status_code, "too long" in long.json()["detail"]) == (400, True)
    assert person.post("x" * 281).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"status": "Hello"}, 400),
        ({"text": ""}, 400),
        ({"text": 1}, 400),
        ({"reply_settings": "everyone"}, 400),
        ({"made_with_ai": "yes"}, 400),
        ({"media": {}}, 400),
        ({"media": {"media_ids": []}}, 400),
        ({"media": {"media_ids": ["1"] * 5}}, 400),
        ({"media": {"media_ids": ["1"]}}, 400),
        ({"media": {"media_ids": ["1"], "alt": ""}}, 400),
        ({"quote_tweet_id": "1"}, 403),
        ({"reply": {"in_reply_to_tweet_id": "1"}}, 403),
    ],
)
def test_a_wrong_body_is_refused_as_a_problem(
    person: Person, wrong: dict[str, Any], status: int
) -> None:
    answer = person.ask("POST", "/2/tweets", json={"text": "Hello", **wrong})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    kind = "https://api.x.com/2/problems/invalid-request" if status == 400 else "about:blank"
    assert answer.json()["type"] == kind
    assert person.x.posts == []


def test_a_body_that_is_no_json_is_refused(person: Person) -> None:
    assert person.ask("POST", "/2/tweets", content=b"text=Hello").status_code == 400
    assert person.ask("GET", "/2/other").status_code == 404


def test_the_same_again_is_not_allowed_while_the_first_stands(x: X) -> None:
    person, colleague = Person(x), Person(x, "p2")
    number = person.number()

    again = person.post()

    assert again.status_code == 403
    said = "You are not allowed to create a Tweet with duplicate content."
    assert again.json()["detail"] == said
    assert colleague.post().status_code == 201
    person.ask("DELETE", f"/2/tweets/{number}")
    assert person.post().status_code == 201


def test_too_many_in_a_quarter_of_an_hour_or_a_day(x: X) -> None:
    x.settings.posts_a_quarter = x.settings.deletes_a_quarter = 1
    x.settings.posts_a_day = 2
    person = Person(x)
    number = person.number("a")

    limited = person.post("b")

    assert limited.status_code == 429
    assert limited.json()["type"].endswith("/rate-limit-exceeded")
    assert limited.headers["x-rate-limit-remaining"] == "0"
    assert int(limited.headers["x-rate-limit-reset"]) > x.now()
    assert person.ask("DELETE", f"/2/tweets/{number}").status_code == 200
    assert person.ask("DELETE", f"/2/tweets/{number}").status_code == 429
    assert Person(x, "p2").post("c").status_code == 201
    assert Person(x, "p3").post("d").status_code == 429
    x.skip(901)
    assert person.post("e").status_code == 429
    assert (X().settings.posts_a_quarter, X().settings.posts_a_day) == (100, 10_000)


def test_the_money_can_be_spent_and_the_application_unknown(person: Person) -> None:
    person.x.settings.capped = True
    capped = person.post()
    person.x.settings.forbidden = True
    forbidden = person.post()

    assert (capped.status_code, forbidden.status_code) == (429, 403)
    assert capped.json()["type"].endswith("/usage-capped")
    assert forbidden.json()["type"].endswith("/client-forbidden")
    assert forbidden.json()["reason"] == "client-not-enrolled"


# Reading


def test_numbers_of_posts_are_read_by_a_hundred(x: X) -> None:
    person = Person(x)
    number, gone = person.number("a"), person.number("b")
    person.ask("DELETE", f"/2/tweets/{gone}")
    x.metrics[number] = {"impression_count": 120}

    def look(ids: str, fields: str = "public_metrics") -> httpx.Response:
        return person.ask("GET", f"/2/tweets?ids={ids}&tweet.fields={fields}")

    said = look(f"{number},{gone}").json()

    assert said["data"][0]["public_metrics"]["impression_count"] == 120
    assert said["data"][0]["public_metrics"]["like_count"] == 0
    assert said["errors"][0]["resource_id"] == gone
    assert look(",".join([number] * 101)).status_code == 400
    assert look("").status_code == 400
    assert look(number, "everything").status_code == 400
    x.skip(31 * 86400)
    person = Person(x)
    old = look(number, "non_public_metrics").json()
    assert old["errors"][0]["title"] == "Field Authorization Error"


def test_a_timeline_shows_the_latest_first_with_whole_addresses(x: X) -> None:
    person = Person(x)
    first = person.number("One https://a.com/x")
    person.number("Two")

    said = person.ask("GET", "/2/users/p1/tweets?max_results=5&tweet.fields=entities").json()
    since = person.ask("GET", f"/2/users/p1/tweets?since_id={first}").json()

    assert [post["text"][:3] for post in said["data"]] == ["Two", "One"]
    assert said["data"][1]["entities"]["urls"][0]["expanded_url"] == "https://a.com/x"
    assert since["meta"]["result_count"] == 1
    assert person.ask("GET", "/2/users/p1/tweets?max_results=1").status_code == 400
    assert person.ask("GET", "/2/users/p9/tweets").json() == {"meta": {"result_count": 0}}


def test_only_the_author_deletes(x: X) -> None:
    person, colleague = Person(x), Person(x, "p2")
    number = person.number()

    refused = colleague.ask("DELETE", f"/2/tweets/{number}")

    assert refused.json()["type"].endswith("/not-authorized-for-resource")
    assert person.ask("DELETE", f"/2/tweets/{number}").json() == {"data": {"deleted": True}}
    assert person.ask("DELETE", f"/2/tweets/{number}").status_code == 404


# Media


def test_a_picture_comes_as_a_form_or_as_json_and_gets_its_words(x: X) -> None:
    person = Person(x)
    number = person.picture()
    encoded = {"media": base64.b64encode(PNG).decode(), "media_category": "tweet_image"}
    other = person.ask("POST", "/2/media/upload", json=encoded).json()["data"]["id"]
    words = {"id": number, "metadata": {"alt_text": {"text": "A pump"}}}

    assert person.ask("POST", "/2/media/metadata", json=words).status_code == 200
    assert x.media[number].alt_text == "A pump"
    assert x.media[other].body == PNG
    status = person.ask("GET", f"/2/media/upload?media_id={number}&command=STATUS").json()
    assert status["data"]["processing_info"]["state"] == "succeeded"
    assert person.post(media={"media_ids": [number, other]}).status_code == 201


def test_wrong_pictures_are_refused(x: X) -> None:
    person, colleague = Person(x), Person(x, "p2")
    number = person.picture()

    def upload(**said: Any) -> int:
        return person.ask("POST", "/2/media/upload", **said).status_code

    category = {"media_category": "tweet_image"}
    assert upload(json={"media": "???", **category}) == 400
    assert upload(json={"media": base64.b64encode(b"text").decode(), **category}) == 400
    assert upload(json={"media": base64.b64encode(PNG).decode()}) == 400
    assert upload(content=b"text") == 400
    x.settings.image_bytes = 3
    assert upload(json={"media": base64.b64encode(PNG).decode(), **category}) == 400
    long = {"id": number, "metadata": {"alt_text": {"text": "x" * 1001}}}
    assert person.ask("POST", "/2/media/metadata", json=long).status_code == 400
    assert person.ask("GET", "/2/media/upload?media_id=1&command=STATUS").status_code == 400
    assert colleague.post(media={"media_ids": [number]}).status_code == 400
    x.skip(86401)
    assert Person(x).post(media={"media_ids": [number]}).status_code == 400


# Money


def test_every_call_has_its_price(x: X) -> None:
    person = Person(x)
    number = person.number("Plain")
    assert x.charged == Decimal("0.015")
    person.post("See https://a.com")
    assert x.charged == Decimal("0.215")
    for _ in range(2):
        person.ask("GET", f"/2/tweets?ids={number}")
    assert x.charged == Decimal("0.220")
    person.ask("GET", "/2/users/p1/tweets")
    assert x.charged == Decimal("0.225")
    person.ask("DELETE", f"/2/tweets/{number}")
    assert x.charged == Decimal("0.235")
    words = {"id": person.picture(), "metadata": {"alt_text": {"text": "A pump"}}}
    person.ask("POST", "/2/media/metadata", json=words)
    assert x.charged == Decimal("0.240")
    person.ask("GET", "/2/users/me")
    assert http.get(f"{x.url}/_stub/charged").json()["charged"] == "0.25"


def test_what_is_refused_is_not_charged_and_the_owner_reads_for_less(x: X) -> None:
    x.settings.owner = "p1"
    person = Person(x)
    number = person.number()
    person.post()
    assert x.charged == Decimal("0.015")
    person.ask("GET", f"/2/tweets?ids={number}")

    assert x.charged == Decimal("0.016")
