"""The pages of places on the intranet, and looking at a place as a colleague does."""

from __future__ import annotations

from typing import Any

from django.test import Client

from vaandel.delivery.embeds.tokens import embed_url
from vaandel.delivery.models import Embed

LIST = "/o/acme/channels/intranet/"
SITE = "https://intranet.acme.example"


def path_of(embed: Embed) -> str:
    return embed_url(embed).removeprefix("https://vaandel.example")


def look(embed: Embed, **headers: Any) -> Any:
    return Client().get(path_of(embed), **headers)
