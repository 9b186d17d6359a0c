"""An organisation is founded with its owner and first programme, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from vaandel.accounts.models import User
from vaandel.organizations.models import AuditEntry, Member, Organization, Role
from vaandel.programmes.models import Programme
from vaandel.programmes.queries import the_programme
from vaandel.programmes.services import found_organization

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def found(slug: str = "stadsenergie") -> Organization:
    return found_organization(
        name="Stadsenergie",
        slug=slug,
        country="NL",
        language="nl",
        owner_email="Noor@Stadsenergie.example",
        owner_name="Noor de Wit",
        at=AT,
    )


def test_it_has_an_owner_who_edits_and_a_programme(db: None) -> None:
    organization = found()

    owner = Member.objects.get(organization=organization)
    assert owner.roles == {Role.OWNER, Role.EDITOR}
    assert owner.user.email == "noor@stadsenergie.example"
    assert owner.user.language == "nl"
    assert not owner.user.has_usable_password()
    programme = the_programme(organization)
    assert programme.owner == owner
    assert programme.asks_per_week == 3
    assert not programme.four_eyes
    assert sorted(AuditEntry.objects.values_list("action", flat=True)) == [
        "member.added",
        "organization.founded",
    ]


def test_a_slug_that_is_taken_founds_nothing(db: None) -> None:
    found()

    with pytest.raises(ValidationError):
        found()

    assert Organization.objects.count() == 1
    assert Programme.objects.count() == 1


@pytest.mark.parametrize("slug", ["", "with space", "x/y"])
def test_a_bad_slug_founds_nothing(db: None, slug: str) -> None:
    with pytest.raises(ValidationError):
        found(slug)

    assert Organization.objects.count() == 0
    assert User.objects.count() == 0
