"""One switch stops everything that goes out in an organisation's name, and starts it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.factories import MemberFactory
from vaandel.mailing.models import Hold
from vaandel.organizations.models import AuditEntry, Member, Organization
from vaandel.organizations.services.stopping import start_again, stop_sharing

As = Callable[[Member], Client]
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
REASON = "A figure in our news was wrong."


@pytest.fixture
def stopped(acme: Organization, alice: Member) -> Organization:
    stop_sharing(organization=acme, reason=REASON, by=alice, at=NOW)
    return acme


@pytest.mark.parametrize("role", ["is_owner", "is_editor", "is_approver"])
def test_one_press_stops_it_and_is_in_the_log(client_as: As, acme: Organization, role: str) -> None:
    member = MemberFactory.create(organization=acme, **{role: True})
    client = client_as(member)

    page = client.get("/o/acme/stop/")
    response = client.post("/o/acme/stop/", {"reason": f"  {REASON}\n"}, follow=True)

    assert "Stop now" in page.content.decode()
    acme.refresh_from_db()
    assert acme.stopped_at is not None
    assert acme.stopped_reason == REASON
    assert Hold.objects.get().tenant == acme.pk
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.by, entry.detail) == (
        "organization.stopped",
        member,
        {"reason": REASON},
    )
    assert "Sharing has stopped. Nothing goes out any more." in response.content.decode()


def test_a_second_press_changes_nothing(
    client_as: As, alice: Member, stopped: Organization
) -> None:
    response = client_as(alice).post("/o/acme/stop/", {"reason": "Something else"}, follow=True)

    stopped.refresh_from_db()
    assert (stopped.stopped_at, stopped.stopped_reason) == (NOW, REASON)
    assert AuditEntry.objects.count() == 1
    assert Hold.objects.count() == 1
    assert "Somebody had stopped it already." in response.content.decode()


def test_only_an_owner_starts_again(client_as: As, alice: Member, stopped: Organization) -> None:
    editor = MemberFactory.create(organization=stopped, is_editor=True)

    assert "An owner of the programme starts it again." in (
        client_as(editor).get("/o/acme/stop/").content.decode()
    )
    assert client_as(editor).post("/o/acme/stop/over/").status_code == 403
    assert Hold.objects.exists()

    client = client_as(alice)
    for _ in range(2):
        response = client.post("/o/acme/stop/over/", follow=True)

    stopped.refresh_from_db()
    assert (stopped.stopped_at, stopped.stopped_reason) == (None, "")
    assert not Hold.objects.exists()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "organization.stopped",
        "organization.started_again",
    ]
    assert "It was going on already." in response.content.decode()


def test_one_organisation_does_not_stop_another(
    globex: Organization, stopped: Organization, alice: Member
) -> None:
    globex.refresh_from_db()

    assert globex.stopped_at is None
    assert start_again(organization=stopped, by=alice, at=NOW)
    assert not start_again(organization=stopped, by=alice, at=NOW)


def test_who_only_takes_part_cannot_stop(client_as: As, bob: Member) -> None:
    assert client_as(bob).get("/o/acme/stop/").status_code == 403
    assert client_as(bob).post("/o/acme/stop/", {"reason": REASON}).status_code == 403


@pytest.mark.parametrize(
    ("reason", "message"),
    [("", "Say why in a few words"), ("x" * 301, "At most 300 characters.")],
)
def test_everybody_is_told_why(
    client_as: As, acme: Organization, alice: Member, reason: str, message: str
) -> None:
    response = client_as(alice).post("/o/acme/stop/", {"reason": reason})

    assert response.status_code == 422
    assert message in response.content.decode()
    acme.refresh_from_db()
    assert acme.stopped_at is None


@pytest.mark.parametrize("path", ["/o/acme/", "/o/acme/impact/", "/o/acme/settings/"])
@pytest.mark.usefixtures("stopped", "bob_enrolment")
def test_everybody_reads_it_in_the_app(client_as: As, bob: Member, path: str) -> None:
    page = client_as(bob).get(path).content.decode()

    assert "Sharing is paused for now." in page
    assert REASON in page
    assert "/o/acme/stop/" not in page


@pytest.mark.usefixtures("stopped")
def test_and_in_the_studio_with_the_way_back(client_as: As, alice: Member) -> None:
    page = client_as(alice).get("/o/acme/studio/").content.decode()

    assert "Sharing is paused for now." in page
    assert 'href="/o/acme/stop/">Start again</a>' in page
