"""What a refusal of X means: https://docs.x.com/x-api/fundamentals/response-codes-and-errors."""

from __future__ import annotations

from typing import Any, Final

from vaandel.channels.adapter import Account, Kind, Trouble
from vaandel.channels.client import Answer, retry_at

RESET: Final = "x-rate-limit-reset"
# What may be posted in a day, by a person and by all of the organisation's people together.
DAILY: Final = ("x-user-limit-24hour", "x-app-limit-24hour")
NO_CREDIT: Final = frozenset({"usage-capped", "credits", "credits-depleted"})
SIGN_IN_REFUSED: Final = frozenset({"unauthorized_client", "invalid_client"})


def object_of(answer: Answer) -> dict[str, Any]:
    found = answer.json()
    return found if isinstance(found, dict) else {}


def said(answer: Answer) -> str:
    """Title, detail and what it says of single fields."""
    found = object_of(answer)
    parts = [found.get("detail") or found.get("error_description") or found.get("title")]
    errors = found.get("errors")
    parts += [each.get("message") for each in errors or () if isinstance(each, dict)]
    words = [part for part in parts if isinstance(part, str) and part]
    return " ".join(words)[:300] or answer.said()


def problem_of(answer: Answer) -> str:
    """The last part of the type: "usage-capped"; "" when there is none."""
    return str(object_of(answer).get("type") or "").rpartition("/problems/")[2]


def refusal(account: Account, answer: Answer, *, code: str = "refused_text") -> Trouble:
    """Why it said no, to something that posts nothing or nothing yet."""
    words = said(answer)
    problem = problem_of(answer)
    if answer.status == 402 or problem in NO_CREDIT:
        return Trouble(Kind.BUDGET, "no_credit", detail=words)
    if answer.status == 429:
        return _throttled(answer)
    if answer.failed_there:
        return Trouble(Kind.TRANSIENT, "fault_there", detail=words)
    if problem == "client-forbidden":
        return Trouble(Kind.CONFIGURATION, "refused_app", detail=words)
    if answer.status == 401:
        return Trouble(Kind.RECONNECT, "dead_tokens", detail=words)
    return _refused(account, answer, code)


def _refused(account: Account, answer: Answer, code: str) -> Trouble:
    words = said(answer)
    lower = words.lower()
    if "duplicate content" in lower:
        return Trouble(Kind.DUPLICATE, "duplicate", detail=words)
    if "too long" in lower:
        return Trouble(Kind.REJECTED, "too_long", detail=words)
    if answer.status == 403:
        if code in {"refused_text", "refused_media"} and not _may(account, code):
            return Trouble(Kind.RECONNECT, "missing_scope", detail=words)
        return Trouble(Kind.REJECTED, "not_allowed", detail=words)
    if "media" in lower:
        return Trouble(Kind.REJECTED, "refused_media", detail=words)
    return Trouble(Kind.REJECTED, code, detail=words)


def _may(account: Account, code: str) -> bool:
    scope = "media.write" if code == "refused_media" else "tweet.write"
    return not account.scopes or scope in account.scopes


def _throttled(answer: Answer) -> Trouble:
    for limit in DAILY:
        if answer.headers.get(f"{limit}-remaining") == "0":
            when = retry_at(answer, reset_header=f"{limit}-reset")
            return Trouble(Kind.THROTTLED, "daily_limit", detail=said(answer), retry_at=when)
    when = retry_at(answer, reset_header=RESET)
    return Trouble(Kind.THROTTLED, "throttled", detail=said(answer), retry_at=when)
