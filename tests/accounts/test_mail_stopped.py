"""Somebody to whom we mail no more is told so, and can have it tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.mailing.models import OutgoingMessage, Suppression
from vaandel.mailing.suppression import is_suppressed, suppress
from vaandel.organizations.models import Member

As = Callable[[Member], Client]
BOUNCED, COMPLAINED = Suppression.Reason.BOUNCED, Suppression.Reason.COMPLAINED
BOB = "bob@acme.example"
SINCE = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
PAGES = ["/me/", "/o/acme/", "/o/acme/settings/"]


@pytest.mark.parametrize("page", PAGES)
def test_who_cannot_be_reached_is_told_calmly(
    client_as: As, bob: Member, bob_enrolment: Enrolment, page: str
) -> None:
    suppress(BOB, BOUNCED, "550 5.1.1 no such user", SINCE)

    html = client_as(bob).get(page).content.decode()

    assert "Mails to b…@acme.example do not arrive" in html
    assert "Since 12 March" in html
    assert "Try again" in html
    assert "550" not in html


@pytest.mark.parametrize("page", PAGES)
def test_who_complained_is_told_why_there_is_no_mail(
    client_as: As, bob: Member, bob_enrolment: Enrolment, page: str
) -> None:
    suppress(BOB, COMPLAINED, "", SINCE)

    html = client_as(bob).get(page).content.decode()

    assert "We mail you no more" in html
    assert "marked as unwanted" in html
    assert "Mail me again" in html


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_said_when_mails_arrive(
    client_as: As, bob: Member, bob_enrolment: Enrolment, page: str
) -> None:
    suppress("alice@acme.example", BOUNCED, "", SINCE)

    assert "mail-stopped" not in client_as(bob).get(page).content.decode()


def test_who_takes_no_part_is_told_as_well(client_as: As, alice: Member) -> None:
    suppress("alice@acme.example", BOUNCED, "", SINCE)

    html = client_as(alice).get("/o/acme/").content.decode()

    assert "Mails to a…@acme.example do not arrive" in html


def test_trying_again_sends_one_mail_however_often_it_is_pressed(
    client_as: As, bob: Member, bob_enrolment: Enrolment
) -> None:
    suppress(BOB, BOUNCED, "", SINCE)
    client = client_as(bob)
    client.get("/o/acme/")

    first = client.post(reverse("accounts:mail_again"), {"next": "/o/acme/"})
    second = client.post(reverse("accounts:mail_again"), {"next": "/o/acme/"})

    assert (first.status_code, first.headers["Location"]) == (302, "/o/acme/")
    assert second.status_code == 302
    assert not is_suppressed(BOB)
    mail = OutgoingMessage.objects.get()
    assert (mail.to_address, mail.subject, mail.person) == (
        BOB,
        "This mail has arrived",
        bob.user_id,
    )
    assert not mail.essential
    page = client.get("/o/acme/").content.decode()
    assert "mail-stopped" not in page
    assert "We mail you again." in page


@pytest.mark.parametrize("back", ["", "https://evil.example/", "//evil.example", "javascript:x"])
def test_it_leads_nowhere_else(client_as: As, bob: Member, back: str) -> None:
    response = client_as(bob).post(reverse("accounts:mail_again"), {"next": back})

    assert response.headers["Location"] == "/me/"


def test_nobody_tries_for_somebody_else(bob: Member) -> None:
    suppress(BOB, BOUNCED, "", SINCE)

    response = Client().post(reverse("accounts:mail_again"))

    assert response.status_code == 302
    assert is_suppressed(BOB)


def test_today_learns_of_it_within_half_an_hour(
    client_as: As, bob: Member, bob_enrolment: Enrolment
) -> None:
    client = client_as(bob)
    client.get("/o/acme/")
    suppress(BOB, BOUNCED, "", SINCE)

    assert "mail-stopped" not in client.get("/o/acme/").content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert "mail-stopped" in client.get("/o/acme/").content.decode()
