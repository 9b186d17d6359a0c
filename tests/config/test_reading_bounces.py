"""What the clock does with the bounce mailbox: a mail that asks to stop stops the right mails."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.mailing import bounced
from tests.mailing.imap_server import ImapServer
from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.ambassadors.tokens import one_click_url
from vaandel.config.bounce_mailbox import read_bounces
from vaandel.impact.letters.services import wants_letters
from vaandel.impact.letters.tokens import stop_url
from vaandel.mailing.bounces.tokens import stop_address_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.suppression import is_suppressed
from vaandel.organizations.models import Member


@pytest.fixture
def imap(settings: Any) -> Iterator[ImapServer]:
    server = ImapServer()
    settings.BOUNCE_ADDRESS = "bounces@acme.example"
    settings.BOUNCE_IMAP_URL = server.url
    yield server
    server.stop()


def sent(**values: Any) -> OutgoingMessage:
    return OutgoingMessage.objects.create(
        key="ask:1",
        kind="proposal",
        state="SENT",
        attempts=1,
        to_address="bob@acme.example",
        expires_at=timezone.now(),
        **values,
    )


def test_a_mail_that_asks_to_stop_does_what_the_button_does(
    imap: ImapServer, bob_enrolment: Enrolment
) -> None:
    message = sent(headers={"List-Unsubscribe": f"<{one_click_url(bob_enrolment)}>"})
    imap.mailbox.put(bounced.answer(stop_address_of(message), text=""))

    assert read_bounces() == 1

    bob_enrolment.refresh_from_db()
    assert bob_enrolment.rhythm == Rhythm.IN_APP
    assert not is_suppressed("bob@acme.example")


def test_the_letter_to_owners_is_stopped_and_nothing_else(
    imap: ImapServer, alice: Member, bob_enrolment: Enrolment
) -> None:
    message = sent(headers={"List-Unsubscribe": f"<{stop_url(alice)}>"})
    imap.mailbox.put(bounced.answer(stop_address_of(message), text=""))

    read_bounces()

    assert not wants_letters(alice)
    assert not is_suppressed("bob@acme.example")
    bob_enrolment.refresh_from_db()
    assert bob_enrolment.rhythm != Rhythm.IN_APP


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"List-Unsubscribe": "<http://localhost/unsubscribe/forged/>"},
        {"List-Unsubscribe": "<http://localhost/nowhere/>"},
    ],
)
def test_when_the_button_is_gone_no_mail_is_sent_at_all(
    imap: ImapServer, db: None, headers: dict[str, str]
) -> None:
    message = sent(headers=headers)
    imap.mailbox.put(bounced.answer(stop_address_of(message), text=""))

    read_bounces()

    assert is_suppressed("bob@acme.example")


def test_without_a_mailbox_nothing_is_read() -> None:
    assert read_bounces() == 0


def test_a_mailbox_that_is_away_is_told_and_nothing_else(
    imap: ImapServer, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    imap.mailbox.refuses.add("LOGIN")

    with caplog.at_level(logging.WARNING, logger="vaandel"):
        assert read_bounces() == 0

    (record,) = caplog.records
    assert record.getMessage() == "The bounce mailbox cannot be read."
    assert "se:cr/et" not in str(record.__dict__)
