"""Every conversion can be put right later, and it stays visible what it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.factories import ConversionFactory, LinkFactory
from vaandel.links.models import Conversion, ConversionCorrection, Goal, Link
from vaandel.links.services.conversions import attribute_awaited_conversions
from vaandel.links.services.correcting import AlreadyKnown, Wanted, correct_conversion
from vaandel.organizations.models import AuditEntry, Member, Organization
from vaandel.organizations.tenancy import WrongTenant, tenant_scope

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
AS_IT_IS = Wanted(
    goal=Goal.HIRE, happened_at=NOW, value=None, currency="", link=None, withdrawn=False
)


@pytest.fixture
def hire(acme: Organization) -> Conversion:
    return ConversionFactory.create(
        organization=acme, goal=Goal.HIRE, external_id="H-1", happened_at=NOW
    )


@pytest.fixture
def link(acme: Organization) -> Link:
    return LinkFactory.create(organization=acme)


def correct(conversion: Conversion, by: Member, wanted: Wanted) -> ConversionCorrection | None:
    found = correct_conversion(
        conversion=conversion, wanted=wanted, reason="Wrong day", by=by, at=NOW
    )
    conversion.refresh_from_db()
    return found


def test_everything_that_changed_is_in_the_trace(
    hire: Conversion, alice: Member, link: Link
) -> None:
    yesterday = NOW - timedelta(days=1)

    correction = correct(
        hire,
        alice,
        Wanted(
            goal=Goal.APPLICATION,
            happened_at=yesterday,
            value=Decimal(100),
            currency="EUR",
            link=link,
            withdrawn=False,
        ),
    )

    assert correction is not None
    assert correction.changed == {
        "goal": ["HIRE", "APPLICATION"],
        "happened_at": [NOW.isoformat(), yesterday.isoformat()],
        "value": ["", "100.00"],
        "currency": ["", "EUR"],
        "link": ["", str(link.pk)],
    }
    assert (correction.by, correction.at, correction.reason) == (alice, NOW, "Wrong day")
    assert (hire.goal, hire.happened_at, hire.link) == (Goal.APPLICATION, yesterday, link)
    assert (hire.value, hire.currency) == (Decimal("100.00"), "EUR")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("conversion.corrected", f"conversion:{hire.pk}")
    assert entry.detail == {"fields": ["currency", "goal", "happened_at", "link", "value"]}


def test_a_second_press_leaves_no_second_trace(hire: Conversion, alice: Member) -> None:
    wanted = replace(AS_IT_IS, value=Decimal(5), currency="EUR")

    assert correct(hire, alice, wanted) is not None
    assert correct(hire, alice, wanted) is None

    assert ConversionCorrection.objects.count() == 1
    assert AuditEntry.objects.count() == 1


def test_withdrawing_and_taking_it_back(hire: Conversion, alice: Member) -> None:
    correct(hire, alice, replace(AS_IT_IS, withdrawn=True))
    assert Conversion.objects.get().withdrawn_at == NOW

    correct(hire, alice, AS_IT_IS)

    assert Conversion.objects.get().withdrawn_at is None
    assert [row.changed for row in ConversionCorrection.objects.order_by("pk")] == [
        {"withdrawn": ["no", "yes"]},
        {"withdrawn": ["yes", "no"]},
    ]


def test_the_moment_of_withdrawal_stays(hire: Conversion, alice: Member) -> None:
    hire.withdrawn_at = NOW - timedelta(days=3)
    hire.save()

    correct(hire, alice, replace(AS_IT_IS, goal=Goal.LEAD, withdrawn=True))

    assert hire.withdrawn_at == NOW - timedelta(days=3)


def test_it_cannot_become_the_same_as_another(
    hire: Conversion, acme: Organization, alice: Member
) -> None:
    ConversionFactory.create(organization=acme, goal=Goal.LEAD, external_id="H-1")

    with pytest.raises(AlreadyKnown):
        correct(hire, alice, replace(AS_IT_IS, goal=Goal.LEAD))

    hire.refresh_from_db()
    assert hire.goal == Goal.HIRE
    assert not ConversionCorrection.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_clock_does_not_undo_a_correction(hire: Conversion, alice: Member, link: Link) -> None:
    hire.reference, hire.link = "ref-1", link
    hire.save()

    correction = correct(hire, alice, AS_IT_IS)

    assert correction is not None
    assert correction.changed == {"link": [str(link.pk), ""], "reference": ["ref-1", ""]}
    assert Conversion.objects.filter(pk=hire.pk, link=None, reference="").exists()
    assert attribute_awaited_conversions() == 0


def test_the_reference_stays_when_the_link_does(hire: Conversion, alice: Member) -> None:
    hire.reference = "ref-1"
    hire.save()

    correct(hire, alice, replace(AS_IT_IS, withdrawn=True))

    assert hire.reference == "ref-1"


def test_another_organisation_cannot_write_it(
    hire: Conversion, charlie: Member, globex: Organization
) -> None:
    with tenant_scope(globex), pytest.raises(Conversion.DoesNotExist):
        correct_conversion(
            conversion=hire,
            wanted=replace(AS_IT_IS, withdrawn=True),
            reason="",
            by=charlie,
            at=NOW,
        )
    with tenant_scope(globex), pytest.raises(WrongTenant):
        hire.save()
