"""PDFs of every sort, good and bad."""

from __future__ import annotations

import io
import zlib
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)


def pdf(pages: int = 2, writer: PdfWriter | None = None) -> bytes:
    """A4 pages with nothing on them."""
    made = writer or PdfWriter()
    for _page in range(pages):
        made.add_blank_page(595, 842)
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def with_script() -> bytes:
    """Under a name of its own, as programs write them."""
    writer = PdfWriter()
    script = _names(S=NameObject("/JavaScript"), JS=TextStringObject("app.alert(1)"))
    names = ArrayObject([TextStringObject("hello"), writer._add_object(script)])
    writer.root_object[NameObject("/Names")] = _names(JavaScript=_names(Names=names))
    return pdf(writer=writer)


def with_file() -> bytes:
    writer = PdfWriter()
    writer.add_attachment("prices.xlsx", b"secret")
    return pdf(writer=writer)


def locked(owner_only: bool = False) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt("" if owner_only else "secret", "owner", algorithm="RC4-128")
    return pdf(0, writer)


def _names(**parts: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in parts.items()})


def that_opens(action: str) -> bytes:
    """Does this as soon as it is opened."""
    writer = PdfWriter()
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(
        _names(S=NameObject(action), F=TextStringObject("calc.exe"))
    )
    return pdf(writer=writer)


def with_action_on_a_page(action: str) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    area = ArrayObject(NumberObject(side) for side in (0, 0, 50, 50))
    link = _names(
        Type=NameObject("/Annot"),
        Subtype=NameObject("/Link"),
        Rect=area,
        A=_names(S=NameObject(action), F=TextStringObject("x")),
    )
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(link)])
    return pdf(1, writer)


def with_form_of_scripts() -> bytes:
    writer = PdfWriter()
    form = StreamObject()
    form.set_data(b"<xdp/>")
    writer.root_object[NameObject("/AcroForm")] = _names(XFA=writer._add_object(form))
    return pdf(writer=writer)


def with_a_link() -> bytes:
    """Leads to a website, which is fine."""
    return with_action_on_a_page("/URI")


def in_circles() -> bytes:
    """Pages that are within themselves."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )


def many_boxes(depth: int) -> bytes:
    """Lists in lists in lists."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/X "
        + b"[" * depth
        + b"]" * depth
        + b">>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )


def bomb(streams: int = 12, size: int = 60_000_000) -> bytes:
    """Some kilobytes that become hundreds of megabytes when they are unpacked."""
    within = [100 + number for number in range(streams)]
    references = b"".join(b"%d 0 R " % number for number in within)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/X[" + references + b"]>>",
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    }
    for number in within:
        packed = zlib.compress(b"%d 0 (%s)" % (number, b"x" * size), 9)
        head = b"<</Type/ObjStm/N 1/First 6/Filter/FlateDecode/Length %d>>" % len(packed)
        objects[number - 90] = head + b"stream\n" + packed + b"\nendstream"
    made, rows = b"%PDF-1.5\n", []
    for number, content in objects.items():
        rows.append((number, b"\1" + len(made).to_bytes(4, "big") + b"\0"))
        made += b"%d 0 obj%sendobj\n" % (number, content)
    rows += [(number, b"\2" + (number - 90).to_bytes(4, "big") + b"\0") for number in within]
    index = b" ".join(b"%d 1" % number for number, _row in rows)
    table = b"".join(row for _number, row in rows)
    head = b"<</Type/XRef/Size 300/Root 1 0 R/W[1 4 1]/Index[%s]/Length %d>>" % (index, len(table))
    return made + b"90 0 obj%sstream\n%s\nendstream endobj\nstartxref\n%d\n%%%%EOF" % (
        head,
        table,
        len(made),
    )
