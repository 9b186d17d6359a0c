"""Rules of law for a topic: what is needed to switch them on, and what is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from tests.factories import MemberFactory
from vaandel.archive.models import ArchiveEntry
from vaandel.archive.queries import verify
from vaandel.organizations.models import AuditEntry, Member, Organization
from vaandel.programmes.models import Topic
from vaandel.programmes.services import set_rules

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LINES = {"en": "You may lose your money.", "nl": "U kunt uw geld verliezen."}
TYPED = {
    "regulated": "on",
    "keep_years": "7",
    "risk_line_en": "  You may lose\r\nyour money.  ",
    "risk_line_nl": "U kunt uw geld verliezen.",
}
As = Callable[[Member], Client]


def rules(topic: Topic, by: Member, **given: Any) -> Topic:
    usual: dict[str, Any] = {"regulated": True, "keep_years": 5, "risk_lines": LINES, "at": NOW}
    return set_rules(topic=topic, by=by, **(usual | given))


def logged() -> list[str]:
    rows = AuditEntry.objects.filter(action__startswith="topic.").order_by("pk")
    return list(rows.values_list("action", flat=True))


def test_switching_on_from_the_page(
    acme: Organization, alice: Member, topic: Topic, client_as: As
) -> None:
    client = client_as(alice)
    response = client.post(f"/o/acme/topics/{topic.pk}/rules/", TYPED)

    topic.refresh_from_db()
    acme.refresh_from_db()
    assert response.headers["Location"] == f"/o/acme/topics/{topic.pk}/"
    assert (topic.regulated, topic.keep_years, topic.risk_lines) == (True, 7, LINES)
    assert acme.keeps_archive
    assert logged() == ["topic.regulated"]
    page = client.get(f"/o/acme/topics/{topic.pk}/").content.decode()
    assert "Switching it off stands in the log" in page
    assert "Rules of law" in client.get("/o/acme/topics/").content.decode()


def test_without_a_line_in_the_language_of_the_organisation_it_stays_off(
    alice: Member, topic: Topic, client_as: As
) -> None:
    response = client_as(alice).post(
        f"/o/acme/topics/{topic.pk}/rules/", TYPED | {"risk_line_en": " "}
    )

    page = response.content.decode()
    topic.refresh_from_db()
    assert response.status_code == 422
    assert page.count("Write the line that every text about this topic has to end with.") == 2
    assert "U kunt uw geld verliezen." in page
    assert not topic.regulated
    assert not ArchiveEntry.objects.exists()


@pytest.mark.parametrize("typed", [{"keep_years": "4"}, {"risk_line_nl": "x" * 301}])
def test_nonsense_is_refused(
    alice: Member, topic: Topic, client_as: As, typed: dict[str, str]
) -> None:
    response = client_as(alice).post(f"/o/acme/topics/{topic.pk}/rules/", TYPED | typed)

    assert response.status_code == 422
    assert not ArchiveEntry.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("editor", 403), ("bob", 403), ("charlie", 404)])
def test_only_owners(
    acme: Organization, topic: Topic, client_as: As, who: str, status: int,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    member = (
        MemberFactory.create(organization=acme, is_editor=True)
        if who == "editor"
        else request.getfixturevalue(who)
    )

    response = client_as(member).post(f"/o/acme/topics/{topic.pk}/rules/", TYPED)

    assert response.status_code == status


def test_each_change_is_kept_and_the_same_once_more_is_not(
    acme: Organization, alice: Member, topic: Topic
) -> None:
    rules(topic, alice)
    rules(topic, alice)
    rules(topic, alice, keep_years=3)
    rules(topic, alice, keep_years=3, regulated=False)
    rules(topic, alice, keep_years=5, regulated=False)

    entries = ArchiveEntry.objects.order_by("number").values_list("kind", "subject", "keep_until")
    subject = f"topic:{topic.pk}"
    assert list(entries) == [
        ("topic.regulated", subject, date(2031, 11, 23)),
        # It was promised for five years.
        ("topic.changed", subject, date(2031, 11, 23)),
        ("topic.released", subject, date(2029, 11, 23)),
    ]
    assert logged() == ["topic.regulated", "topic.rules_changed", "topic.released"]
    assert verify(acme).ok
    topic.refresh_from_db()
    assert (topic.regulated, topic.keep_years, topic.risk_lines) == (False, 3, LINES)


@pytest.mark.parametrize("years", [3, 5, 7])
def test_how_long_it_is_kept(alice: Member, topic: Topic, years: int) -> None:
    rules(topic, alice, keep_years=years)

    entry = ArchiveEntry.objects.get()
    assert entry.keep_until == date(2026 + years, 11, 23)
    assert f'"by":"Alice Editor (#{alice.pk})"' in entry.content
