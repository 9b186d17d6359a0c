"""Bytes of a page to text, whatever the server claims about them."""

from __future__ import annotations

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{2,30})", re.IGNORECASE)
_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{2,30})", re.IGNORECASE)
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# As browsers do: pages that say the first mean the second.
_MEANT: Final = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
}
META_WITHIN: Final = 4096
GUESS_FROM: Final = 20_000


def decoded(body: bytes, content_type: str) -> str:
    """The text. The mark at the start decides, then the header, then the page, then a guess."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    for label in (_in_header(content_type), _in_page(body), "utf-8"):
        if (encoding := _known(label)) and (text := _strictly(body, encoding)) is not None:
            return text
    western = _strictly(body, "cp1252")
    if western is not None and _mostly_ascii(western):
        return western
    guess = from_bytes(body[:GUESS_FROM]).best()
    return body.decode(guess.encoding if guess else "cp1252", "replace")


def _mostly_ascii(text: str) -> bool:
    """As Dutch, French and German are, and Greek or Russian read as Western is not."""
    return sum(not sign.isascii() for sign in text) * 4 < len(text)


def _in_header(content_type: str) -> str:
    found = _PARAMETER.search(content_type)
    return found[1] if found else ""


def _in_page(body: bytes) -> str:
    found = _META.search(body[:META_WITHIN])
    return found[1].decode("ascii") if found else ""


def _known(label: str) -> str:
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return ""
    # "base64" and the like are codecs too, but no charsets.
    return _MEANT.get(info.name, info.name) if info._is_text_encoding else ""


def _strictly(body: bytes, encoding: str) -> str | None:
    """The text if the bytes are of this encoding, apart from a sign or two cut or broken."""
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        text = body.decode(encoding, "replace")
        few = 2 + len(text) // 5000
        return text if text.count("�") <= few else None
