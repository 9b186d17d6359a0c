"""The small page of tags that a preview crawler gets where an organisation wants it.

Networks that file a page under its own ``og:url`` would lead readers past the short link; here
that address is the short link. The card says what the target's own would say.
"""

from __future__ import annotations

from html import escape
from typing import Final, NamedTuple

from vaandel.links.reading import rows

_SELECT: Final = """
SELECT c.title, c.description, c.image_url, l.target_url, l.code
FROM links_link l JOIN links_campaign c ON c.id = l.campaign_id
WHERE l.id = %s AND c.title <> ''
"""


class Card(NamedTuple):
    title: str
    description: str
    image_url: str
    target_url: str
    code: str


def card_of(link_id: int) -> Card | None:
    """What a link is about; None when nobody said."""
    found = rows(_SELECT, [link_id])
    return Card(*found[0]) if found else None


def page_of(card: Card, *, address: str) -> bytes:
    """The page, for this address of the short link."""
    tags = [
        ("og:type", "article"),
        ("og:url", address),
        ("og:title", card.title),
        ("og:description", card.description),
        ("og:image", card.image_url),
    ]
    lines = [
        "<!doctype html>",
        '<html><head><meta charset="utf-8">',
        f"<title>{escape(card.title)}</title>",
        *(f'<meta property="{name}" content="{escape(text)}">' for name, text in tags if text),
        '<meta name="twitter:card" content="summary_large_image">' if card.image_url else "",
        "</head><body>",
        f'<p><a href="{escape(card.target_url)}">{escape(card.title)}</a></p>',
        "</body></html>",
    ]
    return "\n".join(line for line in lines if line).encode()
