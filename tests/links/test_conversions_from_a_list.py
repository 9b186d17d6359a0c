"""Conversions from a CSV or XLSX file: checked first, then written in one go, once."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import ConversionFactory, LinkFactory
from vaandel.links.incoming.columns import guess_columns
from vaandel.links.incoming.lists import moment_in, plain_amount
from vaandel.links.models import (
    ClickReference,
    Conversion,
    ConversionCorrection,
    ConversionImport,
    Goal,
)
from vaandel.links.services.conversion_lists import (
    KEEP_LISTS,
    MOST_ROWS,
    NotReady,
    check_list,
    forget_old_conversion_lists,
    import_list,
    upload_list,
)
from vaandel.links.services.correcting import Wanted, correct_conversion
from vaandel.organizations.importing.tables import Unreadable
from vaandel.organizations.models import AuditEntry, Member, Organization

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def uploaded(text: str | bytes, by: Member, filename: str = "hires.csv") -> ConversionImport:
    content = text.encode() if isinstance(text, str) else text
    return upload_list(file=SimpleUploadedFile(filename, content), filename=filename, by=by, at=NOW)


def checked(
    text: str | bytes, by: Member, defaults: dict[str, str] | None = None
) -> ConversionImport:
    found = uploaded(text, by)
    return check_list(
        conversion_import=found, columns=found.columns, defaults=defaults or {}, at=NOW
    )


def problems(found: ConversionImport) -> list[tuple[int, str, str]]:
    return [(error["row"], error["field"], error["reason"]) for error in found.errors]


def test_a_list_is_checked_and_then_written(acme: Organization, alice: Member) -> None:
    acme.time_zone = "Europe/Amsterdam"
    acme.save()
    link = LinkFactory.create(organization=acme, code="abcdefgh2")
    ClickReference.objects.create(organization=acme, reference="ref-1", link=link, at=NOW)
    found = checked(
        "Doel;Nummer;Datum;Bedrag;Valuta;Klik;Ingetrokken\n"
        "sollicitatie;A-1;23-11-2026;;;ref-1;\n"
        "aangenomen;H-1;2026-11-20 10:15;1.250,50;EUR;https://go.example/s/abcdefgh2;nee\n"
        "verkoop;S-1;20.11.2026;99;CHF;unknown;ja\n",
        alice,
    )

    assert (found.state, found.rows_total, found.error_count) == ("READY", 3, 0)
    assert (found.known_count, found.unknown_clicks) == (0, 1)
    assert not Conversion.objects.exists()

    import_list(conversion_import=found, by=alice, at=NOW)

    assert (found.state, found.created_count, found.withdrawn_count) == ("DONE", 3, 0)
    application, hire, sale = Conversion.objects.order_by("external_id")
    assert application.goal == Goal.APPLICATION
    assert application.happened_at == datetime(2026, 11, 23, 12, tzinfo=AMSTERDAM)
    assert (application.link, application.reference) == (link, "ref-1")
    assert hire.happened_at == datetime(2026, 11, 20, 10, 15, tzinfo=AMSTERDAM)
    assert (hire.value, hire.currency, hire.link) == (Decimal("1250.50"), "EUR", link)
    assert (sale.link, sale.reference, sale.withdrawn_at) == (None, "unknown", NOW)
    assert {row.source for row in (application, hire, sale)} == {Conversion.Source.FILE}
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.detail) == ("conversions.imported", {"new": 3, "withdrawn": 0})


def test_the_same_list_again_changes_nothing(acme: Organization, alice: Member) -> None:
    text = "goal,id,date,withdrawn\nhire,H-1,2026-11-20,\nhire,H-2,2026-11-20,yes\n"
    import_list(conversion_import=checked(text, alice), by=alice, at=NOW)
    before = list(Conversion.objects.order_by("pk").values())

    again = checked(text, alice)
    import_list(conversion_import=again, by=alice, at=NOW + timedelta(days=1))

    assert again.known_count == 2
    assert (again.created_count, again.withdrawn_count) == (0, 0)
    assert list(Conversion.objects.order_by("pk").values()) == before


def test_a_second_press_finds_nothing_to_do(acme: Organization, alice: Member) -> None:
    found = checked("goal,id,date\nhire,H-1,2026-11-20\n", alice)
    import_list(conversion_import=found, by=alice, at=NOW)

    with pytest.raises(NotReady):
        import_list(conversion_import=found, by=alice, at=NOW)
    with pytest.raises(NotReady):
        check_list(conversion_import=found, columns=found.columns, defaults={}, at=NOW)
    assert Conversion.objects.count() == 1


def test_a_list_that_was_not_checked_cannot_be_written(acme: Organization, alice: Member) -> None:
    found = uploaded("goal,id,date\nhire,H-1,2026-11-20\n", alice)

    with pytest.raises(NotReady):
        import_list(conversion_import=found, by=alice, at=NOW)


def test_withdrawing_by_list_leaves_a_trace(acme: Organization, alice: Member) -> None:
    hire = ConversionFactory.create(organization=acme, goal=Goal.HIRE, external_id="H-1")
    found = checked("goal,id,date,withdrawn\nhire,H-1,2026-11-20,yes\n", alice)

    import_list(conversion_import=found, by=alice, at=NOW)

    hire.refresh_from_db()
    assert (hire.withdrawn_at, found.withdrawn_count, found.created_count) == (NOW, 1, 0)
    trace = ConversionCorrection.objects.get()
    assert (trace.changed, trace.reason) == ({"withdrawn": ["no", "yes"]}, "hires.csv")


def test_what_somebody_decided_by_hand_is_left_alone(acme: Organization, alice: Member) -> None:
    text = "goal,id,date,withdrawn\nhire,H-1,2026-11-20,yes\n"
    import_list(conversion_import=checked(text, alice), by=alice, at=NOW)
    hire = Conversion.objects.get()
    correct_conversion(
        conversion=hire,
        wanted=Wanted(Goal.HIRE, hire.happened_at, None, "", None, withdrawn=False),
        reason="Started after all",
        by=alice,
        at=NOW,
    )

    import_list(conversion_import=checked(text, alice), by=alice, at=NOW)

    hire.refresh_from_db()
    assert hire.withdrawn_at is None


def test_every_row_that_is_wrong_is_named(acme: Organization, alice: Member) -> None:
    found = checked(
        "goal,id,date,value,currency,click,withdrawn\n"
        "hire,H-1,2026-11-20,,,,\n"
        "party,,someday,much,EURO,not a click,perhaps\n"
        "hire,H-1,2026-11-20,,,,\n"
        "hire,jo@example.org,2026-11-30,5,,,\n"
        ",H-3,,,,,,,too many\n",
        alice,
    )

    assert (found.rows_total, found.error_count) == (5, 4)
    assert problems(found) == [
        (3, "goal", "goal"),
        (3, "id", "missing"),
        (3, "date", "day"),
        (3, "value", "value"),
        (3, "currency", "currency"),
        (3, "click", "reference"),
        (3, "withdrawn", "withdrawn"),
        (4, "id", "double"),
        (5, "id", "mail_address"),
        (5, "date", "future"),
        (5, "currency", "currency_missing"),
        (6, "goal", "missing"),
        (6, "date", "missing"),
        (6, "row", "too_many_cells"),
    ]
    # As it stands in the list.
    said = {(error["row"], error["field"]): error["value"] for error in found.errors}
    assert (said[3, "date"], said[5, "date"]) == ("someday", "2026-11-30")


def test_what_holds_for_every_row_need_not_be_a_column(acme: Organization, alice: Member) -> None:
    found = checked("id,date,value\nH-1,2026-11-20,5\n", alice, {"goal": "HIRE", "currency": "EUR"})

    import_list(conversion_import=found, by=alice, at=NOW)

    hire = Conversion.objects.get()
    assert (hire.goal, hire.currency) == (Goal.HIRE, "EUR")


def test_a_workbook(acme: Organization, alice: Member) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Ziel", "Kennung", "Datum", "Betrag", "Währung"])
        sheet.write_row(1, 0, ["Einstellung", 17])
        sheet.write_datetime(1, 2, datetime(2026, 11, 20), day)  # noqa: DTZ001
        sheet.write_row(1, 3, [99.5, "EUR"])
    found = uploaded(out.getvalue(), alice, "hires.xlsx")
    check_list(conversion_import=found, columns=found.columns, defaults={}, at=NOW)

    import_list(conversion_import=found, by=alice, at=NOW)

    hire = Conversion.objects.get()
    assert (hire.goal, hire.external_id, hire.value) == (Goal.HIRE, "17", Decimal("99.50"))


@pytest.mark.parametrize("text", ["", "goal,id,date\n"])
def test_nothing_to_import(acme: Organization, alice: Member, text: str) -> None:
    with pytest.raises(Unreadable):
        uploaded(text, alice)


def test_a_list_has_an_end(acme: Organization, alice: Member) -> None:
    rows = "".join(f"hire,H-{number},2026-11-20\n" for number in range(MOST_ROWS + 1))

    with pytest.raises(Unreadable, match="too_many_rows"):
        checked("goal,id,date\n" + rows, alice)


def test_clicks_of_another_organisation_are_unknown(
    acme: Organization, globex: Organization, alice: Member, client_as: Any
) -> None:
    LinkFactory.create(organization=globex, code="theirs222")
    client = client_as(alice)
    client.post(
        "/o/acme/links/conversions/import/",
        {"file": SimpleUploadedFile("a.csv", b"goal,id,date,code\nhire,1,2026-11-20,theirs222\n")},
    )
    found = ConversionImport.objects.get()
    address = f"/o/acme/links/conversions/import/{found.pk}/"
    columns = {f"column_{name}": str(number) for name, number in found.columns.items()}

    client.post(f"{address}columns/", columns)
    found.refresh_from_db()
    assert (found.state, found.unknown_clicks) == ("READY", 1)
    client.post(f"{address}start/")

    assert Conversion.objects.get().link is None


def test_old_lists_are_forgotten(acme: Organization, alice: Member) -> None:
    waiting = uploaded("goal,id,date\nhire,H-1,2026-11-20\n", alice)
    done = checked("goal,id,date\nhire,H-1,2026-11-20\nhire,,\n", alice)
    import_list(conversion_import=done, by=alice, at=NOW)

    assert forget_old_conversion_lists(at=NOW + KEEP_LISTS) == 1
    assert forget_old_conversion_lists(at=NOW + KEEP_LISTS + timedelta(seconds=1)) == 1
    assert forget_old_conversion_lists(at=NOW + KEEP_LISTS + timedelta(seconds=1)) == 0

    waiting.refresh_from_db()
    done.refresh_from_db()
    assert (waiting.state, waiting.file.name) == ("FORGOTTEN", "")
    assert (done.state, done.file.name, done.errors) == ("DONE", "", [])


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24", datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM)),
        ("2026-11-24 00:00:00", datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM)),
        ("2026-11-24T10:31:00", datetime(2026, 11, 24, 10, 31, tzinfo=AMSTERDAM)),
        ("2026-11-24T10:31:00Z", datetime(2026, 11, 24, 10, 31, tzinfo=UTC)),
        ("4-3-2026", datetime(2026, 3, 4, 12, tzinfo=AMSTERDAM)),
        ("04/03/2026 9:05", datetime(2026, 3, 4, 9, 5, tzinfo=AMSTERDAM)),
        ("04.03.2026 9:05:30", datetime(2026, 3, 4, 9, 5, 30, tzinfo=AMSTERDAM)),
        ("31-2-2026", None),
        ("11/24/2026", None),
        ("24 November", None),
        ("", None),
    ],
)
def test_dates(text: str, moment: datetime | None) -> None:
    assert moment_in(text, AMSTERDAM) == moment


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1250", "1250"),
        ("1250.5", "1250.5"),
        ("1250,50", "1250.50"),
        ("1.250,50", "1250.50"),
        ("1,250.50", "1250.50"),
        ("1.250", "1250"),
        ("1 250 000", "1250000"),
        ("1\N{NARROW NO-BREAK SPACE}250,5", "1250.5"),
        ("", ""),
        ("about 5", "about 5"),
        ("-5", "-5"),
        ("1.25.5", "1.25.5"),
    ],
)
def test_amounts(text: str, plain: str) -> None:
    assert plain_amount(text) == plain


@pytest.mark.parametrize(
    "header",
    [
        ["goal", "id", "date", "value", "currency", "click reference", "withdrawn"],
        ["Soort", "Kenmerk", "Datum", "Waarde", "Valuta", "Korte code", "Ingetrokken"],
        ["Objectif", "Numéro", "Jour", "Montant", "Devise", "Lien court", "Annulé"],
        ["Ziel", "Kennung", "Tag", "Betrag", "Währung", "Kurzlink", "Storniert"],
    ],
)
def test_columns_are_known_by_their_names(header: list[str]) -> None:
    assert guess_columns(header) == {
        "goal": 0, "id": 1, "date": 2, "value": 3, "currency": 4, "click": 5, "withdrawn": 6,
    }  # fmt: skip
