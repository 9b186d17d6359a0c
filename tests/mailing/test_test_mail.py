"""`vaandel mail test` sends one real mail and says what came back."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.mailing.conftest import Server
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import send_due_messages
from vaandel.mailing.suppression import is_suppressed, suppress

pytestmark = pytest.mark.django_db
BOB = "bob@acme.example"


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("mail_test", *arguments, stdout=said, no_color=True)
    return said.getvalue()


def test_it_prints_what_the_server_answered(server: Server) -> None:
    said = run(BOB, "--language", "nl")

    assert f"To {BOB} from vaandel@acme.example through 127.0.0.1:{server.port} …" in said
    assert "Accepted: 250 taken" in said
    (mail,) = server.received
    assert mail["To"] == BOB
    assert mail["Content-Language"] == "nl"
    assert OutgoingMessage.objects.get().state == OutgoingMessage.State.SENT
    assert send_due_messages() == 0


def test_it_says_where_the_mail_would_return_to(server: Server, settings: Any) -> None:
    settings.BOUNCE_ADDRESS = "bounces@acme.example"

    said = run(BOB)

    assert f"it returns to {server.senders[0]}." in said


def test_a_refusal_is_printed_and_believed(server: Server) -> None:
    server.answers[BOB] = ["550 5.1.1 no such user"]

    with pytest.raises(CommandError, match=r"It was not accepted: 550 5\.1\.1 no such user"):
        run(BOB)

    assert is_suppressed(BOB)
    assert OutgoingMessage.objects.get().state == OutgoingMessage.State.FAILED


def test_it_goes_also_where_nothing_is_sent_and_says_so(server: Server) -> None:
    suppress(BOB, "BOUNCED", "550 5.1.1 no such user", timezone.now())

    said = run(BOB)

    assert "nothing is sent there (bounced 550 5.1.1 no such user)" in said
    assert len(server.received) == 1


@pytest.mark.parametrize("address", ["", "bob", "bob@", "a@b.example\nBcc: c@d.example"])
def test_what_is_no_address_is_told(server: Server, address: str) -> None:
    with pytest.raises(CommandError, match="is not a mail address"):
        run(address)


def test_without_a_server_it_says_what_to_set(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    with pytest.raises(CommandError, match="VAANDEL_SMTP_URL"):
        run(BOB)


def test_a_server_that_is_away_is_told(server: Server, settings: Any) -> None:
    settings.EMAIL_PORT = 1

    with pytest.raises(CommandError, match="It was not accepted: ConnectionRefusedError"):
        run(BOB)
