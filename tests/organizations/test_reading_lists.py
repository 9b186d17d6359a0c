"""Lists of people as programs and people really make them, damaged ones too."""

from __future__ import annotations

import codecs
import io
import zipfile

import pytest
import xlsxwriter

from vaandel.organizations.importing.columns import guess_columns
from vaandel.organizations.importing.people import Person, Problem, people_in
from vaandel.organizations.importing.tables import (
    MAX_BYTES,
    MAX_COLUMNS,
    Table,
    Unreadable,
    guarded,
    read_table,
)

PLAIN = (
    "Naam;E-mail;Afdeling\n"
    "Noor de Wit;noor@stads.example;Warmte\n"
    "Zoë Müller;zoe@stads.example;Net\n"
)


def read(content: bytes) -> Table:
    return read_table(io.BytesIO(content), size=len(content))


def read_all(content: bytes) -> tuple[list[str], list[list[str]]]:
    table = read(content)
    return table.header, [row.cells for row in table.rows]


def xlsx(rows: list[list[object]], *, first_row: int = 0) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows, start=first_row):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.close()
    return out.getvalue()


def checked(content: bytes) -> list[Person | list[Problem]]:
    table = read(content)
    return list(people_in(table, guess_columns(table.header, [])))


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("cp1252"),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"),
        PLAIN.replace(";", ",").encode(),
        PLAIN.replace(";", "\t").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        ("sep=;\n" + PLAIN).encode(),
        ("\n\n" + PLAIN.replace("\n", "\n\n")).encode(),
        PLAIN.replace("Noor de Wit", '"Noor de Wit"').encode(),
        PLAIN.replace("Naam;", "Naam ; ").encode(),
    ],
    ids=[
        "utf-8", "bom", "windows", "utf-16", "utf-16-le", "utf-16-be", "utf-16-be-bom", "comma",
        "tab", "crlf", "sep-line", "blank-lines", "quoted", "spaces",
    ],
)  # fmt: skip
def test_every_way_of_writing_the_same_list(content: bytes) -> None:
    header, rows = read_all(content)

    assert header == ["Naam", "E-mail", "Afdeling"]
    assert rows == [
        ["Noor de Wit", "noor@stads.example", "Warmte"],
        ["Zoë Müller", "zoe@stads.example", "Net"],
    ]


def test_a_workbook() -> None:
    header, rows = read_all(xlsx([["Name", "Email", "Nr"], ["Noor", "noor@s.example", 12.0]]))

    assert header == ["Name", "Email", "Nr"]
    assert rows == [["Noor", "noor@s.example", "12"]]


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    below = read(xlsx([["Email"], ["a@s.example"]], first_row=3))
    quoted = read(b'email;note\na@s.example;"two\nlines"\nb@s.example;x\n')

    assert [row.number for row in below.rows] == [5]
    assert [row.number for row in quoted.rows] == [2, 4]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \r\n \n", "empty"),
        (b";;\n;;\n", "empty"),
        (b"noor@stads.example;Noor\nravi@stads.example;Ravi\n", "no_header"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not_text"),
        (b"email;name\nnoor@stads.example;No\x00or\n", "not_text"),
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n\x00obj", "not_text"),
        (b"PK\x03\x04 this is no zip at all", "damaged_xlsx"),
        (xlsx([["Email"], ["a@s.example"]])[:-200], "damaged_xlsx"),
        (xlsx([]), "empty"),
        (";".join(f"c{n}" for n in range(MAX_COLUMNS + 1)).encode(), "too_many_columns"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8a\x00", "wrong_encoding"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        list(read(content).rows)

    assert caught.value.reason == reason


def test_another_zip_is_the_wrong_type() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")

    with pytest.raises(Unreadable) as caught:
        read(out.getvalue())

    assert caught.value.reason == "wrong_type"


def test_a_zip_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (90 * 1024 * 1024))

    with pytest.raises(Unreadable) as caught:
        read(out.getvalue())

    assert caught.value.reason == "too_large"


def test_a_file_that_is_too_large_is_not_read() -> None:
    with pytest.raises(Unreadable) as caught:
        read_table(io.BytesIO(b"email\n"), size=MAX_BYTES + 1)

    assert caught.value.reason == "too_large"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'email;name\na@s.example;"Noor\nb@s.example;Ravi\n', 2),
        (b'email;name\na@s.example;x\nb@s.example;"Ra"vi\n', 3),
    ],
)
def test_broken_quoting_names_the_line(content: bytes, line: int) -> None:
    with pytest.raises(Unreadable) as caught:
        list(read(content).rows)

    assert (caught.value.reason, caught.value.line) == ("broken_quoting", line)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["Naam", "E-mailadres", "Afdeling", "Functie"],
         {"name": 0, "email": 1, "unit": 2, "job_title": 3}),
        (["Voornaam", "Tussenvoegsel", "Achternaam", "Werk e-mail", "Dienstverband"],
         {"first_name": 0, "infix": 1, "last_name": 2, "email": 3, "employment": 4}),
        (["First name", "Last name", "Email address", "Department", "Job title", "Language"],
         {"first_name": 0, "last_name": 1, "email": 2, "unit": 3, "job_title": 4, "language": 5}),
        (["Prénom", "Nom", "Adresse e-mail", "Département", "Fonction"],
         {"first_name": 0, "last_name": 1, "email": 2, "unit": 3, "job_title": 4}),
        (["Nom", "Courriel"], {"name": 0, "email": 1}),
        (["Vorname", "Nachname", "E-Mail-Adresse", "Abteilung", "Beschäftigung"],
         {"first_name": 0, "last_name": 1, "email": 2, "unit": 3, "employment": 4}),
        (["Personeelsnummer", "Schoenmaat"], {}),
    ],
)  # fmt: skip
def test_columns_are_guessed_in_four_languages(header: list[str], expected: dict[str, int]) -> None:
    assert guess_columns(header, []) == expected


