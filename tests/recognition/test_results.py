"""What a share brought is told once after three and after fourteen days, if there is something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.factories import EnrolmentFactory, MemberFactory, PostFactory, ShareFactory
from vaandel.ambassadors.models import Consent, Enrolment, Purpose
from vaandel.links.models import Kind, LinkDay
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.services.stopping import stop_sharing
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme
from vaandel.recognition import results
from vaandel.recognition.models import Result, Thanks
from vaandel.recognition.results import find_results, mail_results
from vaandel.shares.models import Share

As = Callable[[Member], Client]
# A Monday afternoon in Amsterdam; the first results come on Friday.
SHARED = datetime(2026, 11, 23, 14, tzinfo=UTC)
DAY = date(2026, 11, 23)
FRIDAY = datetime(2026, 11, 27, 0, 5, tzinfo=UTC)
LATER = datetime(2026, 12, 8, 0, 5, tzinfo=UTC)


@pytest.fixture
def at() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FRIDAY, tick=False) as travel:
        yield travel


@pytest.fixture
def post(programme: Programme) -> Post:
    return PostFactory.create(
        programme=programme, title="Four kilometres of pipe", published_at=SHARED
    )


@pytest.fixture
def asked_for_mail(bob_enrolment: Enrolment) -> None:
    Consent.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        purpose=Purpose.RESULT_MAILS,
        text_version="1",
        given_at=SHARED,
    )


def shared(post: Post, enrolment: Enrolment, **share: Any) -> Share:
    return ShareFactory.create(post=post, enrolment=enrolment, **{"opened_at": SHARED, **share})


def clicked(share: Share, count: int, day: date = DAY, kind: Kind = Kind.HUMAN) -> None:
    LinkDay.objects.create(
        organization=share.organization, link=share.link, day=day, kind=kind, count=count
    )


def found() -> list[tuple[int, int]]:
    return list(Result.objects.order_by("pk").values_list("days", "clicks"))


def test_after_three_days_and_again_when_there_is_more_after_fourteen(
    at: time_machine.Traveller, post: Post, bob_enrolment: Enrolment
) -> None:
    share = shared(post, bob_enrolment, views=5000)
    clicked(share, 9)
    at.move_to(FRIDAY - timedelta(minutes=10), tick=False)
    assert find_results() == 0
    at.move_to(FRIDAY, tick=False)
    assert (find_results(), find_results()) == (1, 0)

    clicked(share, 3, date(2026, 12, 3))
    at.move_to(LATER, tick=False)
    assert (find_results(), find_results()) == (1, 0)

    assert found() == [(3, 9), (14, 12)]


@pytest.mark.usefixtures("at")
def test_what_has_nothing_to_tell_is_not_told(
    programme: Programme, post: Post, bob_enrolment: Enrolment
) -> None:
    shared(post, bob_enrolment)
    clicked(shared(post, bob_enrolment), 5, kind=Kind.PREVIEW)
    clicked(shared(post, bob_enrolment, state=Share.State.NOT_POSTED), 5)
    left = EnrolmentFactory.create(programme=programme, state=Enrolment.State.LEFT)
    clicked(shared(post, left), 5)
    clicked(ShareFactory.create(post=post, enrolment=None, opened_at=SHARED), 5)

    assert find_results() == 0


def test_nothing_new_after_fourteen_days_is_nothing_to_tell(
    at: time_machine.Traveller, post: Post, bob_enrolment: Enrolment
) -> None:
    clicked(shared(post, bob_enrolment), 9)
    find_results()
    at.move_to(LATER, tick=False)

    assert find_results() == 0


@pytest.mark.usefixtures("at")
def test_in_small_batches_everything_is_found_once(
    monkeypatch: pytest.MonkeyPatch, programme: Programme, post: Post
) -> None:
    monkeypatch.setattr(results, "BATCH", 2)
    for _ in range(5):
        clicked(shared(post, EnrolmentFactory.create(programme=programme)), 1)

    assert find_results() == 5
    assert find_results() == 0


@pytest.mark.usefixtures("asked_for_mail")
def test_the_mail_has_the_figure_the_words_and_a_person(
    at: time_machine.Traveller, post: Post, bob: Member, bob_enrolment: Enrolment
) -> None:
    contact = MemberFactory.create(
        organization=post.organization,
        user__name="Carol Recruiter",
        user__email="carol@acme.example",
        job_title="Recruiter",
    )
    Post.objects.update(contact=contact)
    clicked(shared(post, bob_enrolment, text="What struck me: the silence."), 9)
    other = PostFactory.create(programme=post.programme, title="Another story")
    clicked(shared(other, bob_enrolment, channel="copy"), 2)
    find_results()
    at.move_to(FRIDAY + timedelta(minutes=20), tick=False)

    assert (mail_results(), mail_results()) == (1, 0)

    mail = OutgoingMessage.objects.get()
    assert mail.subject == "What you shared brought 9 clicks"
    text = " ".join(mail.text.split())
    assert text.startswith(
        "Hello Bob, On 23 November you shared “Four kilometres of pipe” on LinkedIn. Your post was"
        " clicked 9 times. Measured. Clicks by robots and previews do not count. This is how you"
        " began: What struck me: the silence. Besides: - “Another story”: 2 clicks Carol"
        " Recruiter, Recruiter, answers for this post and likes to hear what people said. Answer"
        " this mail and it arrives there. See my impact:"
    )
    assert (mail.person, mail.reply_to) == (bob.user_id, "carol@acme.example")
    assert mail.windows[0] == ["2026-11-27T07:00:00+00:00", "2026-11-27T17:00:00+00:00"]
    assert mail.next_try_at == datetime(2026, 11, 27, 7, tzinfo=UTC)
    assert "List-Unsubscribe" in mail.headers


@pytest.mark.usefixtures("asked_for_mail")
def test_at_most_one_mail_a_week(
    at: time_machine.Traveller, post: Post, bob_enrolment: Enrolment
) -> None:
    clicked(shared(post, bob_enrolment), 9)
    clicked(shared(post, bob_enrolment, opened_at=SHARED + timedelta(days=2)), 4)
    find_results()
    at.shift(timedelta(minutes=20))
    assert mail_results() == 1
    at.shift(timedelta(days=2))
    find_results()
    at.shift(timedelta(minutes=20))
    assert mail_results() == 0
    at.shift(timedelta(days=5, hours=1))
    assert mail_results() == 1

    assert OutgoingMessage.objects.count() == 2


def test_without_the_opt_in_it_stands_in_the_app_only(
    at: time_machine.Traveller,
    client_as: As,
    bob: Member,
    post: Post,
    bob_enrolment: Enrolment,
) -> None:
    clicked(shared(post, bob_enrolment), 1)
    find_results()
    at.shift(timedelta(minutes=20))
    assert mail_results() == 0
    client = client_as(bob)
    assert "What you shared brought 1 click" in client.get("/o/acme/").content.decode()

    for _ in range(2):
        client.post(f"/o/acme/results/{Result.objects.get().pk}/away/")

    assert "What you shared brought" not in client.get("/o/acme/").content.decode()


@pytest.mark.usefixtures("asked_for_mail")
@pytest.mark.parametrize("change", ["taken back", "paused", "stopped"])
def test_what_changed_meanwhile_counts(
    at: time_machine.Traveller,
    acme: Organization,
    alice: Member,
    post: Post,
    bob_enrolment: Enrolment,
    change: str,
) -> None:
    clicked(shared(post, bob_enrolment), 9)
    find_results()
    at.shift(timedelta(minutes=20))
    if change == "taken back":
        Consent.objects.update(revoked_at=FRIDAY)
    elif change == "paused":
        Enrolment.objects.update(state=Enrolment.State.PAUSED)
    else:
        stop_sharing(organization=acme, reason="An accident.", by=alice, at=FRIDAY)

    mail_results()

    assert not OutgoingMessage.objects.exists()


@pytest.mark.usefixtures("at")
def test_while_sharing_is_stopped_nothing_is_looked_for(
    acme: Organization, alice: Member, post: Post, bob_enrolment: Enrolment
) -> None:
    clicked(shared(post, bob_enrolment), 9)
    stop_sharing(organization=acme, reason="An accident.", by=alice, at=FRIDAY)

    assert find_results() == 0


def test_nobody_puts_away_what_is_somebody_elses(
    client_as: As, alice: Member, post: Post, bob_enrolment: Enrolment
) -> None:
    share = shared(post, bob_enrolment)
    result = Result.objects.create(
        organization=post.organization, share=share, enrolment=bob_enrolment, days=3, clicks=2
    )
    thanks = Thanks.objects.create(
        organization=post.organization, by=alice, to=bob_enrolment, post=post, text="Thank you"
    )
    client = client_as(alice)

    assert client.post(f"/o/acme/results/{result.pk}/away/").status_code == 404
    assert client.post(f"/o/acme/thanks/{thanks.pk}/away/").status_code == 404
