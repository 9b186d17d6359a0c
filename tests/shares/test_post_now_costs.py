"""X asks money for every post: what it costs is said before, and no budget means the dialog."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from vaandel.ambassadors.models import ChannelUse, Enrolment
from vaandel.channels.models import ConnectedAccount, MonthlySpending, NetworkApp
from vaandel.organizations.models import Organization
from vaandel.posts.models import Post
from vaandel.shares.models import Publication
from vaandel.shares.postings import dollars

TUESDAY = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tuesday() -> Any:
    with time_machine.travel(TUESDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def on_x(acme: Organization, bob_enrolment: Enrolment) -> NetworkApp:
    ChannelUse.objects.create(organization=acme, enrolment=bob_enrolment, channel="x")
    ConnectedAccount.objects.create(
        organization=acme,
        enrolment=bob_enrolment,
        channel="x",
        remote_id="1",
        handle="@bob",
        keys_sealed="",
    )
    return NetworkApp.objects.create(organization=acme, channel="x", monthly_budget=500)


def spend(acme: Organization, amount: int) -> None:
    month = TUESDAY.date().replace(day=1)
    MonthlySpending.objects.create(organization=acme, channel="x", month=month, spent=amount)


def page_of(client: Client, post: Post) -> str:
    response = client.get(f"/o/acme/posts/{post.pk}/share/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_price_is_said_before(
    bob_client: Client,
    acme: Organization,
    post: Post,
    on_x: NetworkApp,
    django_assert_max_num_queries: Any,
) -> None:
    spend(acme, 1_235)

    with django_assert_max_num_queries(10):
        page = page_of(bob_client, post)

    assert "Post now on X" in page
    assert (
        "A post on X costs your organisation at most US$ 0.20; US$ 3.765 is left this month."
        in page
    )


def test_described_pictures_cost_more(bob_client: Client, post: Post, on_x: NetworkApp) -> None:
    Post.objects.filter(pk=post.pk).update(kind="IMAGE")

    assert "at most US$ 0.22; US$ 5.00 is left" in page_of(bob_client, post)


def test_without_budget_the_dialog_stays(
    bob_client: Client, acme: Organization, post: Post, on_x: NetworkApp
) -> None:
    spend(acme, 4_900)

    page = page_of(bob_client, post)

    assert "Post now on X" not in page
    assert "The budget of your organisation for X is used up this month." in page
    assert "Open X with your text" in page.split("btn-primary", 1)[1].split("</button>", 1)[0]


def test_beside_another_main_channel_it_says_so_too(
    bob_client: Client, bob_enrolment: Enrolment, acme: Organization, post: Post, on_x: NetworkApp
) -> None:
    ChannelUse.objects.all().delete()
    spend(acme, 4_900)

    page = page_of(bob_client, post)

    assert "Also with one press" in page
    assert "The budget of your organisation for X is used up this month." in page


def test_with_no_budget_at_all_nothing_can_be_spent(
    bob_client: Client, post: Post, on_x: NetworkApp
) -> None:
    NetworkApp.objects.filter(pk=on_x.pk).update(monthly_budget=None)

    assert "Post now on X" not in page_of(bob_client, post)


def test_an_unknown_network_is_not_a_choice(bob_client: Client, post: Post) -> None:
    data = {"channel": "qr", "press": str(uuid.uuid4()), "disclosure": "en-0", "text": "Hello."}

    response = bob_client.post(f"/o/acme/posts/{post.pk}/share/post/", data)

    assert response.status_code == 422
    assert Publication.objects.count() == 0


@pytest.mark.parametrize(
    ("thousandths", "shown"), [(0, "0.00"), (15, "0.015"), (200, "0.20"), (123_450, "123.45")]
)
def test_dollars(thousandths: int, shown: str) -> None:
    assert dollars(thousandths) == shown