def test_the_mail_column_is_known_by_what_stands_in_it() -> None:
    columns = guess_columns(["wie", "waar"], [["Noor", "noor@s.example"], ["Ravi", ""]])

    assert columns == {"email": 1}


def test_a_person_with_everything() -> None:
    [person] = checked(
        b"Voornaam;Tussenvoegsel;Achternaam;E-mail;Afdeling;Functie;Dienstverband;Taal\n"
        b"Fatima;el;Bakkali; Fatima@Stads.example ;Net;Monteur;Stagiair;Frans\n"
    )

    assert person == Person(
        row=2,
        email="fatima@stads.example",
        name="Fatima el Bakkali",
        unit="Net",
        job_title="Monteur",
        employment="INTERN",
        language="fr",
    )


def test_what_is_wrong_is_said_per_row_and_column() -> None:
    found = checked(
        b"email;name;contract;language\n"
        b"a@s.example;A;;\n"
        b";B;;\n"
        b"not an address;C;;\n"
        b"A@s.example;D;;\n"
        b"e@s.example;" + b"E" * 121 + b";pirate;Klingon\n"
        b"f@s.example;F;;;surplus\n"
    )

    problems = [
        (problem.row, problem.field, problem.reason, problem.other_row)
        for row in found
        if isinstance(row, list)
        for problem in row
    ]
    assert isinstance(found[0], Person)
    assert problems == [
        (3, "email", "missing", 0),
        (4, "email", "invalid", 0),
        (5, "email", "double", 2),
        (6, "name", "too_long", 0),
        (6, "employment", "unknown", 0),
        (6, "language", "unknown", 0),
        (7, "row", "too_many_cells", 0),
    ]


def test_a_formula_is_text_that_is_guarded_when_it_goes_out() -> None:
    [person] = checked(b'email;name\na@s.example;"=HYPERLINK(""http://x"")"\n')

    assert isinstance(person, Person)
    assert person.name == '=HYPERLINK("http://x")'
    assert guarded(person.name) == '\'=HYPERLINK("http://x")'
    assert [guarded(text) for text in ("+1", "-1", "@x", "\tx", "Noor", "")] == [
        "'+1", "'-1", "'@x", "'\tx", "Noor", "",
    ]  # fmt: skip


def test_a_formula_in_a_workbook_is_not_run() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["email", "name"])
    sheet.write_string(1, 0, "a@s.example")
    sheet.write_formula(1, 1, "=1+1", None, "what was saved")
    book.close()

    _header, rows = read_all(out.getvalue())

    assert rows == [["a@s.example", "what was saved"]]


def test_control_characters_and_endless_cells_are_cut() -> None:
    [[_email, name]] = read_all(b"email;name\na@s.example;No\x07or" + b"x" * 9000 + b"\n")[1]

    assert name.startswith("No orx")
    assert len(name) == 5000
