"""LinkedIn's "little text": what a commentary must look like so that readers see every letter.

A reserved character that stands there bare ends the text, without any error. So everything is
escaped but addresses, which LinkedIn turns into links by itself, and hashtags, which have a
form of their own.
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
"""

from __future__ import annotations

import re
from typing import Final

_RESERVED: Final = re.compile(r"[\\|{}@\[\]()<>#*_~]")
# An address goes on until the first character that only an escape can carry; `_` and `#` may
# stand in it. A hashtag has a letter, does not begin inside a word, and does not end before
# an underscore or an accent that is a character of its own.
_WHOLE: Final = re.compile(
    r"(?P<address>https?://[^\s\\|{}@\[\]()<>*~]+)"
    r"|(?<!\w)#(?P<tag>\d*[^\W\d_][^\W_]*)(?![\w\u0300-\u036f\u200d])"
)


def escaped(text: str) -> str:
    """``text`` as a commentary; readers see exactly ``text``."""
    parts: list[str] = []
    position = 0
    for found in _WHOLE.finditer(text):
        parts.append(_escaped_plain(text[position : found.start()]))
        tag = found.group("tag")
        parts.append(found.group() if tag is None else f"{{hashtag|\\#|{tag}}}")
        position = found.end()
    parts.append(_escaped_plain(text[position:]))
    return "".join(parts)


def _escaped_plain(text: str) -> str:
    return _RESERVED.sub(r"\\\g<0>", text)
