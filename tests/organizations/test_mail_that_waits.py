"""Owners see how many mails wait and failed; never to whom, and no count of a few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import hold
from vaandel.mailing.transport import NO_SERVER
from vaandel.organizations.models import Member

ClientAs = Callable[[Member], Client]
State = OutgoingMessage.State
PAGE = "/o/acme/organisation/mail/"


def mails(member: Member, count: int, **changes: Any) -> None:
    now = timezone.now()
    for number in range(count):
        OutgoingMessage.objects.create(
            key=f"{changes}{number}{OutgoingMessage.objects.count()}",
            kind="proposal",
            tenant=member.organization_id,
            to_address="somebody@acme.example",
            subject="A subject",
            text="A text",
            expires_at=now + timedelta(days=1),
            **changes,
        )


@pytest.mark.parametrize("count", [1, 7])
def test_an_owner_sees_counts_and_nothing_else(
    client_as: ClientAs, alice: Member, charlie: Member, count: int, django_assert_num_queries: Any
) -> None:
    mails(alice, count)
    mails(alice, count, state=State.FAILED, last_error="550 5.1.1 …")
    mails(charlie, 90)
    client = client_as(alice)
    client.get(PAGE)

    with django_assert_num_queries(8):
        page = client.get(PAGE).content.decode()

    assert f'<td role="cell" class="number">{count}</td>' in page
    assert ("fewer than 5" in page) is (count < 5)
    assert ("There is no such address." in page) is (count == 7)
    for hidden in ("somebody@", "A subject", "A text", ">90<"):
        assert hidden not in page


def test_it_says_when_mails_are_paused(client_as: ClientAs, alice: Member) -> None:
    assert "has paused all mails" not in client_as(alice).get(PAGE).content.decode()
    hold(None, timezone.now())

    assert "has paused all mails" in client_as(alice).get(PAGE).content.decode()


def test_others_do_not_see_it(client_as: ClientAs, bob: Member, charlie: Member) -> None:
    assert client_as(bob).get(PAGE).status_code == 403
    assert client_as(charlie).get(PAGE).status_code == 404


@pytest.mark.parametrize("backend", [NO_SERVER, "smtp"])
def test_it_says_when_there_is_no_mail_server(
    client_as: ClientAs, alice: Member, settings: Any, backend: str
) -> None:
    settings.EMAIL_BACKEND = backend

    page = client_as(alice).get(PAGE).content.decode()

    assert ("has no mail server yet" in page) is (backend == NO_SERVER)
