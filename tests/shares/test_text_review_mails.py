"""Mails to who approves texts: all that waits in one, at most one an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.shares.request_cast import NOW, ask, mails, now
from tests.shares.test_regulated_sharing import approved, approver, own_request, rules
from vaandel.ambassadors.models import Enrolment
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.services.stopping import stop_sharing
from vaandel.posts.models import Post
from vaandel.shares.models import TextRequest
from vaandel.shares.request_mails import mail_text_requests
from vaandel.shares.services.text_requests import approve_text

__all__ = ["approved", "approver", "now", "rules"]

State = TextRequest.State


def test_who_approves_is_asked_once_for_all_that_waits(
    approved: Post, bob_enrolment: Enrolment, approver: Member, alice: Member, bob: Member
) -> None:
    ask(approved, bob_enrolment)

    assert mail_text_requests() == 2
    assert mail_text_requests() == 0

    [mail] = mails(approver, "text-review")
    assert mail.subject == "A text to approve: Four kilometres of heat"
    assert "/o/acme/studio/texts/" in mail.text
    assert "In my own words." not in mail.text
    assert "Bob" not in mail.text
    assert len(mails(alice, "text-review")) == 1
    assert mails(bob, "text-review") == []


def test_at_most_one_an_hour(
    approved: Post, bob_enrolment: Enrolment, approver: Member, now: Any
) -> None:
    ask(approved, bob_enrolment, "One")
    mail_text_requests()
    OutgoingMessage.objects.update(state=OutgoingMessage.State.SENT)
    now.move_to(NOW + timedelta(minutes=30), tick=False)
    own_request(
        approved, bob_enrolment, text="Two", state=State.WAITING, decided_at=None,
        created_at=timezone.now(),
    )  # fmt: skip

    assert mail_text_requests() == 0
    now.move_to(NOW + timedelta(minutes=61), tick=False)
    assert mail_text_requests() == 2
    assert mails(approver, "text-review")[-1].subject == "2 texts to approve"


def test_a_mail_that_waits_is_made_anew_or_withdrawn(
    approved: Post, bob_enrolment: Enrolment, approver: Member, alice: Member
) -> None:
    row = ask(approved, bob_enrolment)
    mail_text_requests()
    approve_text(request=row, by=alice, at=NOW)

    assert mails(approver, "text-review") == []


def test_nobody_is_asked_while_sharing_is_stopped(
    approved: Post, bob_enrolment: Enrolment, alice: Member, acme: Organization
) -> None:
    ask(approved, bob_enrolment)
    stop_sharing(organization=acme, reason="A crisis", by=alice, at=NOW)

    assert mail_text_requests() == 0
