"""A text of one's own under rules of law: asked for, approved or not by somebody else, and kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import MemberFactory
from tests.shares.request_cast import NOW, ask, mails, now
from tests.shares.test_regulated_sharing import (
    LINE,
    TEXT,
    angle_of,
    approved,
    approver,
    kept,
    own_request,
    rules,
)
from vaandel.ambassadors.models import Enrolment
from vaandel.archive.models import ArchiveEntry
from vaandel.organizations.models import AuditEntry, Member, Organization
from vaandel.posts.models import Post
from vaandel.posts.services import withdraw_post
from vaandel.shares.models import TextRequest
from vaandel.shares.refusals import PostNotLive, TextNotApproved
from vaandel.shares.services import Words, open_share
from vaandel.shares.services.personal import personal_link
from vaandel.shares.services.text_requests import (
    DecidedAlready,
    OwnText,
    approve_text,
    forget_old_requests,
    refuse_text,
    withdraw_request,
)
from vaandel.shares.tokens import token_of

__all__ = ["approved", "approver", "now", "rules"]

State = TextRequest.State
QUEUE = "/o/acme/studio/texts/"
As = Callable[[Member], Client]


def page_of(post: Post) -> str:
    return f"/o/acme/posts/{post.pk}/share/own/"


def test_asking_from_the_page(approved: Post, bob_client: Client, bob: Member) -> None:
    angle = angle_of(approved)
    begun = bob_client.get(page_of(approved), {"angle": angle.pk}).content.decode()
    sent = {"text": "  Rates rise,\r\nsays our bank. ", "angle": str(angle.pk)}
    first = bob_client.post(page_of(approved), sent, follow=True).content.decode()
    bob_client.post(page_of(approved), sent)

    row = TextRequest.objects.get()
    assert f">\n{TEXT}</textarea>" in begun
    assert LINE in begun
    assert "Asked. You get a mail as soon as a colleague has looked at it." in first
    assert "A colleague looks at it" in first
    assert (row.text, row.state, row.language) == ("Rates rise,\nsays our bank.", "WAITING", "en")
    [asked] = kept("text.asked")
    assert asked["sharer"] == f"Bob Sharer (#{bob.pk})"
    assert asked["started_from"] == TEXT
    waits = bob_client.get(f"/o/acme/posts/{approved.pk}/share/").content.decode()
    assert "A colleague looks at your own text" in waits


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Write the text that you want to share."),
        ("With a ___ in it", "There is still a gap (___) in your text."),
        (TEXT, "This text is approved already. Go back and share it as it is."),
        ("x" * 3001, "at most 3000 characters"),
    ],
)
def test_a_wrong_text_stays_on_the_page(
    approved: Post, bob_client: Client, text: str, problem: str
) -> None:
    response = bob_client.post(page_of(approved), {"text": text, "angle": "nonsense"})

    page = response.content.decode()
    assert response.status_code == 422
    assert problem in page
    assert f">\n{text}</textarea>" in page
    assert not TextRequest.objects.exists()


def test_nobody_asks_without_end(approved: Post, bob_client: Client) -> None:
    for number in range(20):
        bob_client.post(page_of(approved), {"text": f"Number {number}"})

    response = bob_client.post(page_of(approved), {"text": "One more"})

    assert response.status_code == 422
    assert "Try again in an hour." in response.content.decode()


def test_from_a_mail_too(approved: Post, bob_enrolment: Enrolment, client: Client) -> None:
    link = personal_link(enrolment=bob_enrolment, post=approved, at=NOW)
    address = f"/p/{token_of(link.pk)}/own/"

    page = client.post(address, {"text": "From the mail"}, follow=True).content.decode()
    row = TextRequest.objects.get()
    client.post(f"{address}{row.pk}/withdraw/")

    assert "A colleague looks at it" in page
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN


def test_another_text_takes_the_place_of_one_that_waits(
    approved: Post, bob_enrolment: Enrolment
) -> None:
    first = ask(approved, bob_enrolment, "One")
    second = ask(approved, bob_enrolment, "Two")

    first.refresh_from_db()
    assert (first.state, second.state) == (State.WITHDRAWN, State.WAITING)
    assert [row["text"] for row in kept("text.withdrawn")] == ["One"]


def test_there_must_be_rules_and_an_approved_post(
    approved: Post, bob_enrolment: Enrolment, topic: Any, alice: Member
) -> None:
    topic.regulated = False
    topic.save()
    with pytest.raises(TextNotApproved):
        ask(approved, bob_enrolment)
    withdraw_post(post=approved, by=alice, reason="Old", at=NOW)
    with pytest.raises(PostNotLive):
        ask(approved, bob_enrolment)


def test_approving_from_the_queue(
    approved: Post, bob_enrolment: Enrolment, bob: Member, approver: Member, client_as: As,
    acme: Organization,
) -> None:  # fmt: skip
    row = ask(approved, bob_enrolment)
    client = client_as(approver)
    page = client.get(QUEUE).content.decode()
    said = client.post(f"{QUEUE}{row.pk}/approve/", follow=True).content.decode()
    again = client.post(f"{QUEUE}{row.pk}/refuse/", {"note": "No"}, follow=True).content.decode()

    row.refresh_from_db()
    assert "In my own words." in page
    assert "Bob Sharer" in page
    assert "Approved. Your colleague gets a mail." in said
    assert "Nothing waits" in said
    assert "That has been decided already." in again
    assert (row.state, row.decided_by, row.decided_at, row.note) == (
        State.APPROVED, approver, NOW, "",
    )  # fmt: skip
    [entry] = kept("text.approved")
    assert entry["by"] == f"Ann Approver (#{approver.pk})"
    log = AuditEntry.objects.get(action="text.approved")
    assert (log.by, log.subject, log.detail) == (
        approver, f"post:{approved.pk}", {"title": approved.title},
    )  # fmt: skip
    [mail] = mails(bob, "text-reviewed")
    assert mail.subject == "Your text is approved: Four kilometres of heat"
    assert f"/o/acme/posts/{approved.pk}/share/" in mail.text
    assert mail.text.startswith("Hello Bob,\n\nAnn Approver approved your own text")


def test_a_note_says_what_should_change(
    approved: Post, bob_enrolment: Enrolment, bob: Member, approver: Member, client_as: As,
    bob_client: Client,
) -> None:  # fmt: skip
    row = ask(approved, bob_enrolment)
    client = client_as(approver)
    empty = client.post(f"{QUEUE}{row.pk}/refuse/", {"note": " "})
    client.post(f"{QUEUE}{row.pk}/refuse/", {"note": "Name the rate."})

    row.refresh_from_db()
    assert empty.status_code == 422
    assert "Say in a few words what should change." in empty.content.decode()
    assert (row.state, row.note) == (State.REFUSED, "Name the rate.")
    assert kept("text.refused")[0]["note"] == "Name the rate."
    [mail] = mails(bob, "text-reviewed")
    assert mail.subject == "About your text: Four kilometres of heat"
    assert "Name the rate." in mail.text
    own = bob_client.get(page_of(approved)).content.decode()
    assert "Ann Approver:</strong> Name the rate." in own


def test_a_note_that_is_too_long_stays_on_the_page(
    approved: Post, bob_enrolment: Enrolment, approver: Member, client_as: As
) -> None:
    row = ask(approved, bob_enrolment)
    note = f"Name the rate. {'x' * 500}"

    response = client_as(approver).post(f"{QUEUE}{row.pk}/refuse/", {"note": note})

    assert response.status_code == 422
    assert f">\n{note}</textarea>" in response.content.decode()


def test_a_text_that_should_change_is_there_to_go_on_with(
    approved: Post, bob_enrolment: Enrolment, approver: Member, bob_client: Client
) -> None:
    row = ask(approved, bob_enrolment)
    empty = bob_client.get(page_of(approved)).content.decode()
    refuse_text(request=row, by=approver, note="Name the rate.", at=timezone.now())
    page = bob_client.get(page_of(approved)).content.decode()
    other = bob_client.get(page_of(approved), {"angle": angle_of(approved).pk}).content.decode()

    assert ">\n</textarea>" in empty
    assert ">\nIn my own words.</textarea>" in page
    assert f'name="angle" value="{row.angle_id}"' in page
    assert f">\n{TEXT}</textarea>" in other


def test_a_share_of_ones_own_text_names_the_entry_that_approved_it(
    approved: Post, bob_enrolment: Enrolment, approver: Member
) -> None:
    said = 'In my "own" words, 100 %.'
    approve_text(request=ask(approved, bob_enrolment, said), by=approver, at=timezone.now())
    for text in (said, TEXT):
        open_share(
            enrolment=bob_enrolment, post=approved, press=uuid4(), at=timezone.now(),
            words=Words(channel="linkedin", text=text, language="en"),
        )  # fmt: skip

    number = ArchiveEntry.objects.get(kind="text.approved").number
    assert [row["approved_in"] for row in kept("share.opened")] == [number, 1]


def test_nobody_approves_their_own(
    approved: Post, bob_enrolment: Enrolment, bob: Member, client_as: As
) -> None:
    bob.is_approver = True
    bob.save()
    row = ask(approved, bob_enrolment)
    with pytest.raises(OwnText):
        approve_text(request=row, by=bob, at=NOW)
    with pytest.raises(OwnText):
        refuse_text(request=row, by=bob, note="x", at=NOW)

    client = client_as(bob)
    said = client.post(f"{QUEUE}{row.pk}/approve/", follow=True).content.decode()

    assert said.count("You wrote this one, so somebody else looks at it.") == 2
    row.refresh_from_db()
    assert row.state == State.WAITING


def test_who_comes_second_changes_nothing(
    approved: Post, bob_enrolment: Enrolment, approver: Member, alice: Member
) -> None:
    row = ask(approved, bob_enrolment)
    approve_text(request=row, by=approver, at=NOW)
    with pytest.raises(DecidedAlready):
        refuse_text(request=row, by=alice, note="No", at=NOW)
    with pytest.raises(DecidedAlready):
        approve_text(request=row, by=alice, at=NOW)

    assert not withdraw_request(request=row, at=NOW)
    assert len(kept("text.approved")) == 1


def test_somebody_who_is_gone_gets_no_answer(
    approved: Post, bob_enrolment: Enrolment, bob: Member, approver: Member
) -> None:
    row = ask(approved, bob_enrolment)
    bob_enrolment.state = Enrolment.State.LEFT
    bob_enrolment.save()
    row.refresh_from_db()
    approve_text(request=row, by=approver, at=NOW)
    TextRequest.objects.update(enrolment=None, state=State.WAITING)
    row.refresh_from_db()
    with pytest.raises(DecidedAlready):
        approve_text(request=row, by=approver, at=NOW)

    assert mails(bob, "text-reviewed") == []


def test_a_withdrawn_post_is_not_decided_about(
    approved: Post, bob_enrolment: Enrolment, approver: Member, alice: Member, client_as: As
) -> None:
    row = ask(approved, bob_enrolment)
    withdraw_post(post=approved, by=alice, reason="Wrong", at=NOW)

    said = client_as(approver).post(f"{QUEUE}{row.pk}/approve/", follow=True).content.decode()

    assert "This post cannot be shared now, so nothing was decided." in said
    assert "In my own words." not in said


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 200), ("approver", 200), ("bob", 403), ("charlie", 404)]
)
def test_who_may_see_the_queue(
    who: str, status: int, request: pytest.FixtureRequest, client_as: As, approved: Post,
    bob_enrolment: Enrolment,
) -> None:  # fmt: skip
    row = ask(approved, bob_enrolment)
    client = client_as(request.getfixturevalue(who))

    assert client.get(QUEUE).status_code == status
    decided = client.post(f"{QUEUE}{row.pk}/approve/").status_code
    assert decided == (302 if status == 200 else status)


def test_a_stranger_reaches_no_request(
    approved: Post, bob_enrolment: Enrolment, charlie: Member, client_as: As, acme: Organization
) -> None:
    row = ask(approved, bob_enrolment)
    client = client_as(charlie)

    assert client.post(f"/o/globex/studio/texts/{row.pk}/approve/").status_code == 404
    other = MemberFactory.create(organization=acme)
    own = f"{page_of(approved)}{row.pk}/withdraw/"
    assert client_as(other).post(own).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_however_long(
    approved: Post, bob_enrolment: Enrolment, alice: Member, client_as: As, count: int,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    for number in range(count):
        own_request(
            approved, bob_enrolment, text=f"Text {number}", state=State.WAITING, decided_at=None
        )
    client = client_as(alice)

    with django_assert_max_num_queries(8):
        page = client.get(QUEUE)

    assert page.content.decode().count("<article") == count


def test_old_requests_are_forgotten_once_their_post_is_over(
    approved: Post, bob_enrolment: Enrolment, alice: Member, now: Any
) -> None:
    ask(approved, bob_enrolment)
    now.move_to(NOW + timedelta(days=100), tick=False)
    assert forget_old_requests() == 0
    withdraw_post(post=approved, by=alice, reason="Old", at=timezone.now())
    assert forget_old_requests() == 0

    now.move_to(NOW + timedelta(days=191), tick=False)

    assert forget_old_requests() == 1
    assert len(kept("text.asked")) == 1
