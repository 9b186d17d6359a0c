"""Connections that end by themselves are told of in time, and renewed while they rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.networks.linkedin import LinkedIn
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.channels.services.ends import remind_of_ends, renew_what_rests
from vaandel.mailing.models import OutgoingMessage

MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def sixty_days(account: ConnectedAccount) -> ConnectedAccount:
    """Connected on a Monday, without anything to renew it with."""
    ConnectedAccount.objects.update(
        connected_at=MONDAY,
        access_until=MONDAY + timedelta(days=60),
        session_until=MONDAY + timedelta(days=60),
    )
    return account


def told_on(day: int) -> int:
    with time_machine.travel(MONDAY + timedelta(days=day, minutes=5), tick=False):
        return remind_of_ends()


def subjects() -> list[str]:
    return list(OutgoingMessage.objects.order_by("pk").values_list("subject", flat=True))


def test_ten_days_three_days_and_the_end(sixty_days: ConnectedAccount) -> None:
    found = {day: told_on(day) for day in (1, 49, 50, 51, 56, 57, 58, 59, 60, 61)}

    assert [day for day, number in found.items() if number] == [50, 57, 60]
    assert subjects() == [
        "Your connection to LinkedIn ends in 10 days",
        "Your connection to LinkedIn ends in 3 days",
        "Connect your account at LinkedIn again",
    ]
    assert ConnectedAccount.objects.get().state == "RECONNECT"


def test_twice_at_once_is_once(sixty_days: ConnectedAccount) -> None:
    assert told_on(50) == 1
    assert told_on(50) == 0


def test_after_a_long_silence_only_the_nearer_one_is_told(sixty_days: ConnectedAccount) -> None:
    assert told_on(58) == 1
    assert subjects() == ["Your connection to LinkedIn ends in 2 days"]


def test_the_mail_waits_for_open_hours_and_leads_to_the_page(
    sixty_days: ConnectedAccount,
) -> None:
    told_on(50)

    mail = OutgoingMessage.objects.get()
    assert mail.windows
    assert (mail.kind, mail.tenant) == ("account ending", sixty_days.organization_id)
    assert "Yours ends on 1 January." in mail.text
    assert "/o/acme/accounts/#linkedin" in mail.text


def test_one_day_is_one_day(sixty_days: ConnectedAccount) -> None:
    ConnectedAccount.objects.update(reminded_for_days=10)
    with time_machine.travel(MONDAY + timedelta(days=59, hours=1), tick=False):
        remind_of_ends()

    assert subjects() == ["Your connection to LinkedIn ends in 1 day"]


@pytest.mark.parametrize(
    "changes",
    [{"session_until": None}, {"state": "RECONNECT"}],
    ids=["without an end", "to connect again"],
)
def test_others_are_left_in_peace(sixty_days: ConnectedAccount, changes: dict[str, Any]) -> None:
    ConnectedAccount.objects.update(**changes)

    assert told_on(50) == told_on(60) == 0
    assert subjects() == []


def test_who_left_is_left_in_peace(sixty_days: ConnectedAccount) -> None:
    Enrolment.objects.update(state=Enrolment.State.LEFT)

    assert told_on(50) == told_on(60) == 0


def test_what_rests_is_renewed_before_it_dies(
    account: ConnectedAccount, linkedin: LinkedIn
) -> None:
    now = timezone.now()
    ConnectedAccount.objects.update(access_until=now - timedelta(days=6))
    assert renew_what_rests() == 0

    ConnectedAccount.objects.update(access_until=now - timedelta(days=8))
    assert renew_what_rests() == 1

    row = ConnectedAccount.objects.get()
    assert row.keys_version == 2
    assert row.access_until is not None
    assert row.access_until > now
    assert renew_what_rests() == 0


def test_what_cannot_be_renewed_is_told(account: ConnectedAccount, linkedin: LinkedIn) -> None:
    ConnectedAccount.objects.update(access_until=timezone.now() - timedelta(days=8))
    linkedin.revoke_all("p1")

    assert renew_what_rests() == 1
    assert renew_what_rests() == 0
    assert subjects() == ["Connect your account at LinkedIn again"]
