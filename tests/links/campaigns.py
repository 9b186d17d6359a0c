"""Campaigns with clicks, for tests of the pages."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.factories import LinkFactory, UserFactory
from vaandel.links.models import Campaign, CampaignHour, Kind
from vaandel.organizations.models import Organization

# A Tuesday afternoon; at 14:10 in Amsterdam.
NOW = datetime(2026, 11, 24, 13, 10, tzinfo=UTC)


def a_campaign(
    organization: Organization, *, sharers: int = 5, title: str = "Heat", channel: str = "linkedin"
) -> Campaign:
    """A campaign that so many colleagues share, each with a link of their own."""
    number = Campaign.objects.count() + 1
    campaign = Campaign.objects.create(
        organization=organization, key=f"post:{number}", title=title, created_at=NOW
    )
    share(campaign, sharers, channel=channel)
    return campaign


def share(campaign: Campaign, sharers: int, *, channel: str) -> None:
    for _ in range(sharers):
        LinkFactory.create(
            organization=campaign.organization,
            campaign=campaign,
            channel=channel,
            owner=UserFactory.create(),
        )


def clicks(
    campaign: Campaign,
    count: int,
    *,
    hour: datetime = NOW,
    kind: Kind = Kind.HUMAN,
    channel: str = "linkedin",
    referrer: str = "",
    country: str = "",
) -> None:
    CampaignHour.objects.create(
        organization=campaign.organization,
        campaign=campaign,
        hour=hour.replace(minute=0, second=0, microsecond=0),
        kind=kind,
        channel=channel,
        referrer_host=referrer,
        country=country,
        count=count,
    )
