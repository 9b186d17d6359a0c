"""Rather later: one mail at a moment of one's own choice, in working hours."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.factories import EnrolmentFactory
from vaandel.ambassadors.models import Enrolment, Leave, QuietHours
from vaandel.lib.open_hours import OpenHours
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme
from vaandel.shares.models import PersonalLink, Reminder
from vaandel.shares.services import Words, open_share, send_due_reminders
from vaandel.shares.services.reminding import suggested_moment

TUESDAY_TEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # 10:00 in Amsterdam


@pytest.fixture(autouse=True)
def tuesday() -> Any:
    with time_machine.travel(TUESDAY_TEN, tick=False) as clock:
        yield clock


@pytest.fixture
def later(bob_client: Client, post: Post) -> Callable[..., Any]:
    def send(moment: str, text: str = "Half a thought") -> Any:
        fields = {"moment": moment, "text": text}
        return bob_client.post(f"/o/acme/posts/{post.pk}/share/later/", fields)

    return send


def test_a_reminder_is_promised_and_kept(
    later: Callable[..., Any], bob_client: Client, bob: Member, post: Post, tuesday: Any
) -> None:
    response = later("2026-11-25T12:15")

    page = bob_client.get(response["Location"]).content.decode()
    assert "We send you a reminder on" in page
    assert 'value="2026-11-25T12:15"' in page
    assert "\nHalf a thought</textarea>" in page
    assert send_due_reminders() == 0
    tuesday.move_to(datetime(2026, 11, 25, 11, 16, tzinfo=UTC))
    assert (send_due_reminders(), send_due_reminders()) == (1, 0)
    message = OutgoingMessage.objects.get()
    link = PersonalLink.objects.get()
    assert (message.to_address, message.kind, message.person) == (
        bob.user.email,
        "share-reminder",
        bob.user.pk,
    )
    assert message.subject == "You wanted to share this: Four kilometres of heat"
    assert f"/p/{link.pk}~" in message.text
    assert "<h1>You wanted to share this: Four kilometres of heat</h1>" in message.html


def test_another_moment_moves_it(later: Callable[..., Any]) -> None:
    later("2026-11-25T12:15", "One")
    later("2026-11-26T09:00", "Two")

    reminder = Reminder.objects.get()
    assert (reminder.at, reminder.text) == (datetime(2026, 11, 26, 8, 0, tzinfo=UTC), "Two")


@pytest.mark.parametrize(
    ("moment", "instead"),
    [
        ("2026-11-24T20:00", "Wednesday 25 November 2026, 08:00"),
        ("2026-11-25T06:30", "Wednesday 25 November 2026, 08:00"),
        ("2026-11-28T12:00", "Monday 30 November 2026, 08:00"),
        ("2026-11-27T18:00", "Monday 30 November 2026, 08:00"),
        ("2026-11-20T12:00", "Tuesday 24 November 2026, 10:00"),
        ("2031-01-01T12:00", "Monday 22 February 2027, 10:00"),
    ],
)
def test_not_in_quiet_hours(later: Callable[..., Any], moment: str, instead: str) -> None:
    response = later(moment)

    page = response.content.decode()
    assert response.status_code == 422
    assert f"The first moment that works is {instead}" in page
    assert f'value="{moment}"' in page
    assert "\nHalf a thought</textarea>" in page
    assert Reminder.objects.count() == 0


@pytest.mark.parametrize("moment", ["", "tomorrow", "2026-13-01T00:00"])
def test_what_is_no_moment(later: Callable[..., Any], moment: str) -> None:
    response = later(moment)

    assert response.status_code == 422
    assert "Choose a day and a time." in response.content.decode()


def make(enrolment: Enrolment, post: Post) -> None:
    Reminder.objects.create(
        organization=post.organization,
        enrolment=enrolment,
        post=post,
        at=timezone.now() - timedelta(minutes=1),
    )


def test_sharing_before_takes_the_reminder_away(post: Post, bob_enrolment: Enrolment) -> None:
    make(bob_enrolment, post)

    open_share(
        enrolment=bob_enrolment,
        post=post,
        words=Words(channel="linkedin", text="Hi"),
        press=uuid.uuid4(),
        at=timezone.now(),
    )

    assert Reminder.objects.count() == 0


def withdraw(enrolment: Enrolment, post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(state=Post.State.WITHDRAWN)


def leave(enrolment: Enrolment, post: Post) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(state=Enrolment.State.LEFT)


def leave_the_house(enrolment: Enrolment, post: Post) -> None:
    Member.objects.filter(pk=enrolment.member_id).update(status=Member.Status.LEFT)


@pytest.mark.parametrize("happens", [withdraw, leave, leave_the_house])
def test_no_mail_when_there_is_nothing_to_share_any_more(
    post: Post, bob_enrolment: Enrolment, happens: Callable[[Enrolment, Post], None]
) -> None:
    make(bob_enrolment, post)
    happens(bob_enrolment, post)

    assert send_due_reminders() == 0
    assert OutgoingMessage.objects.count() == 0
    assert Reminder.objects.filter(sent_at=None).count() == 0


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_the_mail_speaks_the_persons_language(
    post: Post, bob: Member, bob_enrolment: Enrolment, language: str
) -> None:
    bob.user.language = language
    bob.user.save()
    make(bob_enrolment, post)

    send_due_reminders()

    message = OutgoingMessage.objects.get()
    assert "You wanted" not in message.subject
    assert "Four kilometres of heat" in message.subject


def quiet(enrolment: Enrolment, **chosen: Any) -> None:
    QuietHours.objects.create(organization=enrolment.organization, enrolment=enrolment, **chosen)


def off(enrolment: Enrolment, first: date, last: date) -> None:
    Leave.objects.create(
        organization=enrolment.organization, enrolment=enrolment, first_day=first, last_day=last
    )


def test_the_hours_are_those_of_the_person(
    later: Callable[..., Any], bob_enrolment: Enrolment
) -> None:
    quiet(bob_enrolment, opens=time(18), closes=time(22), days=[5, 6])

    assert "The first moment that works is Saturday 28 November 2026, 18:00" in (
        later("2026-11-25T12:15").content.decode()
    )
    later("2026-11-29T20:30")
    assert Reminder.objects.get().at == datetime(2026, 11, 29, 19, 30, tzinfo=UTC)


def test_christmas_is_kept_free(later: Callable[..., Any]) -> None:
    assert "The first moment that works is Monday 28 December 2026, 08:00" in (
        later("2026-12-25T12:15").content.decode()
    )


def test_whoever_is_away_for_a_year_is_told_so(
    later: Callable[..., Any], bob_enrolment: Enrolment
) -> None:
    off(bob_enrolment, date(2026, 11, 1), date(2028, 11, 1))

    response = later("2026-11-25T12:15")

    assert response.status_code == 422
    assert "You are away for a year or more" in response.content.decode()


def test_the_mail_carries_the_open_hours(post: Post, bob_enrolment: Enrolment) -> None:
    make(bob_enrolment, post)

    assert send_due_reminders() == 1
    assert OutgoingMessage.objects.get().windows == [
        ["2026-11-24T09:00:00+00:00", "2026-11-24T17:00:00+00:00"],
        ["2026-11-25T07:00:00+00:00", "2026-11-25T17:00:00+00:00"],
        ["2026-11-26T07:00:00+00:00", "2026-11-26T17:00:00+00:00"],
        ["2026-11-27T07:00:00+00:00", "2026-11-27T09:00:00+00:00"],
    ]


def test_a_reminder_waits_for_who_has_taken_leave_since(
    post: Post, bob_enrolment: Enrolment, tuesday: Any
) -> None:
    make(bob_enrolment, post)
    off(bob_enrolment, date(2026, 11, 24), date(2026, 12, 4))

    assert send_due_reminders() == 0
    monday_eight = datetime(2026, 12, 7, 7, 0, tzinfo=UTC)
    assert (Reminder.objects.get().at, Reminder.objects.get().sent_at) == (monday_eight, None)
    tuesday.move_to(monday_eight)
    assert send_due_reminders() == 1
    assert OutgoingMessage.objects.get().kind == "share-reminder"


def test_a_reminder_for_who_is_away_for_a_year_is_given_up(
    post: Post, bob_enrolment: Enrolment
) -> None:
    make(bob_enrolment, post)
    off(bob_enrolment, date(2026, 11, 1), date(2028, 11, 1))

    assert send_due_reminders() == 0
    assert Reminder.objects.get().sent_at == TUESDAY_TEN
    assert OutgoingMessage.objects.count() == 0


FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (OpenHours("Europe/Amsterdam"), "2026-11-30T11:15:00+00:00"),
        (OpenHours("Asia/Tokyo"), "2026-11-30T03:15:00+00:00"),
        # Noon is not theirs, so it is the beginning of their hours.
        (OpenHours("UTC", opens=time(22), closes=time(6)), "2026-11-30T22:00:00+00:00"),
        (
            OpenHours("UTC", leave=((date(2026, 11, 30), date(2026, 12, 1)),)),
            "2026-12-02T12:15:00+00:00",
        ),
        # Nothing is open: then it is tomorrow, and trying it says why it cannot be.
        (
            OpenHours("UTC", leave=((date(2026, 1, 1), date(2028, 1, 1)),)),
            "2026-11-28T12:15:00+00:00",
        ),
    ],
)
def test_a_moment_is_proposed_on_a_working_day(hours: OpenHours, expected: str) -> None:
    assert suggested_moment(hours, at=FRIDAY).astimezone(UTC).isoformat() == expected


def test_a_reminder_that_cannot_be_sent_keeps_back_no_other(
    later: Callable[..., Any], post: Post, programme: Programme, tuesday: Any
) -> None:
    later("2026-11-25T12:15")
    other = EnrolmentFactory.create(programme=programme)
    reminder = Reminder.objects.get()
    Reminder.objects.create(
        organization=post.organization,
        enrolment=other,
        post=post,
        at=reminder.at + timedelta(seconds=1),
    )
    # Nothing that any form lets through.
    QuietHours.objects.create(organization=post.organization, enrolment=reminder.enrolment, days=7)
    tuesday.move_to(datetime(2026, 11, 25, 11, 16, tzinfo=UTC))

    assert send_due_reminders() == 1

    assert OutgoingMessage.objects.get().person == other.member.user_id
