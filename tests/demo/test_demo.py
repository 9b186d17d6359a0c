"""The demonstration is whole, tells the same every time, and opens no door elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum
from django.test import Client

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Embed
from vaandel.delivery.queries import proposals
from vaandel.impact.models import PostTotal, WeekSnapshot
from vaandel.links.models import CampaignHour, Conversion, Kind, LinkDay
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Angle, Post
from vaandel.programmes.models import Topic
from vaandel.recognition.models import Thanks
from vaandel.shares.models import Share

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def made() -> None:
    with time_machine.travel(NOW, tick=False):
        call_command("demo", stdout=StringIO())


def facts() -> dict[str, object]:
    shares = Share.objects.order_by("opened_at", "pk")
    return {
        "people": sorted(Member.objects.values_list("user__email", flat=True)),
        "shares": list(shares.values_list("post__title", "channel", "text", "state")),
        "clicks": sum(LinkDay.objects.filter(kind=Kind.HUMAN).values_list("count", flat=True)),
    }


@pytest.mark.django_db
def test_twelve_weeks_of_240_people() -> None:
    made()

    assert Member.objects.count() == 240
    assert Topic.objects.count() == 8
    assert WeekSnapshot.objects.count() == 12
    assert set(Angle.objects.values_list("language", flat=True)) == {"nl", "en", "fr", "de"}
    assert set(Post.objects.values_list("state", flat=True)) == {
        "LIVE",
        "EXPIRED",
        "DRAFT",
        "PLANNED",
    }
    assert Share.objects.count() > 150
    assert PostTotal.objects.filter(reach_high__isnull=False).exists()
    assert Thanks.objects.count() > 5
    assert dict(CampaignHour.objects.values_list("kind").annotate(Sum("count"))) == dict(
        LinkDay.objects.values_list("kind").annotate(Sum("count"))
    )
    assert Conversion.objects.count() == 27
    assert Conversion.objects.filter(link=None).count() == 4
    noor = Enrolment.objects.get(member__user__email="noor.van.den.heuvel@stadsenergie.example")
    assert len(proposals(noor, NOW)) == 3
    assert Share.objects.filter(enrolment=noor).count() == 3
    place = Embed.objects.get()
    assert place.shown_at == NOW - timedelta(hours=2)
    assert all(site.endswith(".example") for site in place.sites)


@pytest.mark.django_db
def test_the_same_story_every_time_and_only_once() -> None:
    with transaction.atomic():
        made()
        first = facts()
        transaction.set_rollback(True)
    assert not Organization.objects.exists()

    made()

    assert facts() == first
    out = StringIO()
    call_command("demo", stdout=out)
    assert out.getvalue() == "Stadsenergie is there already.\n"
    assert Organization.objects.count() == 1


@pytest.mark.django_db
def test_one_press_signs_in(settings: Any) -> None:
    settings.DEMO = True
    made()
    starts = {
        "owner": "/o/stadsenergie/programme/",
        "editor": "/o/stadsenergie/studio/",
        "ambassador": "/o/stadsenergie/",
        "sponsor": "/o/stadsenergie/programme/",
    }
    for role, start in starts.items():
        client = Client()

        response = client.get(f"/demo/sign-in/{role}/")

        assert response["Location"] == start
        assert client.get(start).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/demo/", "/demo/sign-in/owner/", "/demo/outbox/"])
def test_without_demo_mode_there_is_nothing(settings: Any, client: Client, path: str) -> None:
    settings.DEMO = False

    assert client.get(path).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_an_unknown_part_and_an_empty_demonstration(settings: Any, client: Client) -> None:
    settings.DEMO = True

    assert client.get("/demo/sign-in/king/").status_code == 404
    assert client.get("/demo/sign-in/owner/")["Location"] == "/demo/"
    assert "vaandel demo" in client.get("/demo/").content.decode()
