"""Only a PDF that does nothing of itself is taken."""

from __future__ import annotations

import io

import pytest
import typst

from tests.posts import documents
from tests.posts.conftest import picture_bytes
from vaandel.posts.pdf import apart
from vaandel.posts.pdf.reading import NotADocument, pages_of


def reason_of(content: bytes) -> str:
    try:
        return str(pages_of(io.BytesIO(content)))
    except NotADocument as error:
        return error.reason


def test_how_many_pages() -> None:
    assert pages_of(io.BytesIO(documents.pdf(3))) == 3
    assert pages_of(io.BytesIO(documents.pdf(300))) == 300


def test_what_a_real_program_makes() -> None:
    source = b'#set document(title: "Plan")\n= Heat\n#link("https://acme.example")[x]#pagebreak()y'

    assert pages_of(io.BytesIO(typst.compile(source))) == 2


def test_links_are_fine() -> None:
    assert pages_of(io.BytesIO(documents.with_a_link())) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "wrong_kind"),
        (picture_bytes(), "wrong_kind"),
        (b"<html>%PD", "wrong_kind"),
        (b"PK\x03\x04 a presentation", "wrong_kind"),
        (b"%PDF-1.7", "damaged"),
        (b"%PDF-1.7\n%%EOF", "damaged"),
        (documents.pdf(0), "damaged"),
        (documents.pdf(301), "too_many_pages"),
        (documents.locked(), "encrypted"),
        (documents.locked(owner_only=True), "encrypted"),
        (documents.with_script(), "running"),
        (documents.that_opens("/Launch"), "running"),
        (documents.that_opens("/JavaScript"), "running"),
        (documents.with_action_on_a_page("/Launch"), "running"),
        (documents.with_action_on_a_page("/ImportData"), "running"),
        (documents.with_form_of_scripts(), "running"),
        (documents.with_file(), "files_within"),
    ],
)
def test_what_is_refused(content: bytes, reason: str) -> None:
    assert reason_of(content) == reason


@pytest.mark.parametrize(
    "content", [documents.in_circles(), documents.many_boxes(200_000), documents.many_boxes(3000)]
)
def test_what_goes_round_and_round_is_refused(content: bytes) -> None:
    assert reason_of(content) in {"damaged", "too_complex"}


@pytest.mark.parametrize("part", range(1, 20))
def test_a_damaged_one_is_refused_or_read_and_never_worse(part: int) -> None:
    content = documents.with_a_link()
    cut = content[: len(content) * part // 20]
    torn = content[: len(cut) // 2] + b"\xff" * 40 + content[len(cut) // 2 + 40 :]

    assert reason_of(cut) in {"damaged", "too_complex", "2", "1"}
    assert reason_of(torn) in {"damaged", "too_complex", "wrong_kind", "2", "1"}


def test_it_is_read_apart() -> None:
    assert apart.read_pages([b"%PDF", documents.pdf(2)[4:]]) == 2
    with pytest.raises(NotADocument) as refused:
        apart.read_pages([documents.with_script()])
    assert refused.value.reason == "running"


def test_what_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", -4.99)

    with pytest.raises(NotADocument) as refused:
        apart.read_pages([documents.pdf()])

    assert refused.value.reason == "too_complex"


def test_a_bomb_is_not_unpacked() -> None:
    # Well made: with little in it, it is a document like any other.
    assert apart.read_pages([documents.bomb(1, 10)]) == 1

    with pytest.raises(NotADocument) as refused:
        apart.read_pages([documents.bomb(2, 90_000_000)])

    assert refused.value.reason == "too_complex"


@pytest.mark.slow
def test_many_bombs_end_that_process_only() -> None:
    with pytest.raises(NotADocument) as refused:
        apart.read_pages([documents.bomb()])

    assert refused.value.reason == "too_complex"
