"""The mailbox to which mails return, on a real (small) IMAP server."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.mailing import bounced
from tests.mailing.imap_server import ImapServer
from vaandel.mailing.bounces.mailbox import MailboxAway, read_mailbox
from vaandel.mailing.bounces.tokens import message_id_of, return_address_of, stop_address_of
from vaandel.mailing.models import OutgoingMessage, Return, Suppression
from vaandel.mailing.suppression import is_suppressed, lift, suppression_of

BOB = "bob@acme.example"
Queue = Callable[..., OutgoingMessage]


@pytest.fixture
def imap(settings: Any) -> Iterator[ImapServer]:
    server = ImapServer()
    settings.BOUNCE_ADDRESS = "bounces@acme.example"
    settings.BOUNCE_IMAP_URL = server.url
    yield server
    server.stop()


@pytest.fixture
def message(queue: Queue) -> OutgoingMessage:
    """A mail to Bob that went out."""
    message = queue(BOB)
    OutgoingMessage.objects.filter(pk=message.pk).update(attempts=1, state="SENT")
    message.refresh_from_db()
    return message


def read(imap: ImapServer, *, stopped: list[int] | None = None) -> int:
    stops: list[int] = [] if stopped is None else stopped
    return read_mailbox(
        imap.url, stop_mails=lambda message: stops.append(message.pk), at=timezone.now()
    )


def test_a_bounce_ends_mailing_and_is_read_once(imap: ImapServer, message: OutgoingMessage) -> None:
    mail = imap.mailbox.put(bounced.report(return_address_of(message)))

    assert read(imap) == 1
    assert read(imap) == 0

    row = suppression_of(BOB)
    assert row is not None
    assert row.reason == Suppression.Reason.BOUNCED
    assert row.detail == "5.1.1 smtp; 550 5.1.1 <…>: no such user"
    assert mail.flags == {r"\Seen"}
    assert "EXPUNGE" not in imap.mailbox.commands


def test_the_headers_of_the_returned_mail_name_it_as_well(
    imap: ImapServer, message: OutgoingMessage
) -> None:
    imap.mailbox.put(
        bounced.report("bounces@acme.example", original=f"Message-ID: {message_id_of(message)}")
    )

    read(imap)

    assert is_suppressed(BOB)


def test_a_report_read_again_after_a_crash_changes_nothing(
    imap: ImapServer, message: OutgoingMessage
) -> None:
    mail = imap.mailbox.put(bounced.report(return_address_of(message)))
    read(imap)
    lift(BOB)
    mail.flags.clear()

    assert read(imap) == 1

    assert not is_suppressed(BOB)
    assert Return.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "diagnostic", "kind"),
    [
        ("5.1.1", "smtp; 550 5.1.1 no such user", "HARD"),
        ("5.1.10", "smtp; 556 5.1.10 the domain takes no mail", "HARD"),
        ("5.2.1", "smtp; 550 5.2.1 disabled", "HARD"),
        ("5.4.4", "dns; no such host", "HARD"),
        ("5.0.0", "smtp; 550 no such user", "HARD"),
        ("5.0.0", "smtp; 552 5.2.2 mailbox full", "SOFT"),
        ("5.2.2", "smtp; 552 5.2.2 mailbox full", "SOFT"),
        ("4.4.1", "smtp; 421 no answer for five days", "SOFT"),
        ("5.3.0", "x-unix; input/output error", "SOFT"),
        ("5.7.1", "smtp; 550 5.7.1 your network is on a list", None),
        ("5.6.0", "smtp; 554 5.6.0 we do not like what it says", None),
        ("5.1.8", "smtp; 553 5.1.8 the sender does not exist", None),
        ("nonsense", "smtp; nothing", None),
    ],
)
def test_only_what_is_said_about_the_address_counts(
    imap: ImapServer, message: OutgoingMessage, status: str, diagnostic: str, kind: str | None
) -> None:
    imap.mailbox.put(
        bounced.report(return_address_of(message), status=status, diagnostic=diagnostic)
    )

    read(imap)

    assert [each.kind for each in Return.objects.all()] == ([kind] if kind else [])
    assert is_suppressed(BOB) is (kind == "HARD")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_is_under_way_has_not_come_back(
    imap: ImapServer, message: OutgoingMessage, action: str
) -> None:
    imap.mailbox.put(bounced.report(return_address_of(message), status="4.0.0", action=action))

    assert read(imap) == 1

    assert not Return.objects.exists()


def test_soft_bounces_on_four_days_end_mailing(imap: ImapServer, queue: Queue) -> None:
    for ago in range(4):
        message = queue(BOB, key=f"hello:{ago}")
        OutgoingMessage.objects.filter(pk=message.pk).update(attempts=1)
        imap.mailbox.put(bounced.report(return_address_of(message), status="5.2.2"))
        assert not is_suppressed(BOB)
        # As if it had been read on an earlier day, but for the last one.
        if ago < 3:
            read(imap)
            moment = timezone.now() - timedelta(days=ago + 1)
            Return.objects.filter(message=message).update(at=moment)

    read(imap)

    assert is_suppressed(BOB)


def test_servers_without_a_form_for_it_are_understood(
    imap: ImapServer, message: OutgoingMessage
) -> None:
    imap.mailbox.put(bounced.qmail("bounces@acme.example", f"Message-ID: {message_id_of(message)}"))

    read(imap)

    assert is_suppressed(BOB)
    assert Return.objects.get().status == "5.1.1"


@pytest.mark.parametrize(
    ("kind", "counts"), [("abuse", True), ("fraud", True), ("not-spam", False), ("", False)]
)
def test_a_complaint_ends_mailing(
    imap: ImapServer, message: OutgoingMessage, kind: str, counts: bool
) -> None:
    imap.mailbox.put(
        bounced.complaint("bounces@acme.example", kind=kind, sender=return_address_of(message))
    )

    read(imap)

    row = suppression_of(BOB)
    assert (row is not None and row.reason == Suppression.Reason.COMPLAINED) is counts


def test_a_complaint_with_the_mail_itself_is_understood(
    imap: ImapServer, message: OutgoingMessage
) -> None:
    imap.mailbox.put(
        bounced.complaint("fbl@acme.example", original=f"Message-ID: {message_id_of(message)}")
    )

    read(imap)

    assert is_suppressed(BOB)


def test_a_forged_report_suppresses_nobody(
    imap: ImapServer, message: OutgoingMessage, queue: Queue
) -> None:
    mine = queue("mallory@acme.example")
    OutgoingMessage.objects.filter(pk=mine.pk).update(attempts=1)
    own = return_address_of(mine)
    # Bob's name in the report, but the name of no mail, of one with a made-up signature, of
    # one's own, and of a mail that has not been sent.
    waiting = queue("bob@acme.example", key="hello:waiting")
    imap.mailbox.put(bounced.report("bounces@acme.example"))
    imap.mailbox.put(bounced.report(f"bounces+{'1-' + '0' * 20}@acme.example"))
    imap.mailbox.put(bounced.complaint("bounces@acme.example"))
    imap.mailbox.put(bounced.report(return_address_of(waiting)))
    signature = own.split("-")[1]
    theirs = return_address_of(message).split("-")[0]
    imap.mailbox.put(bounced.report(f"{theirs}-{signature}"))
    imap.mailbox.put(bounced.report(own))

    assert read(imap) == 6

    assert not is_suppressed(BOB)
    assert is_suppressed("mallory@acme.example")


@pytest.mark.parametrize(
    "headers",
    [
        ("Auto-Submitted: auto-replied",),
        ("Auto-Submitted: auto-replied (vacation)",),
        ("X-Autoreply: yes",),
        ("Precedence: auto_reply",),
        (),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=b",),
    ],
)
def test_answers_of_people_and_their_machines_say_nothing(
    imap: ImapServer, message: OutgoingMessage, headers: tuple[str, ...]
) -> None:
    text = f"Hello, I do not work here. {message_id_of(message)} 550 5.1.1"
    mail = imap.mailbox.put(bounced.answer(return_address_of(message), *headers, text=text))

    assert read(imap) == 1

    assert not Return.objects.exists()
    assert mail.flags == {r"\Seen"}


def test_a_mail_to_the_address_that_stops_mails_stops_them(
    imap: ImapServer, message: OutgoingMessage
) -> None:
    address = stop_address_of(message)
    imap.mailbox.put(bounced.answer(address, text=""))
    imap.mailbox.put(bounced.answer(address.replace("stop-", "stop-1"), text=""))
    imap.mailbox.put(bounced.report(address))
    stopped: list[int] = []

    assert read(imap, stopped=stopped) == 3

    assert stopped == [message.pk]
    assert not is_suppressed(BOB)


def test_a_mail_that_cannot_be_read_is_flagged_and_met_once(
    imap: ImapServer, message: OutgoingMessage, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_message: OutgoingMessage) -> None:
        raise RuntimeError("what stops mails is broken")

    poisoned = imap.mailbox.put(bounced.answer(stop_address_of(message), text=""))
    imap.mailbox.put(bounced.report(return_address_of(message)))

    with caplog.at_level(logging.ERROR, logger="vaandel"):
        assert read_mailbox(imap.url, stop_mails=broken, at=timezone.now()) == 2

    assert poisoned.flags == {r"\Seen", r"\Flagged"}
    assert is_suppressed(BOB)
    assert [record.getMessage() for record in caplog.records] == [
        "A mail in the bounce mailbox cannot be read."
    ]
    assert read_mailbox(imap.url, stop_mails=broken, at=timezone.now()) == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00 nonsense",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n",
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 5000,
        b"To: " + b"1-" * 50_000 + b"@acme.example\n\n",
        b"Subject: =?utf-8?q?=FF?=\nContent-Type: message/delivery-status\n\nAction: failed\n",
        b"Content-Type: text/plain; charset=nonsense\n\n\xff",
    ],
)
def test_whatever_arrives_is_got_over(
    imap: ImapServer, message: OutgoingMessage, raw: bytes
) -> None:
    mail = imap.mailbox.put(raw)

    assert read(imap) == 1

    assert r"\Seen" in mail.flags
    assert not Suppression.objects.exists()


def test_what_is_too_large_stays_where_it_is(imap: ImapServer, message: OutgoingMessage) -> None:
    mail = imap.mailbox.put(bounced.report(return_address_of(message)) + "x" * 1_000_000)

    assert read(imap) == 0

    assert mail.flags == set()


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH"])
@pytest.mark.parametrize("way", ["refuses", "drops"])
def test_a_mailbox_that_is_away_is_tried_again_later(
    imap: ImapServer, message: OutgoingMessage, command: str, way: str
) -> None:
    mail = imap.mailbox.put(bounced.report(return_address_of(message)))
    getattr(imap.mailbox, way).add(command)

    with pytest.raises(MailboxAway):
        read(imap)

    assert mail.flags == set()
    getattr(imap.mailbox, way).clear()
    assert read(imap) == 1
    assert is_suppressed(BOB)


def test_a_connection_that_breaks_halfway_keeps_what_was_done(
    imap: ImapServer, message: OutgoingMessage
) -> None:
    imap.mailbox.put(bounced.report(return_address_of(message)))
    imap.mailbox.drops.add("UID STORE")

    with pytest.raises(MailboxAway):
        read(imap)

    assert is_suppressed(BOB)
    imap.mailbox.drops.clear()
    assert read(imap) == 1
    assert Return.objects.count() == 1


def test_nothing_secret_is_said_when_it_is_away(imap: ImapServer, db: None) -> None:
    url = imap.url
    imap.stop()

    with pytest.raises(MailboxAway) as error:
        read_mailbox(url, stop_mails=lambda _message: None, at=timezone.now())

    assert str(error.value) == "ConnectionRefusedError"
