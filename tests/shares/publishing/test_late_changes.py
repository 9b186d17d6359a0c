"""Changed after its moment: it goes then, and nobody is asked the same question again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.networks.linkedin import LinkedIn
from tests.shares.publishing.conftest import Send
from vaandel.channels.models import ConnectedAccount
from vaandel.channels.services.accounts import disconnect
from vaandel.shares.models import Publication
from vaandel.shares.publishing import cancel, change_words, publish_due, queue, undo_cancel
from vaandel.shares.publishing.sending import NotNow, Round, check_wanted
from vaandel.shares.services import Words

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
OTHER = Words(channel="linkedin", text="We dug for nine nights.", language="en")
State = Publication.State


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def outcome(publication: Publication) -> tuple[str, str]:
    publication.refresh_from_db()
    return publication.state, publication.problem


def test_other_words_a_day_after_a_refusal_go_at_once(
    send: Send, linkedin: LinkedIn, clock: time_machine.Traveller
) -> None:
    publication = send()
    linkedin.fail_next("POST", r"^/rest/posts$", status=400)
    publish_due()
    assert outcome(publication)[0] == State.REJECTED
    clock.shift(timedelta(days=1))

    change_words(publication=publication, words=OTHER, at=NOW + timedelta(days=1))
    assert (publication.ended_at, publication.handed_over_at) == (None, None)
    publish_due()

    assert outcome(publication) == (State.PUBLISHED, "")


def test_other_words_for_what_came_too_late_go_at_once(
    send: Send, clock: time_machine.Traveller
) -> None:
    publication = send()
    clock.shift(timedelta(hours=13))
    publish_due()
    assert outcome(publication) == (State.ASKING, "too_late")

    change_words(publication=publication, words=OTHER, at=NOW + timedelta(hours=13))
    publish_due()

    assert outcome(publication) == (State.PUBLISHED, "")


def test_other_words_do_not_move_a_moment_that_is_ahead(send: Send) -> None:
    tonight = NOW + timedelta(hours=9)
    publication = send(due_at=tonight)

    change_words(publication=publication, words=OTHER, at=NOW)

    assert (publication.due_at, publication.next_try_at) == (tonight, tonight)


def test_what_could_not_be_reached_can_be_cancelled_and_put_back(
    send: Send, linkedin: LinkedIn
) -> None:
    publication = send(due_at=NOW + timedelta(hours=9))
    Publication.objects.update(problem="unreachable", problem_detail="no way")

    assert cancel(publication=publication, at=NOW)
    assert outcome(publication) == (State.CANCELLED, "")
    assert undo_cancel(publication=publication, at=NOW)

    assert outcome(publication) == (State.ARMED, "")


def test_disconnected_between_the_claim_and_the_look_says_so(
    send: Send, account: ConnectedAccount
) -> None:
    send()
    [held] = queue.claim(at=NOW, size=5)
    disconnect(enrolment=account.enrolment, channel="linkedin", at=NOW)

    with pytest.raises(NotNow) as caught:
        check_wanted(held, Round(), at=NOW)

    assert (caught.value.state, caught.value.problem) == (State.REJECTED, "disconnected")
