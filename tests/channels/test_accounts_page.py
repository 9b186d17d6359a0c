"""The page of one's own accounts: connect, figures or not, disconnect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.channels.conftest import SECRET, answer_of
from tests.networks.linkedin import LinkedIn
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import AccountConsent, ConnectedAccount, Connecting, NetworkApp
from vaandel.channels.services.accounts import account_of, must_reconnect
from vaandel.channels.services.spending import book
from vaandel.organizations.models import Member, Organization

PAGE = "/o/acme/accounts/"


def connect_form(**more: str) -> dict[str, str]:
    return {f"linkedin-{name}": value for name, value in more.items()}


def press_connect(client: Client, **more: str) -> Any:
    return client.post(f"{PAGE}linkedin/connect/", connect_form(**more))


def test_first_it_says_that_nothing_is_needed(as_bob: Client, acme_app: None) -> None:
    page = as_bob.get(PAGE).content.decode()

    assert "You need not connect anything" in page
    assert "Connect LinkedIn" in page
    assert "Connect X" not in page
    assert SECRET not in page


def test_without_a_network_there_is_nothing_to_press(
    as_bob: Client, acme: Organization, settings: Any
) -> None:
    for channel in ("linkedin", "x", "threads", "bluesky", "mastodon"):
        NetworkApp.objects.create(organization=acme, channel=channel, is_on=False)

    assert "Nothing can be connected yet" in as_bob.get(PAGE).content.decode()


def test_who_does_not_take_part_has_no_page(
    alice: Member, bob_enrolment: Enrolment, client_as: Callable[[Member], Client]
) -> None:
    assert client_as(alice).get(PAGE).status_code == 404

    Enrolment.objects.update(state=Enrolment.State.LEFT)
    assert client_as(bob_enrolment.member).get(PAGE).status_code == 404


def test_connecting_goes_on_to_the_network_without_a_trace(
    as_bob: Client, acme_app: None, linkedin: LinkedIn
) -> None:
    answer = press_connect(as_bob)

    assert answer.status_code == 200
    url = answer.headers["Refresh"].removeprefix("0; url=")
    assert url.startswith(f"{linkedin.url}/oauth/v2/authorization?")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    cookie = answer.cookies["vaandel_connecting"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 600)
    assert Connecting.objects.get().statistics is False


def test_the_whole_way_in_a_browser(as_bob: Client, acme_app: None, linkedin: LinkedIn) -> None:
    sent = press_connect(as_bob, next="/o/acme/posts/1/share/")
    back = linkedin.allow(sent.headers["Refresh"].removeprefix("0; url="))
    assert "/accounts/connect/linkedin/back/?" in back

    answer = as_bob.get("/accounts/connect/linkedin/back/", answer_of(back))

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/o/acme/posts/1/share/"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    page = as_bob.get(PAGE).content.decode()
    assert "Connected. You can post on LinkedIn now." in page
    assert "Member p1" in page
    for secret in account_of(ConnectedAccount.objects.get()).keys.values():
        assert str(secret) not in page


def test_signing_in_again_on_the_way_keeps_it(
    as_bob: Client, acme_app: None, linkedin: LinkedIn, bob: Member, settings: Any
) -> None:
    sent = press_connect(as_bob)
    del as_bob.cookies[settings.SESSION_COOKIE_NAME]
    back = answer_of(linkedin.allow(sent.headers["Refresh"].removeprefix("0; url=")))

    to_sign_in = as_bob.get("/accounts/connect/linkedin/back/", back)

    place = to_sign_in.headers["Location"]
    assert place == "/accounts/login/?next=/accounts/connect/linkedin/back/"
    assert back["code"] not in place
    assert back["code"] not in str(dict(as_bob.session))
    as_bob.force_login(bob.user, backend="django.contrib.auth.backends.ModelBackend")
    answer = as_bob.get("/accounts/connect/linkedin/back/")
    assert answer.headers["Location"] == "/o/acme/accounts/#linkedin"
    assert ConnectedAccount.objects.get().enrolment.member == bob


def test_what_came_back_to_another_browser_of_the_same_person_is_refused(
    as_bob: Client, acme_app: None, linkedin: LinkedIn, bob: Member, client_as: Any
) -> None:
    sent = press_connect(as_bob)
    back = answer_of(linkedin.allow(sent.headers["Refresh"].removeprefix("0; url=")))

    elsewhere = client_as(bob).get("/accounts/connect/linkedin/back/", back)

    assert elsewhere.status_code == 422
    assert "Connecting took too long, or was done already." in elsewhere.content.decode()
    assert not ConnectedAccount.objects.exists()


def test_what_somebody_else_is_sent_to_is_refused(
    as_bob: Client, acme_app: None, linkedin: LinkedIn, charlie: Member, client_as: Any
) -> None:
    sent = press_connect(as_bob)
    back = answer_of(linkedin.allow(sent.headers["Refresh"].removeprefix("0; url=")))
    theirs = client_as(charlie)
    theirs.cookies["vaandel_connecting"] = as_bob.cookies["vaandel_connecting"].value

    assert theirs.get("/accounts/connect/linkedin/back/", back).status_code == 422
    assert not ConnectedAccount.objects.exists()


def test_no_is_answered_kindly(as_bob: Client, acme_app: None, linkedin: LinkedIn) -> None:
    sent = press_connect(as_bob, next="/o/acme/posts/1/share/")
    back = answer_of(linkedin.cancel(sent.headers["Refresh"].removeprefix("0; url=")))

    answer = as_bob.get("/accounts/connect/linkedin/back/", back)

    page = answer.content.decode()
    assert "Not connected, as you wished" in page
    assert "Sharing works without" in page
    assert "/o/acme/posts/1/share/" in page


@pytest.mark.parametrize("query", ["", "?code=a", "?state=a&code=b", "?error=access_denied"])
def test_nonsense_is_refused(as_bob: Client, query: str) -> None:
    assert as_bob.get(f"/accounts/connect/linkedin/back/{query}").status_code == 422


def test_an_unknown_network_is_not_found(as_bob: Client) -> None:
    assert as_bob.get("/accounts/connect/email/back/").status_code == 404
    assert as_bob.post(f"{PAGE}email/connect/").status_code == 404
    assert as_bob.get(f"{PAGE}email/disconnect/").status_code == 404


def test_what_the_network_brings_is_in_no_log(
    as_bob: Client, acme_app: None, linkedin: LinkedIn, caplog: Any
) -> None:
    sent = press_connect(as_bob)
    back = answer_of(linkedin.allow(sent.headers["Refresh"].removeprefix("0; url=")))

    caplog.clear()
    with caplog.at_level("DEBUG"):
        as_bob.get("/accounts/connect/linkedin/back/", back)

    lines = [record for record in caplog.records if record.name == "vaandel.request"]
    assert [getattr(line, "route", "") for line in lines] == ["channels:arrive"]
    said = " ".join(str(record.__dict__ | {"request": ""}) for record in lines)
    assert back["code"] not in said
    assert back["state"] not in said


def test_an_address_of_another_site_is_no_way_on(
    as_bob: Client, acme_app: None, linkedin: LinkedIn
) -> None:
    assert (
        "elsewhere.example"
        not in as_bob.get(PAGE, {"next": "https://elsewhere.example/"}).content.decode()
    )
    sent = press_connect(as_bob, next="https://elsewhere.example/")
    back = answer_of(linkedin.allow(sent.headers["Refresh"].removeprefix("0; url=")))

    answer = as_bob.get("/accounts/connect/linkedin/back/", back)

    assert answer.headers["Location"] == "/o/acme/accounts/#linkedin"


def test_a_server_that_is_none_is_said_at_the_field(as_bob: Client, acme: Organization) -> None:
    empty = as_bob.post(f"{PAGE}mastodon/connect/", {"mastodon-server": ""})
    assert empty.status_code == 422
    assert "Fill in where your account is." in empty.content.decode()

    wrong = as_bob.post(f"{PAGE}mastodon/connect/", {"mastodon-server": "no server"})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "We cannot find that server or name." in page
    assert 'value="no server"' in page


def test_nobody_has_many_servers_asked(
    as_bob: Client, acme_app: None, linkedin: LinkedIn, monkeypatch: Any
) -> None:
    monkeypatch.setattr("vaandel.channels.views.accounts.ATTEMPTS", 2)

    assert [press_connect(as_bob).status_code for _ in range(3)] == [200, 200, 422]
    assert "Try again in an hour." in press_connect(as_bob).content.decode()


@pytest.mark.parametrize("server", ["127.0.0.1", "localhost", "169.254.169.254", "[::1]"])
def test_a_server_of_ones_own_network_is_refused(
    as_bob: Client, acme: Organization, server: str
) -> None:
    answer = as_bob.post(f"{PAGE}mastodon/connect/", {"mastodon-server": server})

    assert answer.status_code == 422
    assert not Connecting.objects.exists()


def test_who_wants_figures_later_is_asked_by_the_network_too(
    as_bob: Client, account: ConnectedAccount, linkedin: LinkedIn
) -> None:
    scopes = ["openid", "profile", "w_member_social", "r_member_postAnalytics"]
    NetworkApp.objects.update(scopes=scopes)
    linkedin.settings.scopes = tuple(scopes)

    sent = as_bob.post(f"{PAGE}linkedin/figures/", {"given": "yes"})

    assert not ConnectedAccount.objects.get().reads_statistics
    back = linkedin.allow(sent.headers["Refresh"].removeprefix("0; url="))
    as_bob.get("/accounts/connect/linkedin/back/", answer_of(back))
    row = ConnectedAccount.objects.get()
    assert (row.pk, row.reads_statistics) == (account.pk, True)
    assert "r_member_postAnalytics" in row.scopes


def test_figures_are_read_with_consent_and_not_without(
    as_bob: Client, account: ConnectedAccount
) -> None:
    NetworkApp.objects.update(scopes=["r_member_postAnalytics"])
    ConnectedAccount.objects.update(scopes=["w_member_social", "r_member_postAnalytics"])

    as_bob.post(f"{PAGE}linkedin/figures/", {"given": "yes"})
    as_bob.post(f"{PAGE}linkedin/figures/", {"given": "yes"})

    assert ConnectedAccount.objects.get().reads_statistics
    assert AccountConsent.objects.get(purpose="STATISTICS").revoked_at is None
    assert "Stop reading figures" in as_bob.get(PAGE).content.decode()

    as_bob.post(f"{PAGE}linkedin/figures/", {"given": "no"})

    assert AccountConsent.objects.get(purpose="STATISTICS").revoked_at is not None
    assert not ConnectedAccount.objects.get().reads_statistics
    assert "What you agreed to, and until when" in as_bob.get(PAGE).content.decode()


def test_figures_are_not_offered_where_there_are_none(
    as_bob: Client, account: ConnectedAccount
) -> None:
    assert "figures/" not in as_bob.get(PAGE).content.decode()


def test_disconnecting_asks_first_and_then_does_it_once(
    as_bob: Client, account: ConnectedAccount
) -> None:
    question = as_bob.get(f"{PAGE}linkedin/disconnect/").content.decode()
    assert "Disconnect LinkedIn?" in question
    assert ConnectedAccount.objects.exists()

    for _press in range(2):
        answer = as_bob.post(f"{PAGE}linkedin/disconnect/")
        assert answer.headers["Location"] == "/o/acme/accounts/#linkedin"

    assert not ConnectedAccount.objects.exists()
    assert as_bob.get(f"{PAGE}linkedin/disconnect/").status_code == 404


def test_nobody_sees_or_ends_somebody_elses(
    account: ConnectedAccount, client_as: Callable[[Member], Client], alice: Member
) -> None:
    client = client_as(alice)

    assert client.post(f"{PAGE}linkedin/disconnect/").status_code == 404
    assert client.post(f"{PAGE}linkedin/figures/", {"given": "yes"}).status_code == 404
    assert ConnectedAccount.objects.exists()


def test_what_broke_says_why_and_what_to_do(as_bob: Client, account: ConnectedAccount) -> None:
    must_reconnect(account, problem="missing_scope", at=timezone.now())

    page = as_bob.get(PAGE).content.decode()

    assert "The connection does not allow posting." in page
    assert "Connect LinkedIn again" in page


def test_a_network_that_was_switched_off_can_still_be_disconnected(
    as_bob: Client, account: ConnectedAccount
) -> None:
    NetworkApp.objects.update(is_on=False)

    page = as_bob.get(PAGE).content.decode()

    assert "Your organisation has switched this network off." in page
    assert "/linkedin/disconnect/" in page
    assert "/linkedin/connect/" not in page


def test_what_x_costs_is_said_before(
    as_bob: Client, acme: Organization, settings: Any, bob_enrolment: Enrolment
) -> None:
    settings.NETWORK_APPS = {"X_CLIENT_ID": "id", "X_CLIENT_SECRET": "secret"}
    assert "Connect X" not in as_bob.get(PAGE).content.decode()

    NetworkApp.objects.create(organization=acme, channel="x", monthly_budget=1000)
    book(acme.pk, "x", 2500, at=timezone.now())

    page = as_bob.get(PAGE).content.decode()
    assert "Connect X" in page
    assert "20 US cents for a post with a link" in page
    assert "7.50 dollars are left" in page


def test_one_account_or_many_take_the_same_queries(
    as_bob: Client, account: ConnectedAccount, django_assert_max_num_queries: Any
) -> None:
    for channel in ("mastodon", "bluesky"):
        ConnectedAccount.objects.create(
            organization=account.organization,
            enrolment=account.enrolment,
            channel=channel,
            remote_id="1",
            keys_sealed=account.keys_sealed,
        )
    with django_assert_max_num_queries(10):
        as_bob.get(PAGE)
