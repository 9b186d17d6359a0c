"""The address without a path, and what browsers need besides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.factories import MemberFactory, UserFactory
from vaandel.organizations.models import Member, Organization

As = Callable[[Member], Client]


@pytest.mark.parametrize("demo", [True, False])
def test_who_is_not_signed_in_reads_what_this_is(
    client: Client, db: None, settings: Any, demo: bool, django_assert_num_queries: Any
) -> None:
    settings.DEMO = demo

    with django_assert_num_queries(0):
        response = client.get("/")

    page = response.content.decode()
    assert response.status_code == 200
    assert "Share your work in your own words" in page
    assert 'href="/accounts/login/"' in page
    assert ('href="/demo/"' in page) is demo


def test_who_works_in_one_organisation_goes_there(client_as: As, bob: Member) -> None:
    response = client_as(bob).get("/")

    assert (response.status_code, response["Location"]) == (302, "/o/acme/")


def test_who_works_in_several_chooses_and_is_remembered(
    client_as: As, bob: Member, globex: Organization
) -> None:
    MemberFactory.create(organization=globex, user=bob.user)
    client = client_as(bob)

    page = client.get("/").content.decode()
    assert 'href="/o/acme/"' in page
    assert 'href="/o/globex/"' in page

    client.get("/o/globex/")
    assert client.get("/")["Location"] == "/o/globex/"
    assert client.get("/?choose").status_code == 200
    Member.objects.filter(organization=globex).update(status=Member.Status.LEFT)
    assert client.get("/")["Location"] == "/o/acme/"


def test_who_works_nowhere_learns_what_to_do(client: Client, db: None) -> None:
    client.force_login(UserFactory.create(), backend="django.contrib.auth.backends.ModelBackend")

    page = client.get("/").content.decode()

    assert "You are not part of an organisation here" in page


def test_the_front_door_is_not_kept_by_caches(client_as: As, bob: Member) -> None:
    assert "no-store" in client_as(bob).get("/")["Cache-Control"]


def test_the_worker_keeps_the_offline_page_and_nothing_personal(client_as: As, bob: Member) -> None:
    client = client_as(bob)

    script = client.get("/service-worker.js")
    page = client.get("/offline/").content.decode()

    assert script["Content-Type"] == "text/javascript"
    assert script["Cache-Control"] == "no-cache"
    assert '"/offline/"' in script.content.decode()
    assert "There is no connection" in page
    assert "Bob" not in page


def test_the_manifest_has_what_an_app_needs(client: Client) -> None:
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": "nl"})
    manifest = answer.json()

    assert answer["Content-Type"] == "application/manifest+json"
    assert (manifest["id"], manifest["start_url"], manifest["scope"]) == ("/", "/", "/")
    assert (manifest["display"], manifest["lang"]) == ("standalone", "nl")
    assert {(icon["sizes"], icon.get("purpose")) for icon in manifest["icons"]} >= {
        ("192x192", "any"),
        ("512x512", "any"),
        ("192x192", "maskable"),
        ("512x512", "maskable"),
    }
    for icon in manifest["icons"]:
        assert icon["src"].startswith("/static/")
        assert finders.find(icon["src"].removeprefix("/static/"))


def test_its_shortcuts_lead_to_the_organisation_visited_last(client_as: As, bob: Member) -> None:
    client = client_as(bob)
    shortcuts = client.get("/manifest.webmanifest").json()["shortcuts"]

    assert [client.get(shortcut["url"])["Location"] for shortcut in shortcuts] == [
        "/o/acme/impact/",
        "/o/acme/settings/",
    ]
