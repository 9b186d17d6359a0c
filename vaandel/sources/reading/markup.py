"""Clean text and clean HTML out of somebody else's markup."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

import nh3
from selectolax.lexbor import LexborHTMLParser

# Enough to read what it is about. Pictures are not shown in place: they would tell the
# other site who looks at our inbox.
TAGS: Final = frozenset(
    ["a", "b", "blockquote", "br", "code", "em", "i", "li", "ol", "p", "pre", "strong", "ul"]
)
MAX_MARKUP: Final = 200_000
MAX_URL: Final = 2000

# The database refuses some of these, terminals and editors choke on the others.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"\s+")
_BLOCK = re.compile(r"(?i)<(?:/?(?:p|div|li|ul|ol|h[1-6]|tr|table|blockquote|section)\b|br\b|hr\b)")


def tidy(text: str) -> str:
    """One line without control characters."""
    return _SPACE.sub(" ", _CONTROL.sub("", text)).strip()


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut between words."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:-") + "…"


def clean_html(markup: str, base: str) -> str:
    """Harmless HTML with a few plain tags; links are complete and keep to the web."""
    text = _CONTROL.sub("", markup[:MAX_MARKUP])
    try:
        return nh3.clean(
            text,
            tags=set(TAGS),
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            url_relative=("rewrite_with_base", base) if base else "deny",
            link_rel="noopener noreferrer nofollow",
        ).strip()
    except ValueError:
        # The base is no address that relative ones can be added to.
        return clean_html(markup, "") if base else ""


def plain_text(markup: str) -> str:
    """The words of HTML (or of plain text), in one line."""
    text = _CONTROL.sub("", markup[:MAX_MARKUP])
    if "<" not in text and "&" not in text:
        return tidy(text)
    body = LexborHTMLParser(_BLOCK.sub(r" \g<0>", text)).body
    if body is None:
        return ""
    for hidden in body.css("script, style, noscript, template, iframe, svg"):
        hidden.decompose()
    return tidy(body.text(separator=""))


def first_image(markup: str, base: str) -> str:
    """The address of the first picture that is more than a counting pixel."""
    if "<img" not in markup.lower():
        return ""
    for image in LexborHTMLParser(markup[:MAX_MARKUP]).css("img[src]"):
        if image.attributes.get("width") in {"0", "1"} or image.attributes.get("height") == "1":
            continue
        if address := web_address(image.attributes.get("src") or "", base):
            return address
    return ""


def web_address(address: str, base: str = "") -> str:
    """The complete http(s) address; "" when it is none or does not fit."""
    plain = tidy(address).replace(" ", "%20")
    try:
        whole = urljoin(base, plain) if plain else ""
        parts = urlsplit(whole)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return whole if usable and len(whole) <= MAX_URL else ""
