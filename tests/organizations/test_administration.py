"""Departments as a tree, the settings, the log, and choosing an organisation."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.factories import MemberFactory, UnitFactory
from vaandel.organizations.audit import record
from vaandel.organizations.models import AuditEntry, Member, Organization, Unit
from vaandel.organizations.services import (
    NameTaken,
    UnitInItself,
    UnitNotEmpty,
    add_unit,
    delete_unit,
    move_unit,
    rename_unit,
)

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SETTINGS = {
    "name": "Acme BV",
    "website": "acme.example",
    "country": "BE",
    "language": "nl",
    "time_zone": "Europe/Brussels",
    "signup_domains": "@Acme.example, acme.test\nacme.example",
    "colleagues_may_invite": "on",
}


def test_units_are_added_renamed_moved_and_deleted(acme: Organization, alice: Member) -> None:
    heat = add_unit(name="Heat", parent=None, by=alice, at=AT)
    night = add_unit(name="Night", parent=heat, by=alice, at=AT)
    net = add_unit(name="Net", parent=None, by=alice, at=AT)

    with pytest.raises(NameTaken):
        add_unit(name="Heat", parent=None, by=alice, at=AT)
    with pytest.raises(NameTaken):
        rename_unit(unit=Unit.objects.get(pk=net.pk), name="Heat", by=alice, at=AT)
    with pytest.raises(UnitInItself):
        move_unit(unit=heat, parent=night, by=alice, at=AT)
    with pytest.raises(UnitInItself):
        move_unit(unit=heat, parent=heat, by=alice, at=AT)
    with pytest.raises(UnitNotEmpty) as full:
        delete_unit(unit=Unit.objects.get(pk=heat.pk), by=alice, at=AT)
    assert (full.value.people, full.value.units) == (0, 1)

    move_unit(unit=night, parent=net, by=alice, at=AT)
    heat.refresh_from_db()
    MemberFactory.create(organization=acme, unit=heat, status=Member.Status.LEFT)
    delete_unit(unit=heat, by=alice, at=AT)
    assert sorted(Unit.objects.values_list("name", "parent__name")) == [
        ("Net", None),
        ("Night", "Net"),
    ]


def test_the_units_page(
    acme: Organization, alice: Member, client_as: Callable[[Member], Client]
) -> None:
    top = UnitFactory.create(organization=acme, name="Heat")
    MemberFactory.create(organization=acme, unit=top)
    client = client_as(alice)

    client.post("/o/acme/units/", {"name": "Night", "parent": top.pk})
    again = client.post("/o/acme/units/", {"name": "Night", "parent": top.pk})
    full = client.post(f"/o/acme/units/{top.pk}/delete/", follow=True)
    night = Unit.objects.get(name="Night")
    itself = client.post(f"/o/acme/units/{top.pk}/", {"name": "Heat", "parent": night.pk})
    client.post(f"/o/acme/units/{night.pk}/", {"name": "Day", "parent": ""})
    client.post(f"/o/acme/units/{night.pk}/delete/")

    assert again.status_code == 422
    assert "There is already a department with this name" in again.content.decode()
    assert "people 1, departments below it 1" in full.content.decode()
    assert itself.status_code == 422
    assert list(Unit.objects.values_list("name", flat=True)) == ["Heat"]


def test_settings(acme: Organization, alice: Member, client_as: Callable[[Member], Client]) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (2000, 500), (0, 0, 0, 0)).save(out, "PNG")
    client = client_as(alice)

    client.post(
        "/o/acme/organisation/",
        {**SETTINGS, "logo": SimpleUploadedFile("logo.png", out.getvalue())},
    )

    acme.refresh_from_db()
    assert (acme.name, acme.website, acme.country) == ("Acme BV", "https://acme.example", "BE")
    assert acme.signup_domains == ["acme.example", "acme.test"]
    assert str(acme.logo.name).startswith("logos/")
    assert (acme.logo.width, acme.logo.height) == (512, 128)
    acme.logo.close()
    client.post("/o/acme/organisation/", {**SETTINGS, "remove_logo": "on"})
    acme.refresh_from_db()
    assert not acme.logo


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("signup_domains", "acme", "“acme” is no mail domain."),
        ("website", "javascript:alert(1)", "Enter a valid URL."),
        ("time_zone", "Nowhere", "We do not know this time zone."),
        ("name", "", "This field is required."),
    ],
)
def test_wrong_settings_keep_what_was_typed(
    alice: Member, client_as: Callable[[Member], Client], field: str, value: str, told: str
) -> None:
    response = client_as(alice).post("/o/acme/organisation/", {**SETTINGS, field: value})

    assert response.status_code == 422
    assert told in response.content.decode()
    assert value in response.content.decode()


def test_the_log_names_people_and_pages(
    acme: Organization, alice: Member, bob: Member, client_as: Callable[[Member], Client]
) -> None:
    council = MemberFactory.create(organization=acme, is_works_council=True)
    for _ in range(26):
        record(by=alice, action="member.roles_changed", subject=f"member:{bob.pk}", at=AT)
    AuditEntry.objects.create(organization=acme, action="room.unheard_of", at=AT)

    page = client_as(council).get("/o/acme/log/").content.decode()
    second = client_as(alice).get("/o/acme/log/?page=2").content.decode()

    assert page.count("Roles changed") == 24
    assert page.count("Bob Sharer") == 24
    assert "room.unheard_of" in page
    assert "Vaandel itself" in page
    assert second.count("Roles changed") == 2


def test_the_log_says_what_it_is_about(
    acme: Organization, alice: Member, client_as: Callable[[Member], Client]
) -> None:
    about: list[tuple[str, dict[str, object]]] = [
        ("post.taken_back", {"title": "Open evening"}),
        ("embed.made", {"name": "Front page"}),
        ("unit.renamed", {"from": "Heat", "to": "Heat and cold"}),
        ("organization.stopped", {"reason": "A wrong figure"}),
    ]
    for action, detail in about:
        record(by=alice, action=action, subject="thing:1", detail=detail, at=AT)

    page = client_as(alice).get("/o/acme/log/").content.decode()

    assert "Post taken back to a draft" in page
    for name in ("Open evening", "Front page", "Heat and cold", "A wrong figure"):
        assert f">{name}</td>" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_costs_the_same_however_long(
    acme: Organization, alice: Member, client_as: Callable[[Member], Client], count: int,
    django_assert_num_queries: Callable[[int], object],
) -> None:  # fmt: skip
    for _ in range(count):
        member = MemberFactory.create(organization=acme)
        record(by=alice, action="member.added", subject=f"member:{member.pk}", at=AT)
    client = client_as(alice)

    with django_assert_num_queries(6):  # type: ignore[attr-defined]
        client.get("/o/acme/log/")


def test_choosing_shows_only_ones_own_organisations(
    globex: Organization, alice: Member, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(alice)
    page = client.get("/organisations/").content.decode()
    MemberFactory.create(organization=globex, user=alice.user)
    both = client.get("/organisations/").content.decode()

    assert "Acme" in page
    assert "Globex" not in page
    assert "Globex" in both


def test_nobodys_member_is_told_what_to_do(
    alice: Member, client_as: Callable[[Member], Client]
) -> None:
    Member.objects.update(status=Member.Status.LEFT)

    page = client_as(alice).get("/organisations/").content.decode()

    assert "You belong to no organisation here" in page
