"""Figures of networks: only with consent, at a polite rhythm, and never nought for "not told"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.networks.linkedin import LinkedIn
from tests.shares.publishing.conftest import Send
from vaandel.channels.models import ConnectedAccount
from vaandel.shares.figures import (
    RHYTHM,
    begin_reading_for_new_consents,
    forget_figures,
    next_reading,
    read_figures,
)
from vaandel.shares.models import NetworkFigures, Publication
from vaandel.shares.publishing import publish_due, take_down

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
READING = ["w_member_social", "r_member_postAnalytics"]


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def account(account: ConnectedAccount, linkedin: LinkedIn) -> ConnectedAccount:
    """Bob let us read his figures, and LinkedIn let the application."""
    linkedin.settings.scopes = tuple(READING)
    for token in linkedin.tokens.values():
        token.scope = frozenset(READING)
    account.scopes, account.reads_statistics = READING, True
    account.save()
    return account


@pytest.fixture
def posted(send: Send, linkedin: LinkedIn) -> Publication:
    publication = send()
    publish_due()
    publication.refresh_from_db()
    linkedin.metrics[publication.remote_id] = {"IMPRESSION": 840, "REACTION": 0, "COMMENT": 3}
    return publication


def test_they_are_read_an_hour_after_posting_and_later_and_later(
    posted: Publication, clock: time_machine.Traveller
) -> None:
    assert read_figures() == 0
    clock.shift(timedelta(hours=1))

    assert read_figures() == 1

    found = NetworkFigures.objects.get()
    assert (found.views, found.reactions, found.comments) == (840, 0, 3)
    assert found.source == "linkedin memberCreatorPostAnalytics"
    assert found.fetched_at == NOW + timedelta(hours=1)
    assert found.next_read_at == NOW + timedelta(hours=6)
    assert read_figures() == 0


def test_what_is_not_told_is_not_nought(posted: Publication, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(hours=1))
    read_figures()

    found = NetworkFigures.objects.get()
    assert (found.reposts, found.quotes, found.saves) == (None, None, None)


def test_after_thirty_days_it_is_over() -> None:
    moments, after = [], NOW
    while (moment := next_reading(NOW, after=after)) is not None:
        moments.append(moment)
        after = moment

    assert moments == [NOW + age for age in RHYTHM]


def test_without_consent_nothing_is_kept_to_read(
    send: Send, account: ConnectedAccount, clock: time_machine.Traveller
) -> None:
    account.reads_statistics = False
    account.save()
    send()

    publish_due()

    assert not NetworkFigures.objects.exists()


def test_who_agrees_later_gets_the_figures_of_last_month(
    send: Send, account: ConnectedAccount
) -> None:
    ConnectedAccount.objects.update(reads_statistics=False)
    send()
    publish_due()
    assert begin_reading_for_new_consents() == 0

    ConnectedAccount.objects.update(reads_statistics=True)

    assert begin_reading_for_new_consents() == 1
    assert begin_reading_for_new_consents() == 0
    assert NetworkFigures.objects.count() == 1


def test_taking_the_consent_back_deletes_them(
    posted: Publication, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(hours=1))
    read_figures()
    assert forget_figures() == 0

    ConnectedAccount.objects.update(reads_statistics=False)

    assert forget_figures() == 1
    assert not NetworkFigures.objects.exists()


def test_disconnecting_deletes_them(posted: Publication, account: ConnectedAccount) -> None:
    account.delete()

    assert forget_figures() == 1


def test_a_network_that_does_not_give_them_is_not_asked_again(
    posted: Publication, linkedin: LinkedIn, clock: time_machine.Traveller
) -> None:
    linkedin.fail_next("GET", "memberCreatorPostAnalytics", status=403, body="{}")
    clock.shift(timedelta(hours=1))

    read_figures()

    found = NetworkFigures.objects.get()
    assert (found.problem, found.next_read_at, found.views) == ("no_figures", None, None)


def test_a_fault_is_waited_out_longer_and_longer(
    posted: Publication, linkedin: LinkedIn, clock: time_machine.Traveller
) -> None:
    linkedin.fail_next("GET", "memberCreatorPostAnalytics", status=503, times=2)
    clock.shift(timedelta(hours=1))
    waits = []
    for _ in range(2):
        read_figures()
        found = NetworkFigures.objects.get()
        assert found.next_read_at is not None
        waits.append(found.next_read_at - clock_now())
        clock.move_to(found.next_read_at)

    assert timedelta(minutes=22) < waits[0] < timedelta(minutes=38)
    assert timedelta(minutes=44) < waits[1] < timedelta(minutes=76)
    read_figures()
    assert NetworkFigures.objects.get().views == 840


def clock_now() -> datetime:
    return datetime.now(UTC)


def test_a_post_that_is_gone_is_noted(
    posted: Publication, linkedin: LinkedIn, clock: time_machine.Traveller
) -> None:
    linkedin.fail_next("GET", "memberCreatorPostAnalytics", status=404, body="{}")
    clock.shift(timedelta(hours=1))

    read_figures()

    found = NetworkFigures.objects.get()
    assert (found.gone_at, found.next_read_at) == (NOW + timedelta(hours=1), None)


def test_what_was_taken_down_is_not_asked_about(posted: Publication) -> None:
    take_down(publication=posted, at=NOW)

    assert NetworkFigures.objects.get().next_read_at is None
    assert posted.state == Publication.State.DELETED
    assert posted.share is not None
    assert posted.share.state == "NOT_POSTED"


def test_a_dead_connection_waits_for_the_person(
    posted: Publication, account: ConnectedAccount, clock: time_machine.Traveller
) -> None:
    ConnectedAccount.objects.update(state=ConnectedAccount.State.RECONNECT)
    for _day in range(12):
        clock.shift(timedelta(days=1))
        read_figures()
    waiting = NetworkFigures.objects.get()
    assert (waiting.problem, waiting.failures) == ("dead_tokens", 0)

    ConnectedAccount.objects.update(state=ConnectedAccount.State.ACTIVE)
    clock.shift(timedelta(days=1))
    read_figures()

    assert NetworkFigures.objects.get().views == 840


def test_it_does_not_wait_for_ever(posted: Publication, clock: time_machine.Traveller) -> None:
    ConnectedAccount.objects.update(state=ConnectedAccount.State.RECONNECT)
    clock.shift(timedelta(days=29, hours=1))

    read_figures()

    assert NetworkFigures.objects.get().next_read_at is None
