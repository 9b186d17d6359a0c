"""Corrections, results, thanks and posts to say thanks for on *Today* cost one query together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import EnrolmentFactory, PostFactory, ShareFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.corrections.services import correct_post
from vaandel.links.models import Kind, LinkDay
from vaandel.organizations.models import Member
from vaandel.programmes.models import Programme
from vaandel.recognition.models import Result, Thanks

As = Callable[[Member], Client]


@pytest.mark.parametrize("count", [1, 3])
def test_they_all_show_within_ten_queries(
    client_as: As,
    alice: Member,
    bob: Member,
    bob_enrolment: Enrolment,
    programme: Programme,
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    now = timezone.now()
    common = {"organization": programme.organization}
    for number in range(count):
        post = PostFactory.create(programme=programme, title=f"Mine to thank {number}", contact=bob)
        other = ShareFactory.create(
            post=post, enrolment=EnrolmentFactory.create(programme=programme)
        )
        LinkDay.objects.create(**common, link=other.link, day=now.date(), kind=Kind.HUMAN, count=1)
        own = ShareFactory.create(
            post=PostFactory.create(programme=programme), enrolment=bob_enrolment
        )
        correct_post(post=own.post, text=f"Put right {number}", by=alice, at=now)
        Result.objects.create(**common, share=own, enrolment=bob_enrolment, days=3, clicks=7)
        Thanks.objects.create(
            **common, by=alice, by_name="Alice Editor", to=bob_enrolment, text=f"Thanks {number}"
        )
    client = client_as(bob)
    client.get("/o/acme/")

    with django_assert_max_num_queries(10):
        page = client.get("/o/acme/").content.decode()

    for number in range(count):
        assert f"Mine to thank {number}" in page
        assert f"Put right {number}" in page
    assert page.count("What you shared brought 7 clicks") == count
    # Of thanks only the newest.
    assert f"Thanks {count - 1}" in page
    assert page.count("Alice Editor</figcaption>") == 1


def test_thanks_put_away_stay_on_my_impact(
    client_as: As, alice: Member, bob: Member, bob_enrolment: Enrolment
) -> None:
    thanks = Thanks.objects.create(
        organization=bob.organization, by=alice, to=bob_enrolment, text="Somebody applied."
    )
    client = client_as(bob)
    assert "Somebody applied." in client.get("/o/acme/").content.decode()

    for _ in range(2):
        client.post(f"/o/acme/thanks/{thanks.pk}/away/")

    assert "Somebody applied." not in client.get("/o/acme/").content.decode()
    assert "Somebody applied." in client.get("/o/acme/impact/").content.decode()


@pytest.mark.parametrize(("number", "older"), [(10, False), (11, True)])
def test_thanks_are_paged(
    client_as: As, alice: Member, bob: Member, bob_enrolment: Enrolment, number: int, *, older: bool
) -> None:
    for n in range(number):
        Thanks.objects.create(
            organization=bob.organization, by=alice, to=bob_enrolment, text=f"Thanks {n}."
        )
    client = client_as(bob)

    first = client.get("/o/acme/impact/").content.decode()
    second = client.get("/o/acme/impact/?thanks=2").content.decode()

    assert ("thanks=2#h-thanks" in first) is older
    assert ("Thanks 0." in second) is older
    assert ("Thanks 0." in first) is not older
