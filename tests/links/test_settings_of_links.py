"""An owner's choices about all links, and that redirects are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.factories import MemberFactory
from vaandel.links.models import LinkSettings, Privacy
from vaandel.organizations.models import AuditEntry, Member, Organization

SignIn = Callable[[Member], Client]
PAGE = "/o/acme/links/settings/"
USUAL = {"privacy": "COUNT_ONLY", "reference_parameter": "vref"}


def test_before_anything_was_chosen_the_defaults_are_shown(
    alice: Member, client_as: SignIn
) -> None:
    page = client_as(alice).get(PAGE).content.decode()

    assert LinkSettings.objects.count() == 0
    assert re.search(r'value="COUNT_ONLY"[^>]* checked', page)
    assert 'value="vref"' in page
    assert "deleted after 90 days" in page


def test_everything_can_be_chosen(acme: Organization, alice: Member, client_as: SignIn) -> None:
    client = client_as(alice)
    answer = client.post(
        PAGE,
        {
            "privacy": "UNIQUE_PER_DAY",
            "countries": "on",
            "crawler_cards": "on",
            "click_references": "on",
            "reference_parameter": "from_us",
            "ended_url": "https://www.acme.example/jobs?a=1",
            "destinations": "www.acme.example\n*.Acme.example, https://news.example/all",
        },
        follow=True,
    )

    saved = LinkSettings.objects.get(organization=acme)
    acme.refresh_from_db()
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "The next clicks are counted in the new way" in answer.content.decode()
    assert (saved.privacy, saved.countries, saved.crawler_cards) == (
        Privacy.UNIQUE_PER_DAY,
        True,
        True,
    )
    assert (saved.click_references, saved.reference_parameter) == (True, "from_us")
    assert saved.ended_url == "https://www.acme.example/jobs?a=1"
    assert acme.destinations == ["www.acme.example", ".acme.example", "news.example"]
    assert "*.acme.example" in client.get(PAGE).content.decode()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.by) == ("links.settings_changed", alice)
    assert entry.detail["fields"] == [
        "click_references",
        "countries",
        "crawler_cards",
        "destinations",
        "ended_url",
        "privacy",
        "reference_parameter",
    ]


def test_every_redirect_is_told(acme: Organization, alice: Member, client_as: SignIn) -> None:
    row = LinkSettings.objects.create(organization=acme)
    client_as(alice).post(PAGE, {**USUAL, "crawler_cards": "on"})

    before, row.version = row.version, 0
    row.refresh_from_db()
    assert row.version == before + 1


def test_twice_the_same_is_one_change(acme: Organization, alice: Member, client_as: SignIn) -> None:
    client = client_as(alice)
    for _ in range(2):
        answer = client.post(PAGE, {**USUAL, "countries": "on"}, follow=True)

    assert "Nothing was different" in answer.content.decode()
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("privacy", "EVERYTHING", "Select a valid choice"),
        ("reference_parameter", "Ref-1", "small letters and _"),
        ("reference_parameter", "", "required"),
        ("reference_parameter", "a" * 21, "at most 20"),
        ("ended_url", "javascript:alert(1)", "not a whole link"),
        ("ended_url", "https://x.example/" + "a" * 500, "at most 500"),
        ("destinations", "acme.example\nno website", "“no” is no website"),
        ("destinations", " ".join(f"a{n}.example" for n in range(101)), "more than 100"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_kept(
    alice: Member, client_as: SignIn, field: str, value: str, text: str
) -> None:
    answer = client_as(alice).post(PAGE, {**USUAL, field: value})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert text in page
    assert LinkSettings.objects.count() == 0


def test_ended_links_lead_to_a_website_on_the_list_that_is_sent(
    alice: Member, client_as: SignIn
) -> None:
    wrong = {**USUAL, "ended_url": "https://else.example/", "destinations": "acme.example"}
    client = client_as(alice)

    assert b"This website is not on the list below." in client.post(PAGE, wrong).content
    right = {**wrong, "destinations": "acme.example else.example"}
    assert client.post(PAGE, right).status_code == 302


@pytest.mark.parametrize("source", ["COUNTRY_HEADER", "COUNTRY_DATABASE"])
def test_it_says_when_nobody_knows_countries(
    alice: Member, client_as: SignIn, settings: Any, source: str
) -> None:
    client = client_as(alice)
    nothing = b"This installation has no source for countries yet"

    assert nothing in client.get(PAGE).content
    setattr(settings, source, "something")
    assert nothing not in client.get(PAGE).content


def test_owners_only(acme: Organization, bob: Member, charlie: Member, client_as: SignIn) -> None:
    editor = MemberFactory.create(organization=acme, is_editor=True)

    for member, status in ((editor, 403), (bob, 403), (charlie, 404)):
        assert client_as(member).get(PAGE).status_code == status
        assert client_as(member).post(PAGE, USUAL).status_code == status
