"""A text that was sent arrives as it was seen, once, at its moment; and then it is a share."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.networks.linkedin import LinkedIn
from tests.shares.publishing.conftest import Send
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.links.addresses import short_url
from vaandel.organizations.models import Organization
from vaandel.posts.models import Post
from vaandel.shares.models import Publication, Reservation, Share
from vaandel.shares.publishing import NotConnected, NotPlannable, arm, publish_due
from vaandel.shares.publishing.arming import Settled, change_words
from vaandel.shares.publishing.outgoing import words_of
from vaandel.shares.services import NotYours, SharingStopped, TextTooLong, Words

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
State = Publication.State


@pytest.fixture(autouse=True)
def at_ten() -> object:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def test_what_was_seen_is_what_is_posted(send: Send, linkedin: LinkedIn) -> None:
    publication = send()

    assert publish_due() == 1

    publication.refresh_from_db()
    [posted] = linkedin.posts
    assert posted.author == "urn:li:person:p1"
    assert posted.text == "We dug at night (and nobody woke up).\n\nI work at Acme."
    assert (publication.state, publication.problem) == (State.PUBLISHED, "")
    assert publication.permalink == f"https://www.linkedin.com/feed/update/{posted.id}/"


def test_it_is_a_share_from_the_moment_that_it_stands_there(send: Send) -> None:
    publication = send()
    assert not Share.objects.exists()

    publish_due()

    publication.refresh_from_db()
    share = Share.objects.get()
    assert publication.share == share
    assert (share.state, share.opened_at, share.link_id) == ("CONFIRMED", NOW, publication.link_id)
    assert (share.text, share.disclosure) == (publication.text, "I work at Acme.")
    assert (share.permalink, share.edited_share) == (publication.permalink, 1.0)
    assert not Reservation.objects.exists()


def test_a_second_round_finds_nothing_to_do(send: Send, linkedin: LinkedIn) -> None:
    send()

    assert (publish_due(), publish_due()) == (1, 0)
    assert len(linkedin.posts) == 1


def test_a_press_that_comes_twice_is_one_publication(send: Send) -> None:
    press = uuid.uuid4()

    assert send(press=press).pk == send(press=press).pk


def test_what_is_planned_waits_for_its_moment(
    send: Send, linkedin: LinkedIn, at_ten: time_machine.Traveller
) -> None:
    publication = send(due_at=NOW + timedelta(hours=9))

    assert publish_due() == 0
    at_ten.move_to(NOW + timedelta(hours=9, seconds=1))
    assert publish_due() == 1

    publication.refresh_from_db()
    assert (publication.planned, publication.state) == (True, State.PUBLISHED)
    assert len(linkedin.posts) == 1


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (NOW - timedelta(minutes=2), NotPlannable.Why.PAST),
        (NOW + timedelta(days=91), NotPlannable.Why.TOO_FAR),
    ],
)
def test_some_moments_cannot_be_planned(send: Send, moment: datetime, reason: str) -> None:
    with pytest.raises(NotPlannable) as refused:
        send(due_at=moment)

    assert refused.value.reason == reason


def test_nothing_is_planned_after_the_end_of_the_post(send: Send, post: Post) -> None:
    Post.objects.update(expires_at=NOW + timedelta(days=1))

    with pytest.raises(NotPlannable) as refused:
        send(due_at=NOW + timedelta(days=1))

    assert refused.value.reason == NotPlannable.Why.AFTER_END


def test_a_text_that_does_not_fit_is_refused_at_once(send: Send) -> None:
    with pytest.raises(TextTooLong) as refused:
        send("a" * 3000)

    assert refused.value.excess == len("\n\nI work at Acme.")


def test_without_a_card_the_link_stands_in_the_text(send: Send, linkedin: LinkedIn) -> None:
    publication = send(with_card=False)

    publish_due()

    [posted] = linkedin.posts
    assert posted.text.endswith(f"I work at Acme.\n\n{short_url(publication.link)}")


def test_nobody_posts_with_the_account_of_another(
    account: ConnectedAccount, enrolment_of_dana: Enrolment, post: Post
) -> None:
    words = Words(channel="linkedin", text="Hello", language="en")

    with pytest.raises(NotYours):
        arm(
            enrolment=enrolment_of_dana,
            post=post,
            words=words,
            press=uuid.uuid4(),
            account=account,
            at=NOW,
        )


def test_an_account_that_ended_is_not_armed(send: Send, account: ConnectedAccount) -> None:
    account.state = ConnectedAccount.State.RECONNECT
    account.save()

    with pytest.raises(NotConnected):
        send()


def test_while_sharing_is_stopped_nothing_is_armed(send: Send, acme: Organization) -> None:
    Organization.objects.update(stopped_at=NOW)

    with pytest.raises(SharingStopped):
        send()


def test_other_words_take_the_place_of_what_waits(send: Send, linkedin: LinkedIn) -> None:
    publication = send(due_at=NOW + timedelta(hours=1))
    words = words_of(publication)

    change_words(
        publication=publication,
        words=Words(channel="linkedin", text="Other words", language=words.language),
        at=NOW,
    )
    Publication.objects.update(due_at=NOW, next_try_at=NOW)
    publish_due()

    assert [posted.text for posted in linkedin.posts] == ["Other words"]


def test_what_was_posted_is_not_changed_behind_the_back(send: Send) -> None:
    publication = send()
    publish_due()

    with pytest.raises(Settled):
        change_words(
            publication=publication,
            words=Words(channel="linkedin", text="Other words", language="en"),
            at=NOW,
        )
