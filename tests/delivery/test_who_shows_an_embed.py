"""Which site showed a place, and which other one tried."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.delivery.embed_cast import LIST, SITE, look
from vaandel.delivery.models import Embed

pytestmark = pytest.mark.usefixtures("fresh_counts")


FRAMED = {"HTTP_SEC_FETCH_DEST": "iframe", "HTTP_REFERER": f"{SITE}/"}


def test_it_is_noted_that_a_named_site_showed_it(embed: Embed) -> None:
    look(embed, **FRAMED)

    embed.refresh_from_db()
    assert embed.shown_at is not None
    assert (embed.refused_site, embed.refused_at) == ("", None)


def test_another_site_that_tries_is_named(embed: Embed, editor: Client) -> None:
    look(embed, **{**FRAMED, "HTTP_REFERER": "https://elsewhere.example/page?who=me"})
    look(embed, **{**FRAMED, "HTTP_REFERER": "https://second.example/"})

    embed.refresh_from_db()
    assert (embed.shown_at, embed.refused_site) == (None, "https://elsewhere.example")
    page = editor.get(f"{LIST}{embed.pk}/").content.decode()
    assert "https://elsewhere.example tried to show it and may not." in page
    assert "Another site tried" in editor.get(LIST).content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_REFERER": f"{SITE}/"},
        {"HTTP_SEC_FETCH_DEST": "iframe"},
        {"HTTP_SEC_FETCH_DEST": "iframe", "HTTP_REFERER": "nonsense\x00"},
        {"HTTP_SEC_FETCH_DEST": "iframe", "HTTP_REFERER": "https://vaandel.example/o/acme/"},
    ],
)
def test_a_look_from_here_or_without_a_frame_is_not_noted(
    headers: dict[str, str], embed: Embed
) -> None:
    look(embed, **headers)

    embed.refresh_from_db()
    assert (embed.shown_at, embed.refused_at) == (None, None)
