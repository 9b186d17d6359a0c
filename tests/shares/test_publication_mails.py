"""One mail when something sent needs its person; none for who saw it on the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.factories import PublicationFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.shares.models import Publication
from vaandel.shares.publishing import send_again
from vaandel.shares.services.telling import tell_about_publications

State = Publication.State
TUESDAY = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tuesday() -> Any:
    with time_machine.travel(TUESDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def make(post: Post, bob_enrolment: Enrolment) -> Callable[..., Publication]:
    account = ConnectedAccount.objects.create(
        organization_id=bob_enrolment.organization_id,
        enrolment=bob_enrolment,
        channel="linkedin",
        remote_id="p1",
        keys_sealed="",
    )

    def make_publication(state: str, problem: str, **values: Any) -> Publication:
        values = {"planned": True, **values}
        return PublicationFactory.create(
            post=post, account=account, state=state, problem=problem, **values
        )

    return make_publication


def mails() -> list[OutgoingMessage]:
    return list(OutgoingMessage.objects.order_by("pk"))


@pytest.mark.parametrize(
    ("state", "problem", "subject", "words"),
    [
        (
            State.REJECTED,
            "dead_tokens",
            "Not posted on LinkedIn: Four kilometres of heat",
            "Connect again, or copy your text and post it yourself.",
        ),
        (
            State.UNKNOWN,
            "cannot_tell",
            "Is it on LinkedIn? Four kilometres of heat",
            "Look at your profile and tell us; then nothing is posted twice.",
        ),
        (
            State.ASKING,
            "changed",
            "Waits for you: Four kilometres of heat",
            "The proposal was changed after you wrote your text.",
        ),
    ],
)
def test_what_needs_the_person_is_told_once(
    make: Callable[..., Publication], state: str, problem: str, subject: str, words: str
) -> None:
    publication = make(state, problem, text="A private thought.")

    assert (tell_about_publications(), tell_about_publications()) == (1, 0)

    [mail] = mails()
    assert mail.subject == subject
    assert mail.to_address == "bob@acme.example"
    for body in (mail.text, mail.html):
        assert words in " ".join(body.split())
        assert f"/o/acme/planned/{publication.pk}/" in body
        assert "A private thought." not in body
    assert mail.windows[0][0] == TUESDAY.isoformat()


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        (State.UNKNOWN, "no_answer"),
        (State.ARMED, "throttled"),
        (State.SENDING, ""),
        (State.PUBLISHED, ""),
        (State.CANCELLED, "withdrawn"),
    ],
)
def test_what_goes_on_by_itself_is_not_told(
    make: Callable[..., Publication], state: str, problem: str
) -> None:
    make(state, problem)

    assert tell_about_publications() == 0
    assert mails() == []


def test_at_night_it_waits_for_the_morning(make: Callable[..., Publication], tuesday: Any) -> None:
    make(State.REJECTED, "duplicate")
    tuesday.move_to(TUESDAY + timedelta(hours=12))

    assert tell_about_publications() == 1

    assert mails()[0].windows[0][0] == "2026-11-25T07:00:00+00:00"


def test_after_a_press_the_page_tells_for_ten_minutes(
    make: Callable[..., Publication], tuesday: Any
) -> None:
    make(State.REJECTED, "duplicate", planned=False, created_at=TUESDAY)

    assert tell_about_publications() == 0
    tuesday.shift(timedelta(minutes=11))
    assert tell_about_publications() == 1


def test_whoever_saw_it_gets_no_mail(bob_client: Client, make: Callable[..., Publication]) -> None:
    publication = make(State.REJECTED, "duplicate")

    bob_client.get(f"/o/acme/planned/{publication.pk}/")

    publication.refresh_from_db()
    assert publication.told_at == TUESDAY
    assert tell_about_publications() == 0


def test_a_page_that_says_that_it_goes_on_does_not_count(
    bob_client: Client, make: Callable[..., Publication]
) -> None:
    publication = make(State.UNKNOWN, "no_answer")
    bob_client.get(f"/o/acme/planned/{publication.pk}/")
    Publication.objects.update(problem="cannot_tell")

    assert tell_about_publications() == 1


def test_what_fails_again_is_told_again(make: Callable[..., Publication], tuesday: Any) -> None:
    publication = make(State.REJECTED, "duplicate")
    tell_about_publications()
    assert send_again(publication=publication, at=TUESDAY)
    tuesday.shift(timedelta(hours=1))
    Publication.objects.update(state=State.REJECTED, problem="too_long")

    assert tell_about_publications() == 1
    assert len(mails()) == 2


@pytest.mark.parametrize("how", ["left", "inactive", "deleted"])
def test_who_is_gone_hears_nothing(
    make: Callable[..., Publication], bob: Member, bob_enrolment: Enrolment, how: str
) -> None:
    make(State.REJECTED, "duplicate")
    if how == "left":
        Enrolment.objects.update(state=Enrolment.State.LEFT)
    elif how == "inactive":
        Member.objects.filter(pk=bob.pk).update(status=Member.Status.LEFT)
    else:
        bob_enrolment.delete()

    assert tell_about_publications() == 0
    assert mails() == []


def test_one_that_cannot_be_made_keeps_no_other_back(
    make: Callable[..., Publication], caplog: pytest.LogCaptureFixture
) -> None:
    broken = make(State.REJECTED, "duplicate")
    make(State.REJECTED, "duplicate")
    Publication.objects.filter(pk=broken.pk).update(channel="hyves")

    assert tell_about_publications() == 1
    assert "A mail could not be made." in caplog.text
