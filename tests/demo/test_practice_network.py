"""The practice network answers as a Mastodon server does, and in a demonstration only."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from vaandel.channels.pkce import challenge
from vaandel.demo.models import PracticeAccess, PracticePicture, PracticePost
from vaandel.demo.network.allowing import SCOPES, give_access
from vaandel.demo.network.reactions import reactions_to
from vaandel.organizations.models import Member

BACK = "/accounts/connect/mastodon/back/"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-43"
ADDRESSES = (
    ("GET", "/demo/network/"),
    ("GET", "/demo/network/1/"),
    ("GET", "/oauth/authorize"),
    ("POST", "/oauth/authorize"),
    ("POST", "/oauth/token"),
    ("POST", "/oauth/revoke"),
    ("GET", "/.well-known/oauth-authorization-server"),
    ("POST", "/api/v1/apps"),
    ("GET", "/api/v2/instance"),
    ("POST", "/api/v2/media"),
    ("GET", "/api/v1/accounts/verify_credentials"),
    ("GET", "/api/v1/accounts/1/statuses"),
    ("POST", "/api/v1/statuses"),
    ("GET", "/api/v1/statuses/1"),
    ("PUT", "/api/v1/statuses/1"),
    ("DELETE", "/api/v1/statuses/1"),
)


@pytest.fixture(autouse=True)
def demonstration(settings: Any) -> None:
    settings.DEMO = True
    settings.PRACTICE_SERVER = "127.0.0.1:8000"
    settings.PUBLIC_URL = "http://127.0.0.1:8000"


@pytest.fixture
def app(client: Client, db: None) -> dict[str, str]:
    form = {"client_name": "Vaandel", "redirect_uris": f"http://127.0.0.1:8000{BACK}"}
    answer = client.post("/api/v1/apps", form)
    assert answer.status_code == 200
    found: dict[str, str] = answer.json()
    return found


@pytest.fixture
def bearer(bob: Member) -> dict[str, str]:
    return {"Authorization": f"Bearer {give_access(bob.user)}"}


def asked(app: dict[str, str], **more: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": app["client_id"],
        "redirect_uri": app["redirect_uri"],
        "scope": " ".join(SCOPES),
        "state": "a-state",
        "code_challenge": challenge(VERIFIER),
        "code_challenge_method": "S256",
        **more,
    }


def exchanged(app: dict[str, str], code: str, **more: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": app["redirect_uri"],
        "code_verifier": VERIFIER,
        **more,
    }


def allowed(client: Client, app: dict[str, str], answer: str = "allow") -> dict[str, str]:
    response = client.post("/oauth/authorize", {**asked(app), "answer": answer})
    assert response.status_code == 302
    assert response["Location"].startswith(f"http://127.0.0.1:8000{BACK}?")
    return dict(parse_qsl(urlsplit(response["Location"]).query))


def publish(client: Client, bearer: dict[str, str], text: str, **more: Any) -> Any:
    headers = {**bearer, "Idempotency-Key": more.pop("key", "one")}
    said = {"status": text, "language": "nl", "visibility": "public", **more}
    return client.post("/api/v1/statuses", said, "application/json", headers=headers)


def a_picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(out, kind)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_elsewhere_it_does_not_exist(settings: Any, method: str, path: str, bob: Member) -> None:
    settings.DEMO = False
    settings.PRACTICE_SERVER = ""
    client = Client()
    client.force_login(bob.user, backend="django.contrib.auth.backends.ModelBackend")
    token = {"Authorization": f"Bearer {give_access(bob.user)}"}

    assert client.generic(method, path, headers=token).status_code == 404


def test_from_the_question_to_a_token(
    client_as: Callable[[Member], Client], client: Client, bob: Member, app: dict[str, str]
) -> None:
    metadata = client.get("/.well-known/oauth-authorization-server").json()
    page = client_as(bob).get("/oauth/authorize", asked(app)).content.decode()
    assert "Bob Sharer" in page
    assert "@bobsharer@127.0.0.1:8000" in page

    answer = allowed(client_as(bob), app)

    assert answer["state"] == "a-state"
    assert answer["iss"] == metadata["issuer"] == "http://127.0.0.1:8000/"
    given = client.post("/oauth/token", exchanged(app, answer["code"])).json()
    assert given["scope"] == "profile write:media write:statuses"
    headers = {"Authorization": f"Bearer {given['access_token']}"}
    who = client.get("/api/v1/accounts/verify_credentials", headers=headers).json()
    assert (who["id"], who["display_name"]) == (str(bob.user.pk), "Bob Sharer")
    # A code is used once.
    again = client.post("/oauth/token", exchanged(app, answer["code"]))
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})

    revoked = {**app, "token": given["access_token"]}
    assert client.post("/oauth/revoke", revoked).status_code == 200
    assert client.get("/api/v1/accounts/verify_credentials", headers=headers).status_code == 401
    assert not PracticeAccess.objects.exists()


def test_not_now(client_as: Callable[[Member], Client], bob: Member, app: dict[str, str]) -> None:
    answer = allowed(client_as(bob), app, answer="deny")

    assert answer["error"] == "access_denied"
    assert "code" not in answer


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"code": "made-up"}, 400, "invalid_grant"),
        ({"code_verifier": "another"}, 400, "invalid_grant"),
        ({"client_secret": "another"}, 401, "invalid_client"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"redirect_uri": "http://127.0.0.1:8000/elsewhere/"}, 400, "invalid_redirect_uri"),
    ],
)
def test_a_token_is_not_for_everybody(
    client_as: Callable[[Member], Client],
    client: Client,
    bob: Member,
    app: dict[str, str],
    wrong: dict[str, str],
    status: int,
    error: str,
) -> None:
    code = allowed(client_as(bob), app)["code"]

    answer = client.post("/oauth/token", {**exchanged(app, code), **wrong})

    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert not PracticeAccess.objects.exists()


def test_a_code_of_somebody_who_is_gone(
    client_as: Callable[[Member], Client], client: Client, bob: Member, app: dict[str, str]
) -> None:
    code = allowed(client_as(bob), app)["code"]
    bob.user.is_active = False
    bob.user.save()

    assert client.post("/oauth/token", exchanged(app, code)).status_code == 400


def test_it_sends_nobody_elsewhere(client: Client, db: None, app: dict[str, str]) -> None:
    for place in ("https://evil.example/", "http://127.0.0.1:8000.evil.example/"):
        answer = client.post("/api/v1/apps", {"client_name": "x", "redirect_uris": place})
        assert answer.status_code == 400

        assert client.get("/oauth/authorize", asked(app, redirect_uri=place)).status_code == 400


def test_whoever_is_not_signed_in_does_that_first(client: Client, app: dict[str, str]) -> None:
    response = client.get("/oauth/authorize", asked(app))

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/oauth/authorize")


def test_a_form_of_another_site_allows_nothing(bob: Member, app: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob.user, backend="django.contrib.auth.backends.ModelBackend")

    assert client.post("/oauth/authorize", {**asked(app), "answer": "allow"}).status_code == 403


def test_a_post_from_beginning_to_end(client: Client, bob: Member, bearer: dict[str, str]) -> None:
    text = "Warmte <b>onder</b> de straat\nhttp://127.0.0.1:8000/s/abcdefg"

    made = publish(client, bearer, text).json()

    number = made["id"]
    assert made["url"] == f"http://127.0.0.1:8000/demo/network/{number}/"
    assert "&lt;b&gt;onder&lt;/b&gt;" in made["content"]
    assert 'href="http://127.0.0.1:8000/s/abcdefg"' in made["content"]
    assert publish(client, bearer, text).json()["id"] == number
    listed = client.get(f"/api/v1/accounts/{bob.user.pk}/statuses?limit=20").json()
    assert [each["id"] for each in listed] == [number]
    page = client.get("/demo/network/").content.decode()
    assert "&lt;b&gt;onder&lt;/b&gt;" in page
    assert 'href="http://127.0.0.1:8000/s/abcdefg"' in page

    changed = client.put(
        f"/api/v1/statuses/{number}",
        {"status": "Anders"},
        "application/json",
        headers=bearer,
    )
    assert changed.status_code == 200
    assert "Anders" in client.get(f"/api/v1/statuses/{number}").json()["content"]
    assert "changed" in client.get(f"/demo/network/{number}/").content.decode()

    assert client.delete(f"/api/v1/statuses/{number}", headers=bearer).json()["text"] == "Anders"
    assert client.get(f"/api/v1/statuses/{number}").status_code == 404
    assert client.delete(f"/api/v1/statuses/{number}", headers=bearer).status_code == 404
    assert client.get(f"/demo/network/{number}/").status_code == 404


def test_only_whose_post_it_is_changes_it(
    client: Client, bearer: dict[str, str], alice: Member
) -> None:
    number = publish(client, bearer, "Van Bob").json()["id"]
    hers = {"Authorization": f"Bearer {give_access(alice.user)}"}
    path, said = f"/api/v1/statuses/{number}", {"status": "Van Alice"}

    assert client.put(path, said, "application/json", headers=hers).status_code == 404
    assert client.delete(path, headers=hers).status_code == 404
    assert client.put(path, said, "application/json").status_code == 401
    assert client.post("/api/v1/statuses", said, headers={"Authorization": "Bearer x"}).json() == {
        "error": "The access token is invalid"
    }
    assert PracticePost.objects.get().text == "Van Bob"


@pytest.mark.parametrize(
    "said",
    [
        {"text": "a" * 501},
        {"text": "  "},
        {"text": "a", "media_ids": ["1", "2", "3", "4", "5"]},
    ],
)
def test_what_no_server_takes(client: Client, bearer: dict[str, str], said: dict[str, Any]) -> None:
    answer = publish(client, bearer, **said)

    assert answer.status_code == 422
    assert answer.json()["error"].startswith("Validation failed: ")
    assert not PracticePost.objects.exists()


def test_nonsense_is_refused_in_peace(client: Client, bearer: dict[str, str]) -> None:
    for body in (b"{", b"[1]", b'{"status": 3}'):
        answer = client.post("/api/v1/statuses", body, "application/json", headers=bearer)
        assert answer.status_code == 422
    assert client.get("/api/v1/accounts/999999/statuses").status_code == 404


def test_a_picture_with_its_description(
    client: Client, bob: Member, bearer: dict[str, str]
) -> None:
    def upload(content: bytes) -> Any:
        file = SimpleUploadedFile("a.png", content, "image/png")
        form = {"file": file, "description": "Een blauw vlak"}
        return client.post("/api/v2/media", form, headers=bearer)

    assert upload(b"no picture").status_code == 422
    assert client.post("/api/v2/media", {}, headers=bearer).status_code == 422
    numbers = [upload(a_picture()).json()["id"] for _ in range(2)]

    made = publish(client, bearer, "Met beeld", media_ids=numbers).json()

    assert [each["id"] for each in made["media_attachments"]] == numbers
    assert made["media_attachments"][0]["description"] == "Een blauw vlak"
    assert 'alt="Een blauw vlak"' in client.get(f"/demo/network/{made['id']}/").content.decode()
    picture = PracticePicture.objects.first()
    assert picture is not None
    # Read to its end, which closes the file and leaves the connection alone.
    assert b"".join(client.get(picture.file.url)).startswith(b"\xff\xd8")
    # What is left out of a change is taken away.
    path = f"/api/v1/statuses/{made['id']}"
    said = {"status": "Met beeld", "media_ids": numbers[:1]}
    changed = client.put(path, said, "application/json", headers=bearer).json()
    assert [each["id"] for each in changed["media_attachments"]] == numbers[:1]
    client.delete(path, headers=bearer)
    assert not PracticePicture.objects.exists()


def test_figures_come_by_themselves_and_never_go_down() -> None:
    ages = [timedelta(minutes=minutes) for minutes in (0, 30, 300, 3000, 30_000)]
    found = [reactions_to("a-key", age) for age in ages]

    assert (found[0].favourites, found[0].boosts, found[0].replies) == (0, 0, 0)
    assert found == [reactions_to("a-key", age) for age in ages]
    for before, after in pairwise(found):
        assert before.favourites <= after.favourites
        assert before.boosts <= after.boosts
        assert before.replies <= after.replies
    assert found[-1].favourites >= 5


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_page_asks_no_more_for_more_posts(
    client: Client,
    bob: Member,
    count: int,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    for number in range(count):
        PracticePost.objects.create(
            author=bob.user, text=f"Nummer {number}", created_at=timezone.now()
        )

    with django_assert_num_queries(3):
        page = client.get("/demo/network/").content.decode()

    assert page.count('practice-post"') == min(count, 25)
    assert ("page=2" in page) == (count > 25)


@pytest.mark.django_db
def test_an_empty_network_says_how_to_fill_it(client: Client) -> None:
    assert "No posts yet" in client.get("/demo/network/").content.decode()


def test_the_accounts_page_knows_the_practice_network(
    client_as: Callable[[Member], Client], bob_enrolment: Any, bob: Member, settings: Any
) -> None:
    page = client_as(bob).get("/o/acme/accounts/").content.decode()
    assert 'value="127.0.0.1:8000"' in page
    assert "practice network" in page

    settings.PRACTICE_SERVER = ""
    assert "practice network" not in client_as(bob).get("/o/acme/accounts/").content.decode()
