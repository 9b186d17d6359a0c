"""Looking into what is not certain: it ends, it is paid for, and nothing unwanted comes of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone

from tests.networks.fixtures import x as x
from tests.networks.linkedin import LinkedIn
from tests.networks.lossy import Proxy
from tests.networks.x import X
from tests.shares.publishing.conftest import Send
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount, MonthlySpending, NetworkApp
from vaandel.channels.sealing import ACCOUNT, sealed
from vaandel.channels.services.accounts import disconnect
from vaandel.organizations.models import Organization
from vaandel.posts.models import Post
from vaandel.shares.figures import begin_reading_for_new_consents, read_figures
from vaandel.shares.models import Publication
from vaandel.shares.publishing import arm, look_into_unknown, looking, publish_due, queue
from vaandel.shares.services import Words

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
POSTS = ("POST", r"^/rest/posts$")
State = Publication.State


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def outcome(publication: Publication) -> tuple[str, str]:
    publication.refresh_from_db()
    return publication.state, publication.problem


@pytest.fixture
def doubtful(send: Send, proxy: Proxy, clock: time_machine.Traveller) -> Publication:
    """It did not arrive at LinkedIn, which is not known."""
    publication = send()
    proxy.order("refuse", *POSTS)
    publish_due()
    assert outcome(publication)[0] == State.UNKNOWN
    clock.shift(timedelta(seconds=31))
    return publication


def withdraw() -> None:
    Post.objects.update(state=Post.State.WITHDRAWN)


def change() -> None:
    Post.objects.update(title="Five kilometres of heat")


def stop() -> None:
    Organization.objects.update(stopped_at=NOW)


@pytest.mark.parametrize("end", [withdraw, change, stop])
def test_a_look_that_would_post_it_is_not_taken_when_it_is_not_wanted(
    doubtful: Publication, linkedin: LinkedIn, end: Callable[[], None]
) -> None:
    end()

    look_into_unknown()

    assert outcome(doubtful) == (State.UNKNOWN, "cannot_tell")
    assert linkedin.posts == []


def test_nor_days_later(
    doubtful: Publication, linkedin: LinkedIn, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=2))

    look_into_unknown()

    assert outcome(doubtful) == (State.UNKNOWN, "cannot_tell")
    assert linkedin.posts == []


def test_without_the_account_the_person_is_asked_at_once(
    doubtful: Publication, bob_enrolment: Enrolment
) -> None:
    disconnect(enrolment=bob_enrolment, channel="linkedin", at=NOW)

    look_into_unknown()

    assert outcome(doubtful) == (State.UNKNOWN, "cannot_tell")


def test_not_there_in_the_last_look_is_for_the_person_to_tell(doubtful: Publication) -> None:
    Publication.objects.update(checks=looking.MOST_CHECKS - 1, memory={})

    assert look_into_unknown() == 1

    assert outcome(doubtful) == (State.UNKNOWN, "cannot_tell")


def test_a_last_look_that_breaks_is_the_last_all_the_same(doubtful: Publication) -> None:
    Publication.objects.update(checks=looking.MOST_CHECKS - 1)
    # Nothing that can be sent in a header.
    ConnectedAccount.objects.update(keys_sealed=sealed(ACCOUNT, {"access_token": "\u2026"}))

    look_into_unknown()

    assert outcome(doubtful) == (State.UNKNOWN, "cannot_tell")


def test_a_last_look_that_was_cut_off_as_well(
    doubtful: Publication, clock: time_machine.Traveller
) -> None:
    Publication.objects.update(checks=looking.MOST_CHECKS)
    clock.shift(timedelta(hours=6))

    assert look_into_unknown() == 0

    assert outcome(doubtful) == (State.UNKNOWN, "cannot_tell")


def test_who_dies_after_asking_is_looked_into_from_the_beginning(send: Send) -> None:
    publication = send()
    Publication.objects.update(checks=looking.MOST_CHECKS)
    [held] = queue.claim(at=NOW, size=5)
    queue.hand_over(held, at=NOW)

    queue.take_over_abandoned(at=NOW + queue.LEASE)

    assert outcome(publication) == (State.UNKNOWN, "no_answer")
    assert publication.checks == 0


LINK, READING, BUDGET = 200, 25, 100


@pytest.fixture
def send_to_x(x: X, settings: Any, bob_enrolment: Enrolment, post: Post) -> Callable[[], Any]:
    settings.FETCH_ALLOWED_HOSTS = [urlsplit(x.url).netloc]
    settings.NETWORK_ADDRESSES = {"X_API": x.url, "X_WWW": x.url}
    settings.NETWORK_APPS = {
        "X_CLIENT_ID": x.settings.client_id,
        "X_CLIENT_SECRET": x.settings.client_secret,
    }
    NetworkApp.objects.create(
        organization_id=post.organization_id, channel="x", monthly_budget=BUDGET
    )
    scopes = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
    account = ConnectedAccount.objects.create(
        organization_id=post.organization_id,
        enrolment=bob_enrolment,
        channel="x",
        remote_id="p1",
        handle="@bob",
        scopes=list(scopes),
        keys_sealed=sealed(ACCOUNT, {"access_token": x.connect("p1", " ".join(scopes))}),
    )

    def press() -> Publication:
        return arm(
            enrolment=bob_enrolment,
            post=post,
            words=Words(channel="x", text="We dug at night.", language="en"),
            press=uuid.uuid4(),
            account=account,
            at=timezone.now(),
        )

    return press


def spent() -> int:
    return MonthlySpending.objects.get().spent


def not_arrived(press: Callable[[], Publication], x: X) -> Publication:
    publication = press()
    x.fail_next("POST", r"^/2/tweets$", status=503)
    publish_due()
    assert outcome(publication)[0] == State.UNKNOWN
    assert spent() == LINK
    return publication


def test_a_look_is_booked_and_what_was_not_posted_is_given_back(
    send_to_x: Callable[[], Publication], x: X, clock: time_machine.Traveller
) -> None:
    publication = not_arrived(send_to_x, x)

    clock.shift(timedelta(seconds=31))
    look_into_unknown()
    assert spent() == LINK + READING
    clock.shift(timedelta(minutes=2))
    look_into_unknown()

    assert outcome(publication)[0] == State.ARMED
    assert spent() == 2 * READING
    publish_due()
    assert outcome(publication)[0] == State.PUBLISHED
    assert (spent(), len(x.posts)) == (LINK + 2 * READING, 1)


def test_without_budget_for_a_look_nothing_can_be_told(
    send_to_x: Callable[[], Publication], x: X, clock: time_machine.Traveller
) -> None:
    publication = not_arrived(send_to_x, x)
    NetworkApp.objects.update(monthly_budget=LINK // 10)
    for pause in (timedelta(seconds=31), *looking.PAUSES):
        clock.shift(pause)
        look_into_unknown()

    assert outcome(publication) == (State.UNKNOWN, "cannot_tell")
    assert (spent(), x.posts) == (LINK, [])


def test_a_look_that_was_refused_is_given_back(
    send_to_x: Callable[[], Publication], x: X, clock: time_machine.Traveller
) -> None:
    not_arrived(send_to_x, x)
    x.fail_next("GET", r"^/2/users/", status=503)

    clock.shift(timedelta(seconds=31))
    look_into_unknown()

    assert spent() == LINK


def test_what_was_booked_last_month_is_given_back_there(
    request: pytest.FixtureRequest, x: X, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2026, 11, 30, 23, 59, 50, tzinfo=UTC))
    publication = not_arrived(request.getfixturevalue("send_to_x"), x)
    for pause in (timedelta(seconds=31), timedelta(minutes=2)):
        clock.shift(pause)
        look_into_unknown()

    assert outcome(publication)[0] == State.ARMED
    by_month = {row.month.month: row.spent for row in MonthlySpending.objects.all()}
    assert by_month == {11: 0, 12: 2 * READING}


def test_a_refusal_costs_nothing(send_to_x: Callable[[], Publication], x: X) -> None:
    publication = send_to_x()
    x.fail_next("POST", r"^/2/tweets$", status=403)

    publish_due()

    assert outcome(publication)[0] == State.REJECTED
    assert spent() == 0


def test_figures_that_were_not_told_cost_nothing(
    send_to_x: Callable[[], Publication], x: X, clock: time_machine.Traveller
) -> None:
    publication = send_to_x()
    publish_due()
    assert outcome(publication)[0] == State.PUBLISHED
    ConnectedAccount.objects.update(reads_statistics=True)
    assert begin_reading_for_new_consents() == 1
    x.fail_next("GET", r"^/2/tweets", status=503)

    clock.shift(timedelta(hours=1))
    assert read_figures() == 1

    assert spent() == LINK
