"""The page of a campaign: its days, what was left out, and where people came from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.links.campaigns import NOW, a_campaign, clicks, share
from vaandel.links.charts import timeline_chart
from vaandel.links.models import (
    Campaign,
    Conversion,
    Goal,
    Kind,
    Link,
    LinkDay,
    LinkSettings,
    Privacy,
)
from vaandel.links.queries.campaigns import (
    CampaignFigures,
    Named,
    Wish,
    campaign_figures,
)
from vaandel.organizations.models import Member, Organization

SignIn = Callable[[Member], Client]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def figures_of(campaign: Campaign, days: int | None = 7, **wish: Any) -> CampaignFigures:
    since = None if days is None else NOW.date() - timedelta(days=days - 1)
    return campaign_figures(campaign, Wish(zone=AMSTERDAM, now=NOW, since=since, **wish))


def test_every_day_of_the_period_is_there(acme: Organization) -> None:
    campaign = a_campaign(acme)
    clicks(campaign, 3)
    clicks(campaign, 2, hour=NOW - timedelta(days=2))
    clicks(campaign, 50, hour=NOW - timedelta(days=7))
    clicks(campaign, 9, kind=Kind.BOT)

    figures = figures_of(campaign)

    assert (figures.clicks, figures.left_out, figures.weekly) == (5, {Kind.BOT: 9}, False)
    assert [(day.day.day, day.clicks, day.left_out) for day in figures.days] == [
        (18, 0, 0),
        (19, 0, 0),
        (20, 0, 0),
        (21, 0, 0),
        (22, 2, 0),
        (23, 0, 0),
        (24, 3, 9),
    ]


def test_days_are_those_of_the_organisation(acme: Organization) -> None:
    campaign = a_campaign(acme)
    clicks(campaign, 4, hour=datetime(2026, 11, 23, 23, 0, tzinfo=UTC))

    figures = figures_of(campaign, days=None)

    assert [(day.day, day.clicks) for day in figures.days] == [(date(2026, 11, 24), 4)]
    assert figures.hours is not None
    assert figures.hours[1][0] == 4
    assert sum(sum(hours) for hours in figures.hours) == 4


def test_channels_of_fewer_than_five_people_are_part_of_the_rest(acme: Organization) -> None:
    campaign = a_campaign(acme, sharers=6)
    share(campaign, 5, channel="whatsapp")
    share(campaign, 4, channel="mastodon")
    clicks(campaign, 10)
    clicks(campaign, 30, channel="whatsapp")
    clicks(campaign, 20, channel="mastodon")

    channels = figures_of(campaign).channels

    # Four people alone could be found by subtraction, so the next smallest group joins them.
    assert channels is not None
    assert (channels.named, channels.rest) == ([Named("linkedin", 10)], 50)


def test_websites_with_fewer_than_five_clicks_are_not_named(acme: Organization) -> None:
    campaign = a_campaign(acme)
    clicks(campaign, 7, referrer="news.example")
    clicks(campaign, 4, referrer="diary.example")
    clicks(campaign, 6)

    referrers = figures_of(campaign).referrers

    assert referrers is not None
    assert referrers.named == [Named("news.example", 7), Named("", 6)]
    assert referrers.rest == 4


def test_a_website_does_not_give_a_hidden_channel_away(acme: Organization) -> None:
    campaign = a_campaign(acme, sharers=9)
    share(campaign, 3, channel="facebook")
    share(campaign, 3, channel="x")
    clicks(campaign, 7, referrer="www.linkedin.com")
    clicks(campaign, 8, referrer="m.facebook.com", channel="facebook")
    clicks(campaign, 9, referrer="t.co", channel="x")

    figures = figures_of(campaign)

    assert figures.channels is not None
    assert figures.referrers is not None
    assert (figures.channels.named, figures.channels.rest) == ([Named("linkedin", 7)], 17)
    assert (figures.referrers.named, figures.referrers.rest) == (
        [Named("www.linkedin.com", 7)],
        17,
    )


def test_at_most_ten_websites_are_named(acme: Organization) -> None:
    campaign = a_campaign(acme)
    for number in range(12):
        clicks(campaign, 20 + number, referrer=f"news{number}.example")

    referrers = figures_of(campaign).referrers

    assert referrers is not None
    assert len(referrers.named) == 10
    assert referrers.rest == 20 + 21


def test_countries_only_when_they_are_counted(acme: Organization) -> None:
    campaign = a_campaign(acme)
    clicks(campaign, 7, country="NL")

    assert figures_of(campaign).countries is None
    countries = figures_of(campaign, countries=True).countries
    assert countries is not None
    assert countries.named == [Named("NL", 7)]


def test_fewer_than_five_sharers_show_weeks_and_no_details(acme: Organization) -> None:
    campaign = a_campaign(acme, sharers=4)
    clicks(campaign, 3, country="NL", referrer="news.example")
    clicks(campaign, 2, hour=NOW - timedelta(days=6))
    clicks(campaign, 1, hour=NOW - timedelta(days=8))

    figures = figures_of(campaign, countries=True)

    assert (figures.weekly, figures.clicks) == (True, 6)
    assert [(day.day, day.clicks) for day in figures.days] == [
        (date(2026, 11, 16), 3),
        (date(2026, 11, 23), 3),
    ]
    assert (figures.hours, figures.channels, figures.referrers, figures.countries) == (
        None,
        None,
        None,
        None,
    )


def test_a_long_time_is_drawn_per_week(acme: Organization) -> None:
    campaign = a_campaign(acme)
    clicks(campaign, 3)
    clicks(campaign, 2, hour=NOW - timedelta(days=300))

    figures = figures_of(campaign, days=None)

    assert (figures.weekly, len(figures.days)) == (True, 44)
    assert figures.channels is not None


def test_uniques_are_per_day_and_only_where_counted(acme: Organization) -> None:
    campaign = a_campaign(acme)
    clicks(campaign, 9)
    clicks(campaign, 4, hour=NOW - timedelta(days=1))
    for link, uniques in zip(Link.objects.all()[:2], (3, 2), strict=True):
        LinkDay.objects.create(
            organization=acme,
            link=link,
            day=NOW.date(),
            kind=Kind.HUMAN,
            count=4,
            uniques=uniques,
        )

    with_uniques = figures_of(campaign, days=2, uniques=True).days
    without = figures_of(campaign, days=2).days

    assert [day.uniques for day in with_uniques] == [None, 5]
    assert [day.uniques for day in without] == [None, None]


def test_links_that_ended_are_told_apart(acme: Organization) -> None:
    campaign = a_campaign(acme, sharers=6)
    first, second, *_rest = Link.objects.filter(campaign=campaign)
    Link.objects.filter(pk=first.pk).update(ended_at=NOW)
    Link.objects.filter(pk=second.pk).update(expires_at=NOW)

    numbers = figures_of(campaign).numbers

    assert (numbers.live, numbers.ended, numbers.people) == (4, 2, 6)


def test_the_page(acme: Organization, alice: Member, client_as: SignIn) -> None:
    campaign = a_campaign(acme, title="Heat from the sewer")
    now = timezone.now()
    clicks(campaign, 12, hour=now - timedelta(days=1), referrer="news.example")
    clicks(campaign, 5, hour=now - timedelta(days=3), kind=Kind.PREVIEW)
    clicks(campaign, 1, hour=now - timedelta(days=4))

    page = client_as(alice).get(reverse("links:campaign", args=["acme", campaign.pk]))

    text = page.content.decode()
    assert page.status_code == 200
    for words in (
        "Heat from the sewer",
        "13</span> <span",
        "clicks by people",
        "Link previews",
        "LinkedIn",
        "news.example",
        "Hours of the week",
        "Europe/Amsterdam",
    ):
        assert words in text, words
    assert "Fewer than five people" not in text
    assert not any(link.code in text for link in Link.objects.all())


def test_a_page_of_few_people_says_why_it_is_short(
    acme: Organization, alice: Member, client_as: SignIn
) -> None:
    campaign = a_campaign(acme, sharers=1)
    clicks(campaign, 12, hour=timezone.now(), referrer="news.example")

    text = client_as(alice).get(reverse("links:campaign", args=["acme", campaign.pk])).content

    assert b"Fewer than five people share this." in text
    assert b"news.example" not in text
    assert b"live links" not in text
    assert b"Its links are live." in text


def test_a_chart_of_weeks_names_them_by_their_mondays(acme: Organization) -> None:
    campaign = a_campaign(acme, sharers=1)
    clicks(campaign, 3)
    clicks(campaign, 5, hour=NOW - timedelta(days=8))

    chart = timeline_chart(figures_of(campaign))

    assert chart is not None
    assert [point.name for point in chart.points][-2:] == ["16 Nov", "23 Nov"]
    assert chart.label == "8 clicks by people in this period, most in the week of 16 Nov."


@pytest.mark.parametrize("period", ["7", "30", "90", "all", "nonsense"])
def test_without_clicks_the_page_says_so(
    acme: Organization, alice: Member, client_as: SignIn, period: str
) -> None:
    campaign = a_campaign(acme)

    page = client_as(alice).get(
        reverse("links:campaign", args=["acme", campaign.pk]), {"period": period}
    )

    assert b"No clicks yet" in page.content


def test_it_asks_the_database_ten_times_at_most(
    acme: Organization, alice: Member, client_as: SignIn, django_assert_max_num_queries: Any
) -> None:
    LinkSettings.objects.create(organization=acme, privacy=Privacy.UNIQUE_PER_DAY, countries=True)
    campaign = a_campaign(acme, sharers=8)
    share(campaign, 7, channel="whatsapp")
    for day in range(20):
        for channel in ("linkedin", "whatsapp"):
            hour = timezone.now() - timedelta(days=day)
            clicks(campaign, 9, hour=hour, channel=channel, country="NL")
    Conversion.objects.create(
        organization=acme,
        goal=Goal.HIRE,
        external_id="1",
        happened_at=timezone.now(),
        link=Link.objects.filter(campaign=campaign)[0],
        value="12.50",
        currency="EUR",
        source=Conversion.Source.HAND,
    )
    client = client_as(alice)

    with django_assert_max_num_queries(10):
        page = client.get(reverse("links:campaign", args=["acme", campaign.pk]))
    assert "Netherlands" in page.content.decode()
    assert "What came of it" in page.content.decode()


def test_other_pages_find_it_by_what_it_is_about(
    acme: Organization, alice: Member, client_as: SignIn
) -> None:
    campaign = a_campaign(acme)
    client = client_as(alice)
    kind, number = campaign.key.split(":")

    found = client.get(reverse("links:about", args=["acme", kind, number]))
    nothing = client.get(reverse("links:about", args=["acme", "post", 99]), follow=True)

    assert found["Location"] == reverse("links:campaign", args=["acme", campaign.pk])
    assert "Nobody has shared this yet" in nothing.content.decode()


def test_only_editors_of_this_organisation_see_it(
    acme: Organization, alice: Member, bob: Member, charlie: Member, client_as: SignIn
) -> None:
    campaign = a_campaign(acme)
    own = reverse("links:campaign", args=["acme", campaign.pk])
    theirs = reverse("links:campaign", args=["globex", campaign.pk])

    assert client_as(bob).get(own).status_code == 403
    assert client_as(charlie).get(own).status_code == 404
    assert client_as(charlie).get(theirs).status_code == 404
    assert client_as(alice).get(own).status_code == 200
