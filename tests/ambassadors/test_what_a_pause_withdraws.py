"""Pausing and leaving drop what is asked of an ambassador, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.services import leave, pause, stop_mails
from vaandel.mailing.models import OutgoingMessage

KINDS = ["proposal", "digest", "result", "thanks", "correction", "letter", "review", "reviewed"]
FOR_WORK = ["letter", "review", "reviewed"]


@pytest.fixture
def waiting(bob_enrolment: Enrolment) -> None:
    now = timezone.now()
    for kind in KINDS:
        OutgoingMessage.objects.create(
            key=kind,
            kind=kind,
            tenant=bob_enrolment.organization_id,
            person=bob_enrolment.member.user_id,
            to_address="bob@acme.example",
            subject=kind,
            expires_at=now + timedelta(days=3),
        )


def left() -> list[str]:
    return list(OutgoingMessage.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.usefixtures("waiting")
def test_who_pauses_still_hears_what_changed_in_a_post_they_shared(
    bob_enrolment: Enrolment,
) -> None:
    pause(enrolment=bob_enrolment, until=date(2099, 1, 1))

    assert left() == ["correction", *FOR_WORK]


@pytest.mark.usefixtures("waiting")
def test_who_leaves_keeps_the_mails_of_their_work(bob_enrolment: Enrolment) -> None:
    leave(enrolment=bob_enrolment, at=timezone.now())

    assert left() == FOR_WORK


@pytest.mark.usefixtures("waiting")
def test_who_stops_the_mails_of_an_ambassador_does_too(bob_enrolment: Enrolment) -> None:
    stop_mails(enrolment=bob_enrolment, at=timezone.now())

    assert left() == FOR_WORK
