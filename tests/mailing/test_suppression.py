"""Addresses that get no mail, kept so that nobody can list them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from vaandel.mailing.models import Suppression
from vaandel.mailing.suppression import (
    is_suppressed,
    lift,
    reasons_among,
    suppress,
    suppressed_among,
    suppression_of,
)

pytestmark = pytest.mark.django_db
BOUNCED = Suppression.Reason.BOUNCED
COMPLAINED = Suppression.Reason.COMPLAINED


def test_an_address_is_suppressed_however_it_is_written() -> None:
    assert suppress("Bob@Acme.example ", BOUNCED, "550 5.1.1 no such user", timezone.now())

    assert is_suppressed("bob@acme.example")
    assert not is_suppressed("alice@acme.example")
    assert suppress("bob@acme.example", BOUNCED, "again", timezone.now()) is False
    assert Suppression.objects.get().detail == "550 5.1.1 no such user"


def test_a_domain_in_its_own_script_is_the_one_that_servers_write() -> None:
    suppress("bob@xn--bcher-kva.example", BOUNCED, "", timezone.now())

    assert is_suppressed("bob@Bücher.example")
    assert not is_suppressed(f"bob@{'x' * 80}.example")


def test_the_table_is_no_list_of_addresses() -> None:
    suppress("bob@acme.example", COMPLAINED, "", timezone.now())

    assert "bob" not in str(Suppression.objects.values().get())


def test_a_complaint_takes_the_place_of_a_bounce_and_not_the_other_way() -> None:
    now = timezone.now()
    suppress("bob@acme.example", BOUNCED, "full", now)

    assert suppress("bob@acme.example", COMPLAINED, "", now + timedelta(days=1))
    assert suppress("bob@acme.example", BOUNCED, "gone", now + timedelta(days=2)) is False

    row = Suppression.objects.get()
    assert (row.reason, row.since) == (COMPLAINED, now + timedelta(days=1))


def test_it_can_be_lifted() -> None:
    suppress("bob@acme.example", BOUNCED, "", timezone.now())

    assert lift("BOB@acme.example") is True
    assert lift("bob@acme.example") is False
    assert not is_suppressed("bob@acme.example")
    assert suppression_of("bob@acme.example") is None


def test_many_are_looked_up_at_once(django_assert_num_queries: Callable[[int], Any]) -> None:
    suppress("bob@acme.example", BOUNCED, "", timezone.now())
    suppress("carol@acme.example", COMPLAINED, "", timezone.now())
    addresses = [f"p{number}@acme.example" for number in range(50)]

    with django_assert_num_queries(1):
        found = suppressed_among([*addresses, "Bob@acme.example", "carol@acme.example"])

    assert found == {"Bob@acme.example", "carol@acme.example"}
    assert reasons_among(["bob@acme.example", "carol@acme.example"]) == {
        "bob@acme.example": BOUNCED,
        "carol@acme.example": COMPLAINED,
    }
    with django_assert_num_queries(0):
        assert suppressed_among([]) == set()


def test_a_new_secret_key_still_knows_what_the_old_one_wrote(settings: Any) -> None:
    suppress("bob@acme.example", BOUNCED, "", timezone.now())
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-another-key-another-key-another-key"

    assert is_suppressed("bob@acme.example")
    assert suppress("bob@acme.example", BOUNCED, "", timezone.now()) is False
    assert lift("bob@acme.example") is True
