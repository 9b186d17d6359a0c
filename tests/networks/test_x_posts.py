"""What X takes, counts, refuses and shows of posts."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.networks.x import X
from tests.networks.x_length import length
from tests.networks.x_person import Person


@pytest.fixture
def person(x: X) -> Person:
    return Person(x)


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
