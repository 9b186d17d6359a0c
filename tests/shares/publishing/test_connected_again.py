"""An account that was let go of and connected again: what stands there is one's own again."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.networks.linkedin import LinkedIn
from tests.shares.publishing.conftest import Send, connect
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.channels.services.accounts import disconnect
from vaandel.shares.models import Publication
from vaandel.shares.publishing import find_accounts_again, publish_due, take_down


@pytest.fixture
def posted(send: Send, bob_enrolment: Enrolment) -> Publication:
    publication = send()
    publish_due()
    disconnect(enrolment=bob_enrolment, channel="linkedin", at=timezone.now())
    publication.refresh_from_db()
    assert publication.account is None
    return publication


def test_it_can_be_taken_down_from_here_again(
    posted: Publication, bob_enrolment: Enrolment, linkedin: LinkedIn
) -> None:
    assert find_accounts_again() == 0
    again = connect(bob_enrolment, linkedin)

    assert find_accounts_again() == 1
    assert find_accounts_again() == 0

    posted.refresh_from_db()
    assert posted.account == again
    take_down(publication=posted, at=timezone.now())
    assert linkedin.live == []


def test_another_account_does_not_take_it_over(
    posted: Publication, bob_enrolment: Enrolment, linkedin: LinkedIn
) -> None:
    connect(bob_enrolment, linkedin, person="p2")

    assert find_accounts_again() == 0


def test_nor_does_that_of_somebody_else(
    posted: Publication, enrolment_of_dana: Enrolment, linkedin: LinkedIn
) -> None:
    connect(enrolment_of_dana, linkedin)

    assert find_accounts_again() == 0
    assert ConnectedAccount.objects.count() == 1
