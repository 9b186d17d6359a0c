"""A campaign's days as CSV."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.links.campaigns import a_campaign, clicks
from vaandel.links.models import Campaign, Kind, Link, LinkDay, LinkSettings, Privacy
from vaandel.organizations.models import Member, Organization

SignIn = Callable[[Member], Client]


def lines(client: Client, campaign: Campaign, period: str) -> list[str]:
    address = reverse("links:campaign_export", args=["acme", campaign.pk])
    answer = client.get(address, {"period": period})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith('attachment; filename="vaandel-links-')
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return answer.content.decode("utf-8-sig").splitlines()


def test_a_line_per_day(acme: Organization, alice: Member, client_as: SignIn) -> None:
    campaign = a_campaign(acme)
    now = timezone.now()
    today = now.astimezone(ZoneInfo("Europe/Amsterdam")).date()
    clicks(campaign, 3, hour=now)
    clicks(campaign, 2, hour=now, kind=Kind.BOT)

    found = lines(client_as(alice), campaign, "7")

    assert found[0] == "Day,Clicks by people,Left out"
    assert found[1] == f"{today - timedelta(days=6)},0,0"
    assert found[7:] == [f"{today},3,2"]


def test_with_uniques_when_they_are_counted(
    acme: Organization, alice: Member, client_as: SignIn
) -> None:
    LinkSettings.objects.create(organization=acme, privacy=Privacy.UNIQUE_PER_DAY)
    campaign = a_campaign(acme)
    now = timezone.now().replace(hour=12)
    clicks(campaign, 3, hour=now)
    link = Link.objects.filter(campaign=campaign)[0]
    LinkDay.objects.create(
        organization=acme, link=link, day=now.date(), kind=Kind.HUMAN, count=3, uniques=2
    )

    found = lines(client_as(alice), campaign, "all")

    assert found[0] == "Day,Clicks by people,Left out,Unique per day"
    assert found[1] == f"{now.date()},3,0,2"


def test_weeks_when_few_people_share(acme: Organization, alice: Member, client_as: SignIn) -> None:
    campaign = a_campaign(acme, sharers=4)
    clicks(campaign, 3, hour=timezone.now())

    found = lines(client_as(alice), campaign, "30")

    assert found[0] == "Week from,Clicks by people,Left out"
    assert sum(int(line.split(",")[1]) for line in found[1:]) == 3
    assert len(found) in {6, 7}


def test_nothing_yet_is_a_file_with_headings(
    acme: Organization, alice: Member, client_as: SignIn
) -> None:
    assert len(lines(client_as(alice), a_campaign(acme), "all")) == 1
