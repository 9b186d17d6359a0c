"""Sending through a provider's interface: a stand-in for it answers over real HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests

from vaandel.mailing import providers
from vaandel.mailing.breaker import BREAKER
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import send_due_messages
from vaandel.mailing.suppression import is_suppressed
from vaandel.mailing.transport import POOL

Queue = Callable[..., OutgoingMessage]
State = OutgoingMessage.State
TAKEN = {
    "To": "bob@acme.example",
    "SubmittedAt": "2026-11-22T10:00:00-05:00",
    "MessageID": "b7bc2f4a-e38e-4336-af7d-e6c392c2f817",
    "ErrorCode": 0,
    "Message": "OK",
}


@dataclass
class Postmark:
    """What was posted, and what to answer: a status and a body, or nothing at all."""

    posted: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    answer: Any = field(default_factory=lambda: TAKEN)
    hangs_up: bool = False
    url: str = ""


@pytest.fixture
def postmark(settings: Any) -> Iterator[Postmark]:
    told = Postmark()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted = json.loads(body)
            told.posted.append({**posted, "token": self.headers["X-Postmark-Server-Token"]})
            if told.hangs_up:
                self.close_connection = True
                return
            answer = json.dumps(told.answer).encode()
            self.send_response(told.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}/"
    settings.MAIL_PROVIDER = "postmark"
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "Vaandel <vaandel@acme.example>"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "token-of-the-server",
        "POSTMARK_API_URL": told.url,
        "REQUESTS_TIMEOUT": 5,
    }
    BREAKER.reset()
    POOL.close_rested(seconds=0)
    yield told
    POOL.close_rested(seconds=0)
    BREAKER.reset()
    server.shutdown()
    server.server_close()


def test_a_mail_goes_out_with_its_headers_and_its_number(
    postmark: Postmark, queue: Queue, settings: Any
) -> None:
    settings.BOUNCE_ADDRESS = "bounces@acme.example"
    message = queue(
        from_name="Acme, warmly",
        reply_to="alice@acme.example",
        unsubscribe_url="https://vaandel.example/m/t/",
        list_id="proposals.acme",
    )

    assert send_due_messages() == 1

    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 1)
    (posted,) = postmark.posted
    assert posted["token"] == "token-of-the-server"
    assert posted["From"] == '"Acme, warmly" <vaandel@acme.example>'
    assert posted["To"] == "bob@acme.example"
    assert posted["ReplyTo"] == "alice@acme.example"
    assert posted["Subject"] == "Hello Bob"
    assert posted["TextBody"] == message.text
    assert "<h1>Dear Bob</h1>" in posted["HtmlBody"]
    assert posted["Metadata"]["vaandel_message"] == str(message.pk)
    headers = {each["Name"]: each["Value"] for each in posted["Headers"]}
    assert headers["List-Unsubscribe"] == "<https://vaandel.example/m/t/>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Id"].startswith("<proposals.acme.")
    assert headers["Message-ID"].startswith("<")


def test_a_provider_that_refuses_the_address_ends_mailing_there(
    postmark: Postmark, queue: Queue
) -> None:
    message = queue()
    postmark.status = 422
    postmark.answer = {
        "ErrorCode": 406,
        "Message": "You tried to send to recipient(s) that have been marked as inactive. Found "
        "inactive addresses: bob@acme.example. Inactive recipients are ones that have generated "
        "a hard bounce.",
    }

    assert send_due_messages() == 1

    message.refresh_from_db()
    assert message.state == State.FAILED
    assert "bob@acme.example" not in message.last_error
    assert is_suppressed("bob@acme.example")


def test_what_the_provider_cannot_take_is_given_up(postmark: Postmark, queue: Queue) -> None:
    message = queue()
    postmark.status, postmark.answer = 422, {"ErrorCode": 1101, "Message": "Not a valid stream."}

    assert send_due_messages() == 1

    message.refresh_from_db()
    assert message.state == State.FAILED
    assert "token-of-the-server" not in message.last_error
    assert not is_suppressed("bob@acme.example")


@pytest.mark.parametrize(("status", "attempts"), [(401, 0), (403, 0), (429, 1), (500, 1), (503, 1)])
def test_what_is_about_us_or_for_now_is_tried_again(
    postmark: Postmark, queue: Queue, status: int, attempts: int
) -> None:
    message = queue()
    postmark.status, postmark.answer = status, {"ErrorCode": 10, "Message": "Not now."}

    assert send_due_messages() == 0

    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, attempts)
    assert not is_suppressed("bob@acme.example")


def test_a_provider_that_cannot_be_reached_costs_no_attempt(
    postmark: Postmark, queue: Queue, settings: Any
) -> None:
    message = queue()
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_API_URL": "http://127.0.0.1:1/"}

    assert send_due_messages() == 0

    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 0)


def test_a_provider_that_hangs_up_may_have_it_so_the_attempt_counts(
    postmark: Postmark, queue: Queue
) -> None:
    message = queue()
    postmark.hangs_up = True

    assert send_due_messages() == 0

    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 1)


def test_settings_that_are_not_complete_are_named(settings: Any) -> None:
    settings.MAIL_PROVIDER = "postmark"
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.MAIL_WEBHOOK_SECRET = ""
    settings.ANYMAIL = {}

    assert "POSTMARK_SERVER_TOKEN" in providers.problem()
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "token"}
    assert providers.problem() == ""
    settings.MAIL_PROVIDER = ""
    assert providers.problem() == ""


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("brevo", {"API_KEY": "k"}),
        ("mailgun", {"API_KEY": "k"}),
        ("mailjet", {"API_KEY": "k", "SECRET_KEY": "s"}),
        ("mailtrap", {"API_TOKEN": "k"}),
        ("mandrill", {"API_KEY": "k", "WEBHOOK_KEY": "s"}),
        ("postal", {"API_KEY": "k", "API_URL": "https://postal.acme.example", "WEBHOOK_KEY": "p"}),
        ("postmark", {"SERVER_TOKEN": "k"}),
        ("resend", {"API_KEY": "k"}),
        ("scaleway", {"SECRET_KEY": "k", "PROJECT_ID": "p"}),
        ("sparkpost", {"API_KEY": "k"}),
    ],
)
def test_each_provider_takes_all_of_our_mail(
    settings: Any, queue: Queue, monkeypatch: pytest.MonkeyPatch, name: str, given: dict[str, str]
) -> None:
    """Nothing of it is unsupported; what is posted holds the way out of the list."""
    posted: list[str] = []

    def post(_session: object, **request: Any) -> Any:
        body = request.get("data")
        posted.append(body if isinstance(body, str) else json.dumps(body, default=str))
        raise requests.ConnectTimeout

    monkeypatch.setattr("requests.Session.request", post)
    settings.MAIL_PROVIDER = name
    settings.MAIL_WEBHOOK_SECRET = "reporter:a-long-enough-password"
    settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "Vaandel <vaandel@acme.example>"
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": settings.MAIL_WEBHOOK_SECRET,
        **{f"{name.upper()}_{key}": value for key, value in given.items()},
    }
    message = queue(
        to_name="Bob Ångström",
        from_name="Acme — warmly",
        reply_to="alice@acme.example",
        unsubscribe_url="https://vaandel.example/m/t/",
        list_id="proposals.acme",
        tenant=1,
    )
    BREAKER.reset()
    POOL.close_rested(seconds=0)

    assert providers.problem() == ""
    assert send_due_messages() == 0

    POOL.close_rested(seconds=0)
    BREAKER.reset()
    message.refresh_from_db()
    assert "ConnectTimeout" in message.last_error
    (body,) = posted
    text = str(parse_qs(body)) if name == "mailgun" else body
    assert "https://vaandel.example/m/t/" in text
    assert "List-Unsubscribe=One-Click" in text
