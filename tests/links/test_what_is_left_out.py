"""The page that explains to everybody what is counted, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import MemberFactory
from vaandel.links.kinds import WHY, Kind
from vaandel.links.models import LinkSettings, OrganizationDay, Privacy
from vaandel.links.queries.left_out import kinds_since
from vaandel.organizations.models import Member, Organization

SignIn = Callable[[Member], Client]
PAGE = "/o/acme/links/left-out/"


def visits(organization: Organization, kind: Kind, count: int, *, days_ago: int = 0) -> None:
    OrganizationDay.objects.create(
        organization=organization,
        day=timezone.now().date() - timedelta(days=days_ago),
        kind=kind,
        count=count,
    )


@pytest.mark.parametrize("role", ["is_owner", "is_sponsor", "is_works_council", "is_ambassador"])
def test_whoever_belongs_here_reads_every_kind_and_why(
    acme: Organization, client_as: SignIn, role: str
) -> None:
    member = MemberFactory.create(organization=acme, **{role: True})
    page = client_as(member).get(PAGE).content.decode()

    for kind in Kind:
        assert str(WHY[kind]) in page
        if kind is not Kind.HUMAN:
            assert str(kind.label) in page
    assert "What is never stored" in page


def test_how_many_in_thirty_days(
    acme: Organization, globex: Organization, alice: Member, client_as: SignIn
) -> None:
    visits(acme, Kind.HUMAN, 1234)
    visits(acme, Kind.BOT, 40, days_ago=29)
    visits(acme, Kind.BOT, 2)
    visits(acme, Kind.PREVIEW, 7)
    visits(acme, Kind.PREVIEW, 500, days_ago=30)
    visits(globex, Kind.SCANNER, 900)

    page = client_as(alice).get(PAGE).content.decode()

    assert "1,234" in page
    assert "49 visits were left out in the last 30 days." in page
    assert "900" not in page


def test_every_kind_has_a_number(acme: Organization) -> None:
    visits(acme, Kind.SELF, 3)

    found = kinds_since(timezone.now().date())

    assert found == {**dict.fromkeys(Kind, 0), Kind.SELF: 3}


def test_it_says_what_the_organisation_chose(
    acme: Organization, alice: Member, client_as: SignIn
) -> None:
    client = client_as(alice)
    plain = client.get(PAGE).content.decode()
    LinkSettings.objects.create(
        organization=acme, privacy=Privacy.UNIQUE_PER_DAY, countries=True, click_references=True
    )
    chosen = client.get(PAGE).content.decode()

    assert "Your organisation chose “count only”" in plain
    assert "Each click takes a random reference" not in plain
    assert "Your organisation counts “unique per day”" in chosen
    assert "Each click takes a random reference" in chosen
    assert "never a town" in chosen


def test_strangers_learn_nothing(acme: Organization, charlie: Member, client_as: SignIn) -> None:
    assert client_as(charlie).get(PAGE).status_code == 404
    assert Client().get(PAGE).status_code == 302
