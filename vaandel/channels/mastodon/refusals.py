"""What a refusal means. Servers differ in the number they say it with, so the person's own
account is asked for as well: when that answers, the connection lives and the text was refused."""

from __future__ import annotations

from typing import Any, Final

from vaandel.channels.adapter import Account, Kind, Trouble
from vaandel.channels.client import Answer, call, retry_at
from vaandel.channels.evidence import read_html
from vaandel.channels.mastodon.server import base, limits_of

RESET: Final = "x-ratelimit-reset"
_TOO_LONG: Final = ("too long", "character limit")


def bearer(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.keys.get('access_token', '')}"}


def said(answer: Answer) -> str:
    """Its own words, without markup."""
    found = answer.json()
    if isinstance(found, dict):
        words = found.get("error_description") or found.get("error")
        if isinstance(words, str):
            return words[:300]
    return read_html(answer.said())[0].strip()


def object_of(answer: Answer) -> dict[str, Any]:
    found = answer.json()
    return found if isinstance(found, dict) else {}


def elsewhere(answer: Answer) -> Trouble | None:
    """The troubles that mean the same with everything that is asked."""
    if answer.status == 429:
        when = retry_at(answer, reset_header=RESET)
        return Trouble(Kind.THROTTLED, "throttled", detail=said(answer), retry_at=when)
    if answer.failed_there:
        return Trouble(Kind.TRANSIENT, "fault_there", detail=said(answer))
    if 300 <= answer.status < 400:
        return Trouble(Kind.REJECTED, "no_such_server", detail=f"moved, {answer.status}")
    return None


def refusal(account: Account, answer: Answer, *, code: str = "refused_text") -> Trouble:
    """Why it said no to something that the account wanted; ``code`` when nothing tells better."""
    if trouble := elsewhere(answer):
        return trouble
    if trouble := probed(account):
        return trouble
    words = said(answer)
    lower = words.lower()
    if answer.status in {401, 403} and "scope" in lower:
        return Trouble(Kind.RECONNECT, "missing_scope", detail=words)
    if answer.status in {401, 403}:
        return Trouble(Kind.REJECTED, "not_allowed", detail=words)
    if code == "refused_text" and _says_too_long(account, lower):
        return Trouble(Kind.REJECTED, "too_long", detail=words)
    if "processing" in lower:
        return Trouble(Kind.TRANSIENT, "processing", detail=words)
    return Trouble(Kind.REJECTED, code, detail=words)


def probed(account: Account) -> Trouble | None:
    """What is the matter with the account; None when it is as it was."""
    url = f"{base(account.server)}/api/v1/accounts/verify_credentials"
    answer = call("GET", url, headers=bearer(account))
    if answer.ok:
        return None
    if trouble := elsewhere(answer):
        return trouble
    if answer.status == 403:
        # The token is known; the account is locked, moved or not confirmed.
        return Trouble(Kind.REJECTED, "not_allowed", detail=said(answer))
    return Trouble(Kind.RECONNECT, "dead_tokens", detail=said(answer))


def _says_too_long(account: Account, lower: str) -> bool:
    """Also in another language, since then the limit itself is named."""
    limit = str(limits_of(account.server).characters)
    return any(words in lower for words in _TOO_LONG) or limit in lower
