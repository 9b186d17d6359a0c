"""Signing in to LinkedIn, and every token error that its documentation lists."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.networks.asking import http
from tests.networks.linkedin import LinkedIn
from tests.networks.linkedin_members import DAY

BACK = "https://vaandel.example/back"
SCOPE = "openid profile w_member_social"
CLIENT = {"client_id": "client", "client_secret": "client-secret"}


def page(linkedin: LinkedIn, **other: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": "client",
        "redirect_uri": BACK,
        "state": "s1",
        "scope": SCOPE,
        **other,
    }
    return f"{linkedin.url}/oauth/v2/authorization?{urlencode(asked)}"


def came_back(address: str) -> dict[str, str]:
    assert address.startswith(BACK)
    return dict(parse_qsl(urlsplit(address).query))


def ask(linkedin: LinkedIn, path: str, **form: str) -> httpx.Response:
    return http.post(f"{linkedin.url}/oauth/v2/{path}", data={**CLIENT, **form})


def exchange(linkedin: LinkedIn, **other: str) -> httpx.Response:
    code = came_back(linkedin.allow(page(linkedin)))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return ask(linkedin, "accessToken", **{**form, **other})


def userinfo(linkedin: LinkedIn, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return http.get(f"{linkedin.url}/v2/userinfo", headers=headers)


def test_a_person_allows_and_the_code_becomes_a_token(linkedin: LinkedIn) -> None:
    shown = http.get(page(linkedin))
    back = came_back(linkedin.allow(page(linkedin), person="p7"))
    said = exchange(linkedin).json()

    assert ">Allow</button>" in shown.text
    assert back["state"] == "s1"
    assert said["expires_in"] == 60 * DAY
    assert said["scope"] == "openid,profile,w_member_social"
    assert "refresh_token" not in said
    person = userinfo(linkedin, said["access_token"]).json()
    assert person["sub"] == "p1"
    assert "email" not in person


def test_a_person_cancels(linkedin: LinkedIn) -> None:
    back = came_back(linkedin.cancel(page(linkedin)))

    assert back["error"] == "user_cancelled_authorize"
    assert back["state"] == "s1"


def test_a_scope_of_no_product_goes_back_as_an_error(linkedin: LinkedIn) -> None:
    back = came_back(linkedin.allow(page(linkedin, scope="r_member_postAnalytics")))

    assert back["error"] == "unauthorized_scope_error"


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "other"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": ""},
        {"state": ""},
        {"scope": ""},
        {"response_type": "token"},
    ],
)
def test_a_wrong_request_stays_on_a_page_of_the_network(
    linkedin: LinkedIn, wrong: dict[str, str]
) -> None:
    linkedin.settings.redirect_uris = (BACK,)

    assert http.get(page(linkedin, **wrong)).status_code == 400


def test_a_code_works_once_for_its_own_address_and_for_half_an_hour(linkedin: LinkedIn) -> None:
    code = came_back(linkedin.allow(page(linkedin)))["code"]

    assert exchange(linkedin, redirect_uri="https://other.example").status_code == 400
    assert exchange(linkedin, code=code).status_code == 200
    assert exchange(linkedin, code=code).json()["error"] == "invalid_request"
    code = came_back(linkedin.allow(page(linkedin)))["code"]
    linkedin.skip(1801)
    assert exchange(linkedin, code=code).status_code == 400


def test_a_wrong_secret_is_invalid_client(linkedin: LinkedIn) -> None:
    said = exchange(linkedin, client_secret="guess")

    assert (said.status_code, said.json()["error"]) == (401, "invalid_client")


def test_only_a_partner_refreshes_and_never_beyond_a_year(linkedin: LinkedIn) -> None:
    linkedin.settings.partner = True
    said = exchange(linkedin).json()
    refresh = {"grant_type": "refresh_token", "refresh_token": said["refresh_token"]}
    assert said["refresh_token_expires_in"] == 365 * DAY

    linkedin.skip(360 * DAY)
    again = ask(linkedin, "accessToken", **refresh).json()
    linkedin.skip(6 * DAY)

    assert again["refresh_token"] == said["refresh_token"]
    assert again["expires_in"] == pytest.approx(5 * DAY, abs=5)
    assert again["refresh_token_expires_in"] == pytest.approx(5 * DAY, abs=5)
    assert userinfo(linkedin, said["access_token"]).json()["serviceErrorCode"] == 65602
    assert ask(linkedin, "accessToken", **refresh).status_code == 400


def test_without_partnership_there_is_nothing_to_refresh(linkedin: LinkedIn) -> None:
    refused = ask(linkedin, "accessToken", grant_type="refresh_token", refresh_token="AR1")

    assert refused.json()["error"] == "invalid_request"


def test_a_token_can_be_looked_at_and_revoked(linkedin: LinkedIn) -> None:
    token = linkedin.connect("p1")

    def status() -> Any:
        return ask(linkedin, "introspectToken", token=token).json().get("status")

    before = status()
    revoked = ask(linkedin, "revoke", token=token)

    assert (before, revoked.status_code, status()) == ("active", 200, "revoked")
    assert userinfo(linkedin, token).json()["serviceErrorCode"] == 65601
    assert ask(linkedin, "introspectToken", token="other").json() == {"active": False}


def test_revoking_a_refresh_token_ends_what_came_of_it(linkedin: LinkedIn) -> None:
    linkedin.settings.partner = True
    said = exchange(linkedin).json()

    ask(linkedin, "revoke", token=said["refresh_token"])

    assert userinfo(linkedin, said["access_token"]).json()["serviceErrorCode"] == 65601
    refresh = {"grant_type": "refresh_token", "refresh_token": said["refresh_token"]}
    assert ask(linkedin, "accessToken", **refresh).status_code == 400


def test_every_token_error_has_its_number(linkedin: LinkedIn) -> None:
    expired, revoked = linkedin.connect("p1"), linkedin.connect("p2")
    linkedin.skip(60 * DAY)
    linkedin.revoke_all("p2")
    asked = [userinfo(linkedin, token) for token in ("", "guess", revoked, expired)]

    assert {answer.status_code for answer in asked} == {401}
    assert [answer.json()["serviceErrorCode"] for answer in asked] == [65604, 65600, 65601, 65602]
