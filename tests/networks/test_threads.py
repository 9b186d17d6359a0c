"""What Threads takes, in two steps, and what it refuses."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.networks.asking import http
from tests.networks.threads import Threads, length
from tests.networks.threads_members import DAY, HOUR

BACK = "https://vaandel.example/back"
PICTURE = "https://vaandel.example/picture.jpg"


def page(threads: Threads, **other: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": "client",
        "redirect_uri": BACK,
        "scope": "threads_basic,threads_content_publish",
        "state": "s1",
        **other,
    }
    return f"{threads.url}/oauth/authorize?{urlencode(asked)}"


def exchange(threads: Threads, **other: str) -> httpx.Response:
    address = threads.allow(page(threads))
    assert address.endswith("#_")
    form = {
        "grant_type": "authorization_code",
        "client_id": "client",
        "client_secret": "client-secret",
        "redirect_uri": BACK,
        "code": dict(parse_qsl(urlsplit(address).query))["code"],
        **other,
    }
    return http.post(f"{threads.url}/oauth/access_token", data=form)


def long_token(threads: Threads, token: str, **other: str) -> httpx.Response:
    asked = {
        "grant_type": "th_exchange_token",
        "client_secret": "client-secret",
        "access_token": token,
        **other,
    }
    return http.get(f"{threads.url}/access_token", params=asked)


def refresh(threads: Threads, token: str) -> httpx.Response:
    asked = {"grant_type": "th_refresh_token", "access_token": token}
    return http.get(f"{threads.url}/refresh_access_token", params=asked)


class Person:
    def __init__(self, threads: Threads, name: str = "p1", scope: str = "") -> None:
        self.threads, self.name = threads, name
        self.token = threads.connect(name, scope)
        self.id = threads.user_id(name)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return http.request(method, f"{self.threads.url}/v1.0{path}", headers=headers, **more)

    def contain(self, text: str = "Hello", **more: str) -> httpx.Response:
        data = {"media_type": "TEXT", "text": text, **more}
        return self.ask("POST", f"/{self.id}/threads", data=data)

    def container(self, *arguments: str, **more: str) -> str:
        answer = self.contain(*arguments, **more)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def publish(self, container: str) -> httpx.Response:
        return self.ask("POST", f"/{self.id}/threads_publish", data={"creation_id": container})

    def number(self, *arguments: str, **more: str) -> str:
        return str(self.publish(self.container(*arguments, **more)).json()["id"])

    def status(self, container: str) -> dict[str, str]:
        return dict(self.ask("GET", f"/{container}?fields=status,error_message").json())


@pytest.fixture
def person(threads: Threads) -> Person:
    return Person(threads)


def code(answer: httpx.Response) -> tuple[int, int]:
    assert answer.status_code >= 400, answer.text
    error = answer.json()["error"]
    assert error["type"] in {"OAuthException", "GraphMethodException"}
    return error["code"], error.get("error_subcode", 0)


# Signing in


def test_a_code_becomes_a_short_token_and_that_a_long_one(threads: Threads) -> None:
    short = exchange(threads).json()
    long = long_token(threads, short["access_token"]).json()

    assert str(short["user_id"]) == threads.user_id("p1")
    assert long["expires_in"] == 60 * DAY
    threads.skip(HOUR)
    assert code(long_token(threads, short["access_token"])) == (190, 463)
    me = http.get(f"{threads.url}/v1.0/me", params={"access_token": long["access_token"]})
    assert me.json() == {"id": threads.user_id("p1"), "username": "p1"}


def test_a_code_works_once_with_the_right_secret(threads: Threads) -> None:
    back = dict(parse_qsl(urlsplit(threads.allow(page(threads))).query))

    assert back["state"] == "s1"
    assert code(exchange(threads, client_secret="guess")) == (101, 0)
    assert exchange(threads, code=back["code"]).status_code == 200
    again = exchange(threads, code=back["code"])
    assert (again.status_code, again.json()["error_type"]) == (400, "OAuthException")
    assert "error_reason=user_denied" in threads.cancel(page(threads))


def test_exchanging_and_refreshing_have_their_rules(threads: Threads) -> None:
    short = exchange(threads).json()["access_token"]
    assert code(long_token(threads, short, client_secret="guess")) == (101, 0)
    assert code(long_token(threads, short, grant_type="other")) == (100, 0)
    assert code(refresh(threads, short)) == (10, 0)
    long = long_token(threads, short).json()["access_token"]
    assert code(long_token(threads, long)) == (452, 0)
    assert code(refresh(threads, long)) == (10, 0)

    threads.skip(DAY)
    renewed = refresh(threads, long)

    assert renewed.json()["expires_in"] == 60 * DAY
    threads.skip(59 * DAY)
    assert code(refresh(threads, long)) == (190, 463)
    assert refresh(threads, renewed.json()["access_token"]).status_code == 200
    assert http.get(f"{threads.url}/refresh_access_token").json()["error"]["code"] == 100


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "other"},
        {"redirect_uri": "https://evil.example"},
        {"scope": "threads_content_publish"},
        {"scope": "threads_basic,everything"},
        {"state": ""},
    ],
)
def test_a_wrong_request_stays_on_a_page_of_the_network(
    threads: Threads, wrong: dict[str, str]
) -> None:
    threads.settings.redirect_uris = (BACK,)

    assert http.get(page(threads, **wrong)).status_code == 400


def test_before_review_only_testers_may(threads: Threads) -> None:
    threads.settings.testers = ("p1",)

    assert threads.allow(page(threads), person="p1").startswith(BACK)
    with pytest.raises(AssertionError, match="no tester"):
        threads.allow(page(threads), person="p2")


def test_a_dead_token_is_190_with_the_reason(person: Person) -> None:
    other = Person(person.threads, "p2")
    person.threads.revoke_all("p1")

    assert code(person.contain()) == (190, 458)
    other.token = "guess"
    assert code(other.contain()) == (190, 0)
    person.threads.settings.token_status = 401
    assert other.contain().status_code == 401


def test_scopes_hold(threads: Threads) -> None:
    reader = Person(threads, scope="threads_basic")

    assert code(reader.contain()) == (10, 0)
    number = Person(threads).number()
    assert code(reader.ask("GET", f"/{number}/insights?metric=views")) == (10, 0)
    assert code(reader.ask("DELETE", f"/{number}")) == (10, 0)


# Publishing


def test_a_container_is_published_once(person: Person) -> None:
    container = person.container("Hello", link_attachment="https://a.example", topic_tag="Heat")
    assert person.status(container) == {"id": container, "status": "FINISHED"}

    published = person.publish(container)

    assert [post.text for post in person.threads.posts] == ["Hello"]
    assert person.status(container)["status"] == "PUBLISHED"
    assert code(person.publish(container)) == (24, 4279009)
    fields = "id,text,permalink,timestamp,link_attachment_url,topic_tag"
    said = person.ask("GET", f"/{published.json()['id']}?fields={fields}").json()
    assert said["permalink"].startswith("https://www.threads.net/@p1/post/")
    assert (said["text"], said["topic_tag"]) == ("Hello", "Heat")


def test_a_container_takes_its_time_and_ends_after_a_day(person: Person) -> None:
    person.threads.settings.container_seconds = 30
    container = person.container(media_type="IMAGE", image_url=PICTURE, alt_text="A pump")

    assert person.status(container)["status"] == "IN_PROGRESS"
    assert code(person.publish(container)) == (24, 4279009)
    person.threads.skip(30)
    assert person.status(container)["status"] == "FINISHED"
    person.threads.skip(DAY)
    assert person.status(container)["status"] == "EXPIRED"
    assert code(person.publish(container)) == (24, 4279009)


def test_a_picture_that_cannot_be_fetched_is_an_error(person: Person) -> None:
    person.threads.settings.downloads = False
    container = person.container(media_type="IMAGE", image_url=PICTURE)

    said = person.status(container)

    assert (said["status"], said["error_message"]) == ("ERROR", "FAILED_DOWNLOADING_IMAGE")
    assert code(person.publish(container)) == (24, 4279009)
    assert person.contain().status_code == 200


def test_a_carousel_has_two_to_twenty_items_that_are_ready(person: Person) -> None:
    def item(**more: str) -> str:
        return person.container(media_type="IMAGE", image_url=PICTURE, **more)

    def carousel(*children: str) -> httpx.Response:
        return person.contain(media_type="CAROUSEL", children=",".join(children))

    items = [item(is_carousel_item="true") for _ in range(2)]

    assert carousel(*items).status_code == 200
    assert code(carousel(items[0])) == (100, 0)
    assert code(carousel(*items * 11)) == (100, 0)
    assert code(carousel(items[0], item())) == (100, 0)
    person.threads.settings.container_seconds = 30
    assert code(carousel(items[0], item(is_carousel_item="true"))) == (100, 0)


@pytest.mark.parametrize(
    ("text", "expected"), [("é", 1), ("👋", 4), ("👩🏽‍💻", 15), ("漢", 1), ("🇳🇱", 8), ("a", 1)]
)
def test_an_emoji_counts_its_bytes(text: str, expected: int) -> None:
    assert length(text) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "x" * 501},
        {"text": "👋" * 126},
        {"media_type": "GIF"},
        {"media_type": "IMAGE"},
        {"media_type": "IMAGE", "image_url": "picture.jpg"},
        {"media_type": "IMAGE", "image_url": PICTURE, "alt_text": "x" * 1001},
        {"media_type": "IMAGE", "image_url": PICTURE, "link_attachment": "https://a.example"},
        {"link_attachment": "a.example"},
        {"topic_tag": "a.b"},
        {"topic_tag": "a&b"},
        {"topic_tag": ""},
        {"topic_tag": "x" * 51},
    ],
)
def test_a_wrong_container_is_refused(person: Person, wrong: dict[str, str]) -> None:
    assert code(person.contain(**{"text": "Hello", **wrong})) == (100, 0)
    assert person.contain("👋" * 125).status_code == 200


def test_five_links_and_no_more(person: Person) -> None:
    links = " ".join(f"https://a.example/{number}" for number in range(5))

    assert person.contain(f"{links} https://a.example/1").status_code == 200
    refused = person.contain(links, link_attachment="https://a.example/5")
    assert refused.json()["error"]["error_user_title"] == "LINK_LIMIT_EXCEEDED"


def test_text_can_be_published_in_one_step_and_twice(person: Person) -> None:
    for _ in range(2):
        person.container("Hello", auto_publish_text="true")

    assert person.threads.duplicates() == {("p1", "Hello"): 2}


def test_250_posts_in_a_day(person: Person) -> None:
    person.threads.settings.most_posts_a_day = 1
    person.number()

    assert code(person.publish(person.container("b"))) == (9, 2207042)
    fields = "quota_usage,config,delete_quota_usage"
    said = person.ask("GET", f"/me/threads_publishing_limit?fields={fields}").json()["data"][0]
    assert (said["quota_usage"], said["config"]["quota_total"]) == (1, 1)
    person.threads.skip(DAY)
    assert person.publish(person.container("c")).status_code == 200
    assert Threads().settings.most_posts_a_day == 250


# Reading


def test_own_posts_come_latest_first(threads: Threads) -> None:
    person, colleague = Person(threads), Person(threads, "p2")
    for text in "abc":
        person.number(text)
    colleague.number("d")

    said = person.ask("GET", "/me/threads?fields=text&limit=2").json()["data"]

    assert [post["text"] for post in said] == ["c", "b"]
    assert code(person.ask("GET", f"/{colleague.id}/threads")) == (100, 33)
    assert code(person.ask("GET", "/me/other")) == (2500, 0)


def test_numbers_are_given_where_they_are_known(threads: Threads) -> None:
    person = Person(threads)
    number = person.number()
    threads.metrics[number] = {"views": 40, "likes": 2}

    said = person.ask("GET", f"/{number}/insights?metric=views,likes,shares").json()["data"]

    assert {each["name"]: each["values"][0]["value"] for each in said} == {"views": 40, "likes": 2}
    assert code(person.ask("GET", f"/{number}/insights?metric=impressions")) == (100, 0)


def test_a_post_is_deleted_by_its_author_and_then_gone(threads: Threads) -> None:
    person, colleague = Person(threads), Person(threads, "p2")
    number, other = person.number("a"), person.number("b")
    threads.settings.most_deletes_a_day = 1

    assert code(colleague.ask("DELETE", f"/{number}")) == (100, 33)
    assert person.ask("DELETE", f"/{number}").json()["success"] is True
    assert code(person.ask("GET", f"/{number}")) == (100, 33)
    assert code(person.ask("DELETE", f"/{number}")) == (100, 33)
    assert code(person.ask("DELETE", f"/{other}")) == (9, 2207042)
