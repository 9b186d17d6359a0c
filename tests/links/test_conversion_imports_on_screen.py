"""Lists of conversions that editors import, and the endpoints of owners, on their screens."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import (
    ConversionEndpointFactory,
    ConversionFactory,
    LinkFactory,
    MemberFactory,
)
from vaandel.links.models import (
    ClickReference,
    Conversion,
    ConversionEndpoint,
    ConversionImport,
    Goal,
    LinkSettings,
)
from vaandel.organizations.models import AuditEntry, Member, Organization

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LIST = "/o/acme/links/conversions/"


@pytest.fixture(autouse=True)
def at_half_past_nine() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def editor(alice: Member, client_as: Callable[[Member], Client]) -> Client:
    return client_as(alice)


@pytest.fixture
def hire(acme: Organization) -> Conversion:
    return ConversionFactory.create(
        organization=acme, goal=Goal.HIRE, external_id="H-1", reference="ref-9"
    )


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def uploaded(editor: Client, text: str) -> str:
    """The address of the list's page."""
    response = editor.post(
        f"{LIST}import/", {"file": SimpleUploadedFile("hires.csv", text.encode())}
    )
    assert response.status_code == 302
    return response.headers["Location"]


def columns(**changed: str) -> dict[str, str]:
    return {"column_goal": "0", "column_id": "1", "column_date": "2", **changed}


def test_from_a_file_to_conversions(editor: Client, acme: Organization) -> None:
    ConversionFactory.create(organization=acme, goal=Goal.HIRE, external_id="H-1")
    address = uploaded(
        editor,
        "goal,id,date,link\nhire,H-1,2026-11-20,\nhire,H-2,2026-11-20,nowhere\nparty,=2,x,\n",
    )
    assert "Which column is what?" in text_of(editor.get(address))

    checked = text_of(editor.post(f"{address}columns/", columns(column_click="3"), follow=True))

    assert "2 rows can be imported. 1 row cannot. Nothing has been written yet." in checked
    assert "1 of them is known already" in checked
    assert "1 row names a click or short code that we do not know" in checked
    assert "4 Goal is no goal; use one of visit, lead, application, hire, sale party" in checked
    problems = editor.get(f"{address}problems/").content.decode("utf-8-sig").splitlines()
    assert problems[0] == "Row,Column,What is wrong,What it says there"
    assert len(problems) == 3

    done = text_of(editor.post(f"{address}start/", follow=True))
    assert "1 new conversion." in done
    again = text_of(editor.post(f"{address}start/", follow=True))
    assert "This list has been imported already." in again
    editor.post(f"{address}columns/", columns())
    assert Conversion.objects.count() == 2
    assert "hires.csv" in text_of(editor.get(f"{LIST}import/"))


def test_one_goal_for_all_rows(editor: Client) -> None:
    address = uploaded(editor, "id,date\nH-1,2026-11-20\n")
    sent = {"column_id": "0", "column_date": "1"}

    refused = editor.post(f"{address}columns/", sent)
    assert refused.status_code == 422
    assert "Choose the column, or one goal for all rows below." in text_of(refused)
    editor.post(f"{address}columns/", {**sent, "default_goal": "HIRE"})
    editor.post(f"{address}start/")

    assert Conversion.objects.get().goal == Goal.HIRE


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "This file is empty."),
        (b"goal,id,date\n", "There are only column names in this file."),
        (b"jo@acme.example,2\n", "leave out addresses of people"),
        (b"PK\x03\x04rubbish", "This XLSX file is damaged."),
    ],
)
def test_files_that_cannot_be_read(editor: Client, content: bytes, message: str) -> None:
    response = editor.post(f"{LIST}import/", {"file": SimpleUploadedFile("a.csv", content)})

    assert response.status_code == 422
    assert message in text_of(response)


def test_a_file_that_turns_out_to_be_broken(editor: Client) -> None:
    rows = "".join(f"hire,H-{number},2026-11-20\n" for number in range(20))
    address = uploaded(editor, f'goal,id,date\n{rows}hire,"H\n')

    response = editor.post(f"{address}columns/", columns())

    assert response.status_code == 422
    assert "a quotation mark is missing" in text_of(response)


