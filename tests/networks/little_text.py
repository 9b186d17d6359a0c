"""How LinkedIn reads a commentary: https://learn.microsoft.com/en-us/linkedin/marketing/
community-management/shares/little-text-format

Nothing is refused. At the first reserved character that is neither escaped nor part of a mention
or a hashtag, the text ends.
"""

from __future__ import annotations

import re

RESERVED = "\\|{}@[]()<>#*_~"
ESCAPED = re.compile(r"\\([\\|{}@\[\]()<>#*_~])")
MENTION = re.compile(r"@\[((?:[^\\\[\]]|\\.)+)\]\(urn:li:(?:organization|person|member):[\w-]+\)")
HASHTAG_TEMPLATE = re.compile(r"\{hashtag\|\\?#\|(\w+)\}")
HASHTAG = re.compile(r"#\w+")
# Up to the first character that ends an address when LinkedIn links it.
ADDRESS = re.compile(r"https?://[^\s\\|{}@\[\]()<>*~]+")
PLAIN = re.compile(r"[^\\|{}@\[\]()<>#*_~h]+")


def read(commentary: str, *, whole_addresses: bool) -> str:
    """What readers see. ``whole_addresses``: an address keeps its unescaped ``_`` and ``#``."""
    parts: list[str] = []
    at = 0
    while at < len(commentary):
        found = PLAIN.match(commentary, at)
        if not found and whole_addresses:
            found = ADDRESS.match(commentary, at)
        if found:
            parts.append(found[0])
        elif found := _marked(commentary, at):
            parts.append(_shown(found))
        elif commentary[at] in RESERVED:
            break
        else:
            parts.append(commentary[at])
            at += 1
            continue
        at = found.end()
    return "".join(parts)


def _marked(commentary: str, at: int) -> re.Match[str] | None:
    for pattern in (ESCAPED, MENTION, HASHTAG_TEMPLATE, HASHTAG):
        if found := pattern.match(commentary, at):
            return found
    return None


def _shown(found: re.Match[str]) -> str:
    if found.re is HASHTAG_TEMPLATE:
        return f"#{found[1]}"
    return found[0] if found.re is HASHTAG else re.sub(r"\\(.)", r"\1", found[1])
