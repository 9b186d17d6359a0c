"""Where the links of a campaign lead once they have ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.links.campaigns import a_campaign, clicks
from vaandel.links.models import LinkSettings
from vaandel.organizations.models import AuditEntry, Member, Organization

SignIn = Callable[[Member], Client]


def test_an_address_is_kept_and_redirects_are_told(
    acme: Organization, alice: Member, client_as: SignIn
) -> None:
    campaign = a_campaign(acme)
    address = reverse("links:successor", args=["acme", campaign.pk])
    client = client_as(alice)

    answer = client.post(address, {"successor_url": " https://jobs.example/é "}, follow=True)

    campaign.refresh_from_db()
    assert campaign.successor_url == "https://jobs.example/%C3%A9"
    assert "Once its links have ended, they lead there." in answer.content.decode()
    version = LinkSettings.objects.get(organization=acme).version
    answer = client.post(address, {"successor_url": ""}, follow=True)
    campaign.refresh_from_db()
    assert campaign.successor_url == ""
    assert "they lead where all do" in answer.content.decode()
    assert LinkSettings.objects.get(organization=acme).version == version + 1
    assert [entry.action for entry in AuditEntry.objects.all()] == ["links.successor_changed"] * 2


@pytest.mark.parametrize("typed", ["ftp://files.example/a", "vacancy", "javascript:alert(1)"])
def test_what_is_no_address_stays_in_the_field(
    acme: Organization, alice: Member, client_as: SignIn, typed: str
) -> None:
    campaign = a_campaign(acme)
    address = reverse("links:successor", args=["acme", campaign.pk])

    answer = client_as(alice).post(address, {"successor_url": typed})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{typed}"' in page
    assert "One thing is not right yet" in page
    # In the summary and at the field.
    assert page.count("This is not a whole link. Copy it from the address bar.") == 2


def test_only_websites_on_the_list(acme: Organization, alice: Member, client_as: SignIn) -> None:
    acme.destinations = ["acme.example"]
    acme.save()
    campaign = a_campaign(acme)
    address = reverse("links:successor", args=["acme", campaign.pk])
    client = client_as(alice)

    refused = client.post(address, {"successor_url": "https://else.example/"})

    assert b"may not lead to this website" in refused.content
    assert client.post(address, {"successor_url": "https://acme.example/"}).status_code == 302


def test_twice_the_same_is_one_change(acme: Organization, alice: Member, client_as: SignIn) -> None:
    campaign = a_campaign(acme)
    for _ in range(2):
        client_as(alice).post(
            reverse("links:successor", args=["acme", campaign.pk]),
            {"successor_url": "https://acme.example/"},
        )

    assert AuditEntry.objects.count() == 1


def test_not_of_another_organisation(
    acme: Organization, bob: Member, charlie: Member, client_as: SignIn
) -> None:
    campaign = a_campaign(acme)
    clicks(campaign, 3)
    words = {"successor_url": "https://globex.example/"}

    for member, org, status in (
        (charlie, "acme", 404),
        (charlie, "globex", 404),
        (bob, "acme", 403),
    ):
        address = reverse("links:successor", args=[org, campaign.pk])
        assert client_as(member).post(address, words).status_code == status
        export = reverse("links:campaign_export", args=[org, campaign.pk])
        assert client_as(member).get(export).status_code == status
    campaign.refresh_from_db()
    assert campaign.successor_url == ""
