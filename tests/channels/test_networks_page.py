"""Networks in the settings: typing in, testing, budgets, and secrets that never come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.channels.conftest import SECRET
from tests.networks.linkedin import LinkedIn
from vaandel.channels.models import ConnectedAccount, NetworkApp
from vaandel.channels.services.apps import app_for, offered
from vaandel.channels.services.spending import book
from vaandel.organizations.models import AuditEntry, Member, Organization

LIST = "/o/acme/organisation/networks/"
PAGE = f"{LIST}linkedin/"


@pytest.fixture
def as_alice(alice: Member, client_as: Callable[[Member], Client]) -> Client:
    return client_as(alice)


def typed(**more: str) -> dict[str, str]:
    return {"is_on": "on", "client_id": "acme-app", "client_secret": SECRET, **more}


def test_every_network_is_in_the_list(as_alice: Client) -> None:
    page = as_alice.get(LIST).content.decode()

    for name in ("LinkedIn", "X", "Bluesky", "Mastodon"):
        assert name in page
    assert "Needs an application of your own, which is free." in page
    assert "off until you set a budget" in page
    assert "Needs nothing: no application, no key." in page


def test_only_owners_come_here(
    bob: Member, client_as: Callable[[Member], Client], acme_app: None
) -> None:
    client = client_as(bob)

    assert client.get(LIST).status_code == 403
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, typed()).status_code == 403
    assert client.post(f"{PAGE}test/").status_code == 403


def test_the_steps_name_the_exact_address(as_alice: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://vaandel.acme.example"

    page = as_alice.get(PAGE).content.decode()

    assert "https://www.linkedin.com/developers/apps" in page
    assert "https://vaandel.acme.example/accounts/connect/linkedin/back/" in page
    assert "Share on LinkedIn" in page


def test_what_is_typed_in_is_used(as_alice: Client, acme: Organization, linkedin: LinkedIn) -> None:
    assert offered(acme) == ["bluesky", "mastodon"] or "linkedin" not in offered(acme)

    answer = as_alice.post(PAGE, typed(api_version="202609"))

    assert answer.headers["Location"] == PAGE
    app = app_for(acme, "linkedin")
    assert app is not None
    assert (app.client_id, app.client_secret, app.api_version) == ("acme-app", SECRET, "202609")
    assert tuple(app.scopes) == ()
    assert "linkedin" in offered(acme)


def test_a_secret_never_comes_back(as_alice: Client, linkedin: LinkedIn) -> None:
    as_alice.post(PAGE, typed())

    page = as_alice.get(PAGE).content.decode()
    assert SECRET not in page
    assert "One is stored and is never shown." in page
    row = NetworkApp.objects.get()
    assert SECRET not in row.secret_sealed
    wrong = as_alice.post(PAGE, typed(api_version="7"))
    assert wrong.status_code == 422
    assert SECRET not in wrong.content.decode()


def test_the_log_says_what_changed_and_no_secret(as_alice: Client, alice: Member) -> None:
    as_alice.post(PAGE, typed())
    as_alice.post(PAGE, typed(client_secret="", api_version="202609"))

    entries = AuditEntry.objects.filter(action="network.changed").order_by("pk")
    assert [entry.detail["changed"] for entry in entries] == [
        ["client_id", "secret"],
        ["api_version"],
    ]
    assert {entry.by for entry in entries} == {alice}
    assert SECRET not in str([entry.detail for entry in entries])
    assert "Settings of a network changed" in as_alice.get("/o/acme/log/").content.decode()


def test_the_secret_stays_while_nothing_is_typed(as_alice: Client, acme: Organization) -> None:
    as_alice.post(PAGE, typed())

    as_alice.post(PAGE, typed(client_secret="", api_version="202609"))

    app = app_for(acme, "linkedin")
    assert app is not None
    assert app.client_secret == SECRET


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_secret": ""}, "Fill in the secret that belongs to this client ID."),
        ({"client_id": ""}, "Fill in the client ID that belongs to the secret."),
        (
            {"client_id": "", "client_secret": ""},
            "Fill in the client ID, or leave the network off.",
        ),
        ({"api_version": "202613"}, "Write a year and a month, such as 202609."),
        ({"api_version": "latest"}, "Write a year and a month, such as 202609."),
    ],
)
def test_what_is_missing_is_said(as_alice: Client, changes: dict[str, str], said: str) -> None:
    answer = as_alice.post(PAGE, typed(**changes))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not NetworkApp.objects.exists()


def test_another_id_needs_its_own_secret(as_alice: Client) -> None:
    as_alice.post(PAGE, typed())

    answer = as_alice.post(PAGE, typed(client_id="other-app", client_secret=""))

    assert "Fill in the secret that belongs to this client ID." in answer.content.decode()


def test_taking_the_id_away_takes_the_secret_away(as_alice: Client, acme: Organization) -> None:
    as_alice.post(PAGE, typed())

    as_alice.post(PAGE, {"client_id": "", "client_secret": ""})

    row = NetworkApp.objects.get()
    assert (row.is_on, row.client_id, row.secret_sealed) == (False, "", "")
    assert app_for(acme, "linkedin") is None


def test_figures_are_a_permission_more(as_alice: Client, acme: Organization) -> None:
    as_alice.post(PAGE, typed(figures="on"))

    app = app_for(acme, "linkedin")
    assert app is not None
    assert app.scopes == ("openid", "profile", "w_member_social", "r_member_postAnalytics")
    assert 'name="figures" ' in as_alice.get(PAGE).content.decode()


def test_the_test_says_that_it_works(as_alice: Client, linkedin: LinkedIn) -> None:
    as_alice.post(PAGE, typed())

    page = as_alice.post(f"{PAGE}test/", follow=True).content.decode()

    assert "It works: LinkedIn knows us." in page
    row = NetworkApp.objects.get()
    assert row.problem == ""
    assert row.tested_at is not None


def test_the_test_says_what_is_wrong(as_alice: Client, linkedin: LinkedIn) -> None:
    as_alice.post(PAGE, typed(client_secret="wrong"))

    page = as_alice.post(f"{PAGE}test/", follow=True).content.decode()

    assert "LinkedIn refuses this client ID or secret." in page
    assert "wrong" not in str(NetworkApp.objects.get().problem)
    assert "The last test failed" in as_alice.get(LIST).content.decode()
    as_alice.post(PAGE, typed())
    assert "The last test failed" not in as_alice.get(LIST).content.decode()


def test_testing_again_and_again_has_an_end(as_alice: Client, linkedin: LinkedIn) -> None:
    as_alice.post(PAGE, typed())
    for _ in range(7):
        as_alice.post(f"{PAGE}test/")

    assert "Try again in a minute." in as_alice.get(PAGE).content.decode()
    assert sum("introspect" in seen.target for seen in linkedin.requests) == 6


def test_without_anything_the_test_says_so(as_alice: Client, acme: Organization) -> None:
    page = as_alice.post(f"{PAGE}test/", follow=True).content.decode()

    assert "LinkedIn refuses this client ID or secret." in page


def test_switching_off_is_said_to_wait(
    as_alice: Client, account: ConnectedAccount, acme: Organization
) -> None:
    assert "people stay connected and nothing is posted" in as_alice.get(PAGE).content.decode()

    as_alice.post(PAGE, {"client_id": "acme-app"})

    assert app_for(acme, "linkedin") is None
    assert ConnectedAccount.objects.exists()
    assert "Switched off" in as_alice.get(LIST).content.decode()


def test_the_installation_may_provide_one(
    as_alice: Client, acme: Organization, settings: Any
) -> None:
    settings.NETWORK_APPS = {
        "LINKEDIN_CLIENT_ID": "ours",
        "LINKEDIN_CLIENT_SECRET": SECRET,
        "LINKEDIN_API_VERSION": "202610",
        "LINKEDIN_SCOPES": "openid w_member_social",
    }

    page = as_alice.get(PAGE).content.decode()
    assert "Provided by the installation" in page
    assert SECRET not in page
    app = app_for(acme, "linkedin")
    assert app is not None
    assert (app.client_id, app.api_version) == ("ours", "202610")
    assert tuple(app.scopes) == ("openid", "w_member_social")

    assert as_alice.post(PAGE, {"is_on": "on"}).status_code == 302
    assert app_for(acme, "linkedin") == app


def test_x_is_off_until_there_is_a_budget(
    as_alice: Client, acme: Organization, settings: Any
) -> None:
    settings.NETWORK_APPS = {"X_CLIENT_ID": "ours", "X_CLIENT_SECRET": SECRET}
    assert "x" not in offered(acme)

    refused = as_alice.post(f"{LIST}x/", {"is_on": "on"})
    assert refused.status_code == 422
    assert "Without a budget it stays off." in refused.content.decode()

    as_alice.post(f"{LIST}x/", {"is_on": "on", "monthly_budget": "12.50"})
    assert NetworkApp.objects.get().monthly_budget == 1250
    assert "x" in offered(acme)

    book(acme.pk, "x", 2500, at=timezone.now())
    page = as_alice.get(f"{LIST}x/").content.decode()
    assert "2.50 of 12.50 dollars spent." in page
    assert 'value="20"' in page


@pytest.mark.parametrize("budget", ["0", "-5", "abc", "1000000"])
def test_a_budget_is_an_amount(as_alice: Client, budget: str, settings: Any) -> None:
    settings.NETWORK_APPS = {"X_CLIENT_ID": "ours", "X_CLIENT_SECRET": SECRET}

    answer = as_alice.post(f"{LIST}x/", {"is_on": "on", "monthly_budget": budget})

    assert answer.status_code == 422
    assert not NetworkApp.objects.exists()


def test_mastodon_and_bluesky_only_have_a_switch(as_alice: Client, acme: Organization) -> None:
    page = as_alice.get(f"{LIST}mastodon/").content.decode()
    assert "Nothing to set up" in page
    assert "client_secret" not in page
    assert "mastodon" in offered(acme)

    as_alice.post(f"{LIST}mastodon/", {})

    assert "mastodon" not in offered(acme)


def test_a_lost_key_is_an_application_that_is_not_set_up(
    as_alice: Client, acme: Organization
) -> None:
    as_alice.post(PAGE, typed())
    NetworkApp.objects.update(secret_sealed="nonsense")

    assert app_for(acme, "linkedin") is None


def test_another_organisation_has_its_own(
    acme_app: None, globex: Organization, charlie: Member, client_as: Callable[[Member], Client]
) -> None:
    assert "linkedin" not in offered(globex)
    assert (
        "acme-app"
        not in client_as(charlie).get("/o/globex/organisation/networks/linkedin/").content.decode()
    )


def test_the_list_takes_the_same_queries_however_many_are_set_up(
    as_alice: Client, account: ConnectedAccount, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10):
        as_alice.get(LIST)
    with django_assert_max_num_queries(10):
        as_alice.get(PAGE)
