"""What goes over the wire: headers, encodings and lines that every mail program reads."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.mail import BadHeaderError
from hypothesis import given
from hypothesis import strategies as st

from vaandel.mailing.mime import as_bytes, as_django, encoded_html, folded, letter_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.rendering import Rendered, content_of

Queue = Callable[..., OutgoingMessage]
SHORT = "plain\n"


def message(**changes: Any) -> OutgoingMessage:
    given: dict[str, Any] = {
        "pk": 1,
        "key": "k",
        "kind": "hello",
        "to_address": "bob@acme.example",
        "language": "nl",
        **changes,
    }
    return OutgoingMessage(**given)


def parsed(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def text_of(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body([kind])
    assert body is not None
    return str(body.get_content())


def test_it_says_the_same_as_the_mail_that_a_library_gets(queue: Queue) -> None:
    row = queue(
        to_name="Bob Ångström",
        from_name='Acme, "warm" B.V.',
        reply_to="alice@acme.example",
        headers={"X-Line": "é" * 60, "X-Long": "word " * 60 + "end"},
        unsubscribe_url="https://vaandel.example/" + "x" * 200,
    )

    ours = parsed(as_bytes(row, content_of(row)))
    theirs = parsed(as_django(row).message().as_bytes())

    same = {name for name in theirs.keys() if name not in {"Date", "Content-Type"}}  # noqa: SIM118
    # The library folds a long value right after the name; ours has no empty first line.
    for name in same:
        assert ours[name] == theirs[name].strip()
    for kind in ("plain", "html"):
        assert text_of(ours, kind).split() == text_of(theirs, kind).split()


@given(
    subject=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=200),
    text=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=2000),
)
def test_every_letter_arrives(subject: str, text: str) -> None:
    html = f"<p>{''.join(f'&#{ord(letter)};' for letter in text)}</p>"
    raw = as_bytes(message(), Rendered(subject=subject, text=f"{text}\n", html=html))

    mail = parsed(raw)

    assert (mail["Subject"] or "") == subject
    assert text_of(mail, "plain").replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")
    assert text_of(mail, "html").strip() == html
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_letters_of_html_are_references_and_lines_break_inside_tags() -> None:
    html = '<td align="left" style="color:red">Ångström € 😀</td>' * 50

    body, encoding = encoded_html(html)

    assert encoding == "7bit"
    assert b"&#197;ngstr&#246;m &#8364; &#128512;" in body
    assert body.decode().replace("\nstyle=", " style=").count('<td align="left" style=') == 50


def test_a_style_sheet_with_other_letters_is_left_as_it_is() -> None:
    html = '<style>p::before { content: "→" }</style><p>é</p>'

    _body, encoding = encoded_html(html)

    assert encoding == "quoted-printable"
    assert text_of(parsed(as_bytes(message(), Rendered("s", SHORT, html))), "html").strip() == html


def test_a_line_without_a_place_to_break_is_encoded() -> None:
    html = f"<p>{'x' * 3000}</p>"

    mail = parsed(as_bytes(message(), Rendered("s", SHORT, html)))

    assert text_of(mail, "html").strip() == html


def test_a_mail_without_html_is_text_alone() -> None:
    mail = parsed(as_bytes(message(), Rendered("s", "Olá\n", "")))

    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().strip() == "Olá"


def test_a_header_is_folded_at_spaces_but_not_after_its_name() -> None:
    assert folded("Subject: " + "a" * 100) == "Subject: " + "a" * 100
    long = folded("X-Words: " + "word " * 40 + "end")
    assert all(len(line) <= 78 for line in long.split("\r\n"))
    assert long.replace("\r\n", "") == "X-Words: " + "word " * 40 + "end"


@pytest.mark.parametrize("field", ["reply_to", "headers"])
def test_no_line_break_gets_into_a_header(field: str) -> None:
    value: Any = "a@b.example\r\nBcc: all@acme.example"
    row = message(**{field: {"X-Bad": value} if field == "headers" else value})

    with pytest.raises(BadHeaderError):
        as_bytes(row, Rendered("s", SHORT, ""))


def test_a_name_of_a_sender_cannot_add_a_header() -> None:
    row = message(to_name="Bob\r\nBcc: all@acme.example")

    with pytest.raises((BadHeaderError, ValueError)):
        as_bytes(row, Rendered("s", SHORT, ""))


def test_an_address_that_no_domain_can_have_is_no_mail() -> None:
    with pytest.raises(UnicodeError):
        letter_of(message(to_address=f"bob@{'ä' * 70}.example", text="x", subject="s"))


def test_an_address_beyond_ascii_stands_in_the_header_as_it_is() -> None:
    raw = as_bytes(
        message(to_address="jörg@acme.example", to_name="Jörg"), Rendered("s", "t\n", "")
    )

    assert "To: =?utf-8?" in raw.decode()
    assert "<jörg@acme.example>" in raw.decode()
    raw = as_bytes(message(to_address="jörg@acme.example"), Rendered("s", "t\n", ""))
    assert "To: <jörg@acme.example>" in raw.decode()
