"""What providers tell afterwards: who bounced, who complained, and who may tell it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.mailing import payloads
from vaandel.config.environment import MAIL_PROVIDERS
from vaandel.mailing.bounces.noting import CameBack, note_returns
from vaandel.mailing.models import OutgoingMessage, Return, Suppression
from vaandel.mailing.providers import PROVIDERS
from vaandel.mailing.suppression import is_suppressed, lift, suppression_of

Queue = Callable[..., OutgoingMessage]
Report = tuple[str, str, dict[str, str]]
BOB = "bob@acme.example"
SETTINGS = {
    "MAILGUN_API_KEY": payloads.KEY,
    "MANDRILL_WEBHOOK_KEY": payloads.KEY,
    "MANDRILL_API_KEY": payloads.KEY,
    "MANDRILL_WEBHOOK_URL": "https://vaandel.example/hooks/mail/mandrill/",
    "BREVO_API_KEY": payloads.KEY,
}


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def report(settings: Any, db: None) -> Callable[[str, Report], int]:
    settings.MAIL_WEBHOOK_SECRET = payloads.SECRET
    settings.ANYMAIL = {"WEBHOOK_SECRET": payloads.SECRET, **SETTINGS}

    def post(provider: str, made: Report, **changes: str) -> int:
        settings.MAIL_PROVIDER = provider
        body, content_type, headers = made
        return (
            Client()
            .post(
                f"/hooks/mail/{provider}/",
                body,
                content_type=content_type,
                headers={**headers, **changes},
            )
            .status_code
        )

    return post


@pytest.mark.parametrize(
    ("provider", "made"),
    [
        ("mailgun", payloads.mailgun),
        ("postmark", payloads.postmark),
        ("brevo", payloads.brevo),
        ("mailjet", payloads.mailjet),
        ("sparkpost", payloads.sparkpost),
        ("mandrill", payloads.mandrill),
        ("resend", payloads.resend),
        ("mailtrap", payloads.mailtrap),
    ],
)
def test_a_hard_bounce_ends_mailing_whoever_tells_it(
    report: Any, queue: Queue, provider: str, made: Callable[..., Report]
) -> None:
    message = queue()

    assert report(provider, made(BOB, message.pk)) == 200
    # Providers tell again when they did not hear our answer.
    assert report(provider, made(BOB, message.pk)) == 200

    row = suppression_of(BOB)
    assert row is not None
    assert row.reason == Suppression.Reason.BOUNCED
    assert [(each.message_id, each.kind) for each in Return.objects.all()] == [(message.pk, "HARD")]


@pytest.mark.parametrize(
    ("provider", "made"),
    [
        ("mailgun", lambda a, n: payloads.mailgun(a, n, event="complained")),
        ("mailgun", lambda a, n: payloads.mailgun(a, n, event="unsubscribed")),
        ("postmark", lambda a, n: payloads.postmark(a, n, kind="SpamComplaint")),
        ("brevo", lambda a, n: payloads.brevo(a, n, event="spam")),
        ("brevo", lambda a, n: payloads.brevo(a, n, event="unsubscribe")),
        ("mailjet", lambda a, n: payloads.mailjet(a, n, event="spam")),
        ("mailjet", lambda a, n: payloads.mailjet(a, n, event="unsub")),
        ("sparkpost", lambda a, n: payloads.sparkpost(a, n, kind="spam_complaint")),
        ("mandrill", lambda a, n: payloads.mandrill(a, n, event="spam")),
        ("resend", lambda a, n: payloads.resend(a, n, event="email.complained")),
        ("mailtrap", lambda a, n: payloads.mailtrap(a, n, event="spam")),
    ],
)
def test_a_complaint_ends_mailing(
    report: Any, queue: Queue, provider: str, made: Callable[..., Report]
) -> None:
    assert report(provider, made(BOB, queue().pk)) == 200

    row = suppression_of(BOB)
    assert row is not None
    assert row.reason == Suppression.Reason.COMPLAINED


@pytest.mark.parametrize(
    ("provider", "made", "kinds"),
    [
        ("mailgun", lambda a, n: payloads.mailgun(a, n, severity="temporary"), []),
        ("mailgun", lambda a, n: payloads.mailgun(a, n, event="delivered"), []),
        ("mailgun", lambda a, n: payloads.mailgun(a, n, code="5.7.1"), []),
        ("mailgun", lambda a, n: payloads.mailgun(a, n, code="5.2.2"), ["SOFT"]),
        ("postmark", lambda a, n: payloads.postmark(a, n, kind="SoftBounce"), ["SOFT"]),
        ("postmark", lambda a, n: payloads.postmark(a, n, kind="Transient"), []),
        ("brevo", lambda a, n: payloads.brevo(a, n, event="soft_bounce"), ["SOFT"]),
        ("mailjet", lambda a, n: payloads.mailjet(a, n, hard=False), ["SOFT"]),
        ("sparkpost", lambda a, n: payloads.sparkpost(a, n, bounce_class="22"), ["SOFT"]),
        ("sparkpost", lambda a, n: payloads.sparkpost(a, n, bounce_class="51"), []),
        ("mandrill", lambda a, n: payloads.mandrill(a, n, event="soft_bounce"), ["SOFT"]),
        ("resend", lambda a, n: payloads.resend(a, n, kind="Transient"), ["SOFT"]),
        ("mailtrap", lambda a, n: payloads.mailtrap(a, n, event="soft bounce"), []),
    ],
)
def test_what_may_pass_is_noted_at_most(
    report: Any, queue: Queue, provider: str, made: Callable[..., Report], kinds: list[str]
) -> None:
    message = queue()
    OutgoingMessage.objects.filter(pk=message.pk).update(attempts=1)

    assert report(provider, made(BOB, message.pk)) == 200

    assert not is_suppressed(BOB)
    assert [each.kind for each in Return.objects.all()] == kinds


def test_one_who_lifts_it_is_not_caught_again_by_the_same_report(report: Any, queue: Queue) -> None:
    made = payloads.postmark(BOB, queue().pk)
    report("postmark", made)
    lift(BOB)

    report("postmark", made)

    assert not is_suppressed(BOB)


def test_a_report_that_names_no_message_of_ours_is_about_the_address_it_names(
    report: Any, queue: Queue
) -> None:
    message = queue("alice@acme.example")

    report("postmark", payloads.postmark(BOB, message.pk))
    report("postmark", payloads.postmark("carol@acme.example", 999_999))

    assert is_suppressed(BOB)
    assert is_suppressed("carol@acme.example")
    assert not is_suppressed("alice@acme.example")
    assert not Return.objects.exists()


@pytest.mark.parametrize(
    ("provider", "made"),
    [
        ("postmark", payloads.postmark),
        ("mailgun", payloads.mailgun),
        ("mandrill", payloads.mandrill),
    ],
)
@pytest.mark.parametrize("authorization", ["", "Basic cmVwb3J0ZXI6Z3Vlc3NlZA=="])
def test_nobody_else_may_report(
    report: Any, queue: Queue, provider: str, made: Callable[..., Report], authorization: str
) -> None:
    message = queue()

    assert report(provider, made(BOB, message.pk), Authorization=authorization) == 403

    assert not is_suppressed(BOB)


def test_a_wrong_signature_is_refused_even_with_the_secret(report: Any, queue: Queue) -> None:
    body, content_type, headers = payloads.mailgun(BOB, queue().pk)
    told = json.loads(body)
    told["signature"]["signature"] = "0" * 64

    assert report("mailgun", (json.dumps(told), content_type, headers)) == 403
    assert not is_suppressed(BOB)


def test_a_signature_is_enough_where_there_is_one(report: Any, queue: Queue, settings: Any) -> None:
    settings.MAIL_WEBHOOK_SECRET = ""
    settings.ANYMAIL = SETTINGS
    message = queue()

    assert report("mailgun", payloads.mailgun(BOB, message.pk), Authorization="") == 200
    assert is_suppressed(BOB)
    assert report("postmark", payloads.postmark("x@acme.example", 1)) == 404
    assert not is_suppressed("x@acme.example")


@pytest.mark.parametrize("configured", ["", "mailgun", "scaleway"])
def test_only_the_configured_provider_is_answered(
    report: Any, settings: Any, configured: str
) -> None:
    settings.MAIL_PROVIDER = configured
    body, content_type, headers = payloads.postmark(BOB, 1)

    for name in ("postmark", "scaleway", "nobody"):
        answer = Client().post(
            f"/hooks/mail/{name}/", body, content_type=content_type, headers=headers
        )
        assert answer.status_code == 404
    assert not is_suppressed(BOB)


@pytest.mark.parametrize(
    "body",
    ["", "nonsense", "[]", "{}", '{"RecordType": "Bounce"}', "[" * 100_000, "\ufffd", '"x"', "1"],
)
def test_what_cannot_be_read_is_refused_quietly(report: Any, body: str) -> None:
    made = (body, "application/json", {"Authorization": payloads.AUTHORIZATION})

    assert report("postmark", made) in {200, 400}
    assert not Suppression.objects.exists()


def test_a_provider_may_look_whether_anything_is_there(report: Any, settings: Any) -> None:
    settings.MAIL_PROVIDER = "postmark"

    assert Client().head("/hooks/mail/postmark/").status_code == 200
    assert Client().get("/hooks/mail/postmark/").status_code == 405


def test_a_report_has_a_largest_size(report: Any) -> None:
    large = ("x" * (10 * 1024 * 1024 + 1), "application/json", payloads.post({})[2])
    many = payloads.post([{"msys": {"track_event": {"type": "open"}}}] * 10_001)

    assert report("sparkpost", large) == 413
    assert report("sparkpost", many) == 413


def test_somebody_who_keeps_knocking_is_told_to_wait(
    report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vaandel.mailing.webhooks.PER_MINUTE", 2)
    made = payloads.postmark(BOB, 1)

    statuses = {report("postmark", made) for _ in range(5)}

    assert 429 in statuses


def test_ten_thousand_events_are_noted_in_few_queries(
    report: Any, queue: Queue, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    queue()
    told = [
        json.loads(payloads.sparkpost(f"p{number}@acme.example", number)[0])[0]
        for number in range(10_000)
    ]

    with django_assert_max_num_queries(600):
        assert report("sparkpost", payloads.post(told)) == 200

    assert Suppression.objects.count() == 10_000


def test_a_box_that_is_full_on_four_days_is_left_alone(queue: Queue) -> None:
    now = timezone.now()
    messages = [queue(key=f"hello:{number}") for number in range(6)]
    days = [29, 20, 20, 10, 0]

    for message, ago in zip(messages, days, strict=False):
        assert not is_suppressed(BOB)
        came = CameBack("SOFT", message_id=message.pk, status="5.2.2", detail="5.2.2 full")
        note_returns([came], at=now - timedelta(days=ago))

    assert is_suppressed(BOB)
    lift(BOB)
    note_returns([CameBack("SOFT", message_id=messages[5].pk)], at=now)
    assert not is_suppressed(BOB)


def test_what_is_long_ago_does_not_count(queue: Queue) -> None:
    now = timezone.now()
    for number, ago in enumerate([60, 50, 40, 0]):
        message = queue(key=f"hello:{number}")
        note_returns([CameBack("SOFT", message_id=message.pk)], at=now - timedelta(days=ago))

    assert not is_suppressed(BOB)


def test_the_settings_name_the_providers_that_there_are() -> None:
    assert set(MAIL_PROVIDERS) == set(PROVIDERS)


def test_a_complaint_wins_when_both_are_told_at_once(queue: Queue) -> None:
    message = queue()
    told = [CameBack("COMPLAINT", message_id=message.pk), CameBack("HARD", message_id=message.pk)]

    note_returns(told, at=timezone.now())

    row = suppression_of(BOB)
    assert row is not None
    assert row.reason == Suppression.Reason.COMPLAINED
    assert Return.objects.count() == 2
