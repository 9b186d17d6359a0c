"""A mail program's own button (RFC 8058): one POST, without cookies, with a fixed body."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.test.client import encode_multipart
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.ambassadors.tokens import one_click_url
from vaandel.mailing.headers import headers_of
from vaandel.mailing.services import compose_message

FIELDS = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def press(bob_enrolment: Enrolment) -> Callable[[str, str], int]:
    """Post to the address in the header of a mail to Bob, as a mail program does."""
    message = compose_message(
        key="ask:1",
        kind="proposal",
        template="accounts/mails/mail_again",
        context={"first_name": "Bob"},
        to_address="bob@acme.example",
        language="en",
        at=timezone.now(),
        unsubscribe_url=one_click_url(bob_enrolment),
        list_id="proposals.acme",
    )
    message.pk = 1
    headers = headers_of(message)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    addresses = re.findall(r"<(https?://[^>]+)>", headers["List-Unsubscribe"])
    assert len(addresses) == 1
    path = addresses[0].removeprefix(settings.PUBLIC_URL)

    def post(body: str, content_type: str) -> int:
        return (
            Client(enforce_csrf_checks=True).post(path, body, content_type=content_type).status_code
        )

    return post


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (encode_multipart("bound", FIELDS).decode(), "multipart/form-data; boundary=bound"),
    ],
)
def test_one_press_ends_the_mails(
    press: Callable[[str, str], int], bob_enrolment: Enrolment, body: str, content_type: str
) -> None:
    assert press(body, content_type) == 204
    assert press(body, content_type) == 204

    bob_enrolment.refresh_from_db()
    assert bob_enrolment.rhythm == Rhythm.IN_APP


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(bob_enrolment: Enrolment, method: str) -> None:
    path = one_click_url(bob_enrolment).removeprefix(settings.PUBLIC_URL)
    before = bob_enrolment.rhythm

    response = getattr(Client(), method)(path)

    assert response.status_code == 302
    bob_enrolment.refresh_from_db()
    assert bob_enrolment.rhythm == before
