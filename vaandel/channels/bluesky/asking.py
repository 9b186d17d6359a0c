"""Asking a server with proof of the key, and once more when it wants a fresh number in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.cache import cache

from vaandel.channels import client
from vaandel.channels.bluesky import proofs
from vaandel.channels.bluesky.lookup import origin_of
from vaandel.channels.client import Answer

WANTS_NONCE: Final = "use_dpop_nonce"
# Servers change theirs every minute or so and take the one before; an old one costs a question.
NONCE_SECONDS: Final = 120
LONGEST_NONCE: Final = 300


def ask(
    method: str,
    url: str,
    *,
    key: Mapping[str, Any],
    token: str = "",
    form: Callable[[], Mapping[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Answer:
    """As ``client.call``. ``form`` is made anew for each attempt: what is signed counts once."""
    place = f"bluesky-nonce:{proofs.hashed(origin_of(url))}"

    def attempt() -> Answer:
        nonce = str(cache.get(place, ""))
        sent = dict(headers or {})
        sent["DPoP"] = proofs.proof(key, method=method, url=url, nonce=nonce, token=token)
        if token:
            sent["Authorization"] = f"DPoP {token}"
        answer = client.call(method, url, headers=sent, form=form() if form else None, **more)
        fresh = answer.headers.get("dpop-nonce", "")
        if fresh and fresh != nonce and len(fresh) <= LONGEST_NONCE:
            cache.set(place, fresh, NONCE_SECONDS)
        return answer

    answer = attempt()
    return attempt() if _wants_nonce(answer) else answer


def _wants_nonce(answer: Answer) -> bool:
    """The server of sign-ins says so with 400 in its body, the one of records with 401."""
    if answer.status == 401:
        return WANTS_NONCE in answer.headers.get("www-authenticate", "")
    return answer.status == 400 and said(answer, "error") == WANTS_NONCE


def said(answer: Answer, name: str) -> str:
    """A text in what was answered; "" when there is none."""
    body = answer.json()
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) else ""
