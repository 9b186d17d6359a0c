"""HTML in plain ASCII and in lines, so that it needs no encoding on its way."""

from __future__ import annotations

import re
from typing import Final

STYLE: Final = re.compile(r"<style\b.*?</style>", re.DOTALL)


def in_ascii(html: str) -> str:
    """The same page: other letters as character references, line breaks inside of tags.

    A page whose style sheet has other letters keeps all of them, since a reference means
    nothing there.
    """
    if not html.isascii():
        if not all(style.isascii() for style in STYLE.findall(html)):
            return html
        html = referenced(html)
    # Between the attributes of a tag any white space is the same.
    return html.replace(' style="', '\nstyle="')


def referenced(text: str) -> str:
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")
