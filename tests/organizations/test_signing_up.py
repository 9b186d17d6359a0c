"""Signing up by mail domain: the same answer for everybody, rows only for a proven address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from vaandel.accounts.models import User
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.services.members import HasLeft, sign_up


@pytest.fixture(autouse=True)
def no_limits_left_over() -> None:
    cache.clear()


@pytest.fixture
def open_acme(acme: Organization) -> Organization:
    acme.signup_domains = ["acme.example"]
    acme.save()
    return acme


def ask(client: Client, email: str) -> str:
    client.post("/sign-up/", {"email": email})
    mail = OutgoingMessage.objects.filter(to_address=email.lower()).first()
    found = re.search(r"^\d{6}$", mail.text if mail else "", re.MULTILINE)
    return found[0] if found else ""


def test_from_address_to_member(client: Client, open_acme: Organization) -> None:
    code = ask(client, "Nina@ACME.example")
    assert User.objects.count() == 0
    client.post("/sign-up/code/", {"code": f" {code[:3]} {code[3:]} "})
    page = client.get("/sign-up/you/").content.decode()

    response = client.post(
        "/sign-up/you/", {"name": "Nina", "language": "fr", "organization": open_acme.pk}
    )

    member = Member.objects.get()
    assert "You sign up at Acme." in page
    assert response.headers["Location"] == "/o/acme/join/"
    assert (member.user.email, member.user.name, member.user.language) == (
        "nina@acme.example",
        "Nina",
        "fr",
    )
    assert member.roles == frozenset()
    assert client.get("/me/").status_code == 200


def test_every_address_gets_the_same_answer(open_acme: Organization, alice: Member) -> None:
    pages = []
    for email in ("new@acme.example", alice.user.email, "x@elsewhere.example"):
        client = Client()
        first = client.post("/sign-up/", {"email": email})
        page = client.get("/sign-up/code/").content.decode().replace(email, "X")
        wrong = client.post("/sign-up/code/", {"code": "nonsense"})
        pages.append(
            (
                first.status_code,
                first.headers["Location"],
                re.sub(r'(csrfmiddlewaretoken" value="|csrf-token" content=")[^"]+', "", page),
                wrong.status_code,
            )
        )

    assert pages[0] == pages[1] == pages[2]
    assert pages[0][3] == 422
    assert sorted(OutgoingMessage.objects.values_list("to_address", flat=True)) == [
        "alice@acme.example",
        "new@acme.example",
    ]
    told = OutgoingMessage.objects.get(to_address="alice@acme.example")
    assert told.subject == "You have an account already"
    assert not re.search(r"\d{6}", told.text)


@pytest.mark.parametrize("path", ["/sign-up/code/", "/sign-up/you/", "/sign-up/join/"])
def test_the_steps_cannot_be_skipped(client: Client, open_acme: Organization, path: str) -> None:
    assert client.get(path).headers["Location"] == "/sign-up/"
    assert client.post(path, {"name": "x"}).headers["Location"] == "/sign-up/"


def test_a_proven_address_is_needed(client: Client, open_acme: Organization) -> None:
    ask(client, "nina@acme.example")

    response = client.post(
        "/sign-up/you/", {"name": "Nina", "language": "en", "organization": open_acme.pk}
    )

    assert response.headers["Location"] == "/sign-up/"
    assert User.objects.count() == 0


def test_five_wrong_codes_end_it(client: Client, open_acme: Organization) -> None:
    code = ask(client, "nina@acme.example")
    wrong = "000000" if code != "000000" else "111111"
    for _attempt in range(5):
        client.post("/sign-up/code/", {"code": wrong})

    response = client.post("/sign-up/code/", {"code": code})

    assert response.headers["Location"] == "/sign-up/"


def test_a_code_lasts_a_quarter_of_an_hour(client: Client, open_acme: Organization) -> None:
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        code = ask(client, "nina@acme.example")
    with time_machine.travel(at + timedelta(minutes=16), tick=False):
        page = client.post("/sign-up/code/", {"code": code}, follow=True).content.decode()

    assert "That code is no longer valid." in page


def test_a_subdomain_is_another_domain(client: Client, open_acme: Organization) -> None:
    assert ask(client, "x@sub.acme.example") == ""
    assert ask(client, "x@notacme.example") == ""


def test_somebody_with_an_account_joins_another_organisation(
    globex: Organization, alice: Member, client_as: Callable[[Member], Client]
) -> None:
    globex.signup_domains = ["acme.example"]
    globex.save()
    client = client_as(alice)

    page = client.get("/sign-up/", follow=True).content.decode()
    client.post("/sign-up/join/", {"organization": globex.pk})
    response = client.post("/sign-up/join/", {"organization": globex.pk})

    assert "Join Globex" in page
    assert Member.objects.filter(user=alice.user).count() == 2
    assert "There is no other organisation for you" in response.content.decode()


def test_somebody_whose_membership_was_ended_does_not_come_back_by_themselves(
    open_acme: Organization, bob: Member, client_as: Callable[[Member], Client]
) -> None:
    Member.objects.filter(pk=bob.pk).update(status=Member.Status.LEFT)
    client = client_as(bob)

    page = client.get("/sign-up/join/").content.decode()
    client.post("/sign-up/join/", {"organization": open_acme.pk})

    assert "Join Acme" not in page
    with pytest.raises(HasLeft):
        sign_up(organization=open_acme, user=bob.user, at=datetime.now(UTC))
    bob.refresh_from_db()
    assert bob.status == Member.Status.LEFT


def test_an_organisation_that_is_not_open_cannot_be_joined(
    globex: Organization, alice: Member, client_as: Callable[[Member], Client]
) -> None:
    client_as(alice).post("/sign-up/join/", {"organization": globex.pk})

    assert Member.objects.filter(organization=globex).count() == 0