def test_a_file_that_is_gone(editor: Client) -> None:
    address = uploaded(editor, "goal,id,date\nhire,H-1,2026-11-20\n")
    editor.post(f"{address}columns/", columns())
    found = ConversionImport.objects.get()
    found.file.storage.delete(str(found.file.name))

    assert "This list is no longer here" in text_of(editor.get(address))
    started = text_of(editor.post(f"{address}start/", follow=True))

    assert "The file could not be read any more." in started
    assert not Conversion.objects.exists()
    found.refresh_from_db()
    assert found.state == "READY"


# --- Endpoints ---------------------------------------------------------------------------


def test_an_endpoint_is_made_and_its_secret_shown_for_ten_minutes(
    editor: Client, acme: Organization, client_as: Callable[[Member], Client]
) -> None:
    response = editor.post(f"{LIST}endpoints/", {"name": "Careers site"}, follow=True)

    endpoint = ConversionEndpoint.objects.get()
    page = response.content.decode()
    assert endpoint.secret in page
    assert f"/c/{endpoint.token}" in page
    assert "no-store" in response.headers["Cache-Control"]
    other = client_as(MemberFactory.create(organization=acme, is_owner=True))
    address = f"{LIST}endpoints/{endpoint.pk}/"
    assert endpoint.secret not in other.get(address).content.decode()
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        assert endpoint.secret not in editor.get(address).content.decode()
    assert AuditEntry.objects.get().action == "conversion_endpoint.made"


def test_a_second_press_makes_no_second_endpoint(editor: Client) -> None:
    editor.post(f"{LIST}endpoints/", {"name": "Careers site"})

    response = editor.post(f"{LIST}endpoints/", {"name": "Careers site"})

    assert response.status_code == 422
    assert "There is one with this name." in text_of(response)
    assert ConversionEndpoint.objects.count() == 1


def test_revoking_is_for_good(editor: Client, acme: Organization) -> None:
    endpoint = ConversionEndpointFactory.create(organization=acme, name="Careers site")
    address = f"{LIST}endpoints/{endpoint.pk}/"

    editor.post(f"{address}revoke/")
    text = text_of(editor.post(f"{address}revoke/", follow=True))

    assert "Careers site 24 November 2026 none yet Revoked" in text
    assert "Revoked on 24 November 2026" in text_of(editor.get(address))
    assert AuditEntry.objects.filter(action="conversion_endpoint.revoked").count() == 1
    editor.post(f"{LIST}endpoints/", {"name": "Careers site"})
    assert ConversionEndpoint.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (
            '{"goal": "hire", "id": "H-2", "click": "ref-1", "assists": ["ref-2"]}',
            ["201: it would be stored.", "We do not know these clicks.", "ref-2"],
        ),
        ('{"goal": "hire", "id": "H-1"}', ["200: this goal and number are known already"]),
        ('{"goal": "hire"}', ["400: it would be refused.", "id is empty"]),
        ("hire", ["400: it would be refused. The body is no JSON object."]),
    ],
)
def test_trying_a_report_stores_nothing(
    editor: Client, acme: Organization, hire: Conversion, body: str, texts: list[str]
) -> None:
    endpoint = ConversionEndpointFactory.create(organization=acme)
    LinkSettings.objects.create(organization=acme, click_references=True)
    ClickReference.objects.create(
        organization=acme, reference="ref-1", link=LinkFactory.create(organization=acme), at=NOW
    )

    response = editor.post(f"{LIST}endpoints/{endpoint.pk}/try/", {"body": body})

    text = text_of(response)
    assert all(part in text for part in texts)
    assert "?vref=…" in text
    assert Conversion.objects.count() == 1
    endpoint.refresh_from_db()
    assert endpoint.last_used_at is None


def test_an_empty_trial_is_asked_again(editor: Client, acme: Organization) -> None:
    endpoint = ConversionEndpointFactory.create(organization=acme)

    response = editor.post(f"{LIST}endpoints/{endpoint.pk}/try/", {"body": ""})

    assert response.status_code == 422


def test_endpoints_are_for_owners(
    acme: Organization, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(MemberFactory.create(organization=acme, is_editor=True))

    assert client.get(f"{LIST}endpoints/").status_code == 403
    assert client.get(LIST).status_code == 200
    assert "Sites that report" not in text_of(client.get(LIST))
