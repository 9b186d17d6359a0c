"""What networks themselves say of one's posts: with its source and day, apart from the rest."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from tests.factories import PostFactory, ShareFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member
from vaandel.programmes.models import Programme
from vaandel.shares.models import NetworkFigures, Share

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tuesday() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def share(programme: Programme, bob_enrolment: Enrolment) -> Share:
    return ShareFactory.create(
        post=PostFactory.create(programme=programme, title="Four kilometres of pipe"),
        enrolment=bob_enrolment,
        channel="linkedin",
        state="CONFIRMED",
        opened_at=NOW - timedelta(days=2),
    )


@pytest.fixture
def told(share: Share) -> NetworkFigures:
    return NetworkFigures.objects.create(
        organization=share.organization,
        share=share,
        source="linkedin memberCreatorPostAnalytics",
        views=840,
        comments=3,
        fetched_at=NOW - timedelta(days=1),
    )


def test_they_stand_beside_the_clicks(
    told: NetworkFigures, client_as: Callable[[Member], Client], bob: Member
) -> None:
    page = " ".join(client_as(bob).get("/o/acme/impact/").content.decode().split())

    assert "By LinkedIn itself, read on 23 November 2026. A dash: not told" in page
    assert "of 1 post: 840 views and – reactions." in page


def test_before_the_first_reading_nothing_is_said(
    told: NetworkFigures, client_as: Callable[[Member], Client], bob: Member
) -> None:
    NetworkFigures.objects.update(fetched_at=None, views=None)

    page = client_as(bob).get("/o/acme/impact/").content.decode()

    assert "itself, read on" not in page
    assert "By the networks themselves" not in page


def test_the_file_has_columns_of_their_own(
    told: NetworkFigures, client_as: Callable[[Member], Client], bob: Member
) -> None:
    body = client_as(bob).get("/o/acme/impact/export/csv/").content.decode("utf-8-sig")

    [row] = csv.DictReader(io.StringIO(body))
    assert row["Views (by the network)"] == "840"
    assert row["Reactions (by the network)"] == ""
    assert row["Comments (by the network)"] == "3"
    assert row["Views (reported)"] == ""
