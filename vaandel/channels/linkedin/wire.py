"""Asking LinkedIn, and what its refusals mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from vaandel.channels import client
from vaandel.channels.adapter import Account, App, Kind, Trouble

# Each lives a year at least; an organisation can set a newer one.
USUAL_VERSION: Final = "202607"
VERSION: Final = re.compile(r"20\d\d(0[1-9]|1[0-2])")
POST_URN: Final = re.compile(r"urn:li:(?:share|ugcPost):\d+")

_GONE_VERSION: Final = 426
_VERSION_CODES: Final = frozenset({"VERSION_MISSING", "INVALID_VERSION", "NONEXISTENT_VERSION"})
_BY_STATUS: Final = {
    401: (Kind.RECONNECT, "dead_tokens"),
    413: (Kind.REJECTED, "refused_media"),
}
_NO_PERMISSION: Final = 100
_STILL_WORKING: Final = frozenset({"MEDIA_ASSET_PROCESSING", "MEDIA_ASSET_WAITING_UPLOAD"})
_PATIENCE_WITH_MEDIA: Final = timedelta(seconds=10)


def www() -> str:
    return client.address("LINKEDIN_WWW", "https://www.linkedin.com")


def api() -> str:
    return client.address("LINKEDIN_API", "https://api.linkedin.com")


def author(account: Account) -> str:
    return f"urn:li:person:{account.remote_id}"


def bearer(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.keys.get('access_token', '')}"}


def versioned(app: App) -> dict[str, str]:
    return {
        "Linkedin-Version": app.api_version or USUAL_VERSION,
        "X-Restli-Protocol-Version": "2.0.0",
    }


def ask(
    method: str,
    path: str,
    app: App,
    account: Account,
    *,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> client.Answer:
    """Any answer of the versioned interface, good or not; ``more`` is for ``client.call``."""
    sent = {**bearer(account), **versioned(app), **(headers or {})}
    return client.call(method, f"{api()}/rest/{path}", headers=sent, **more)


def problem(answer: client.Answer, *, posts: bool = False) -> Trouble:
    """What an answer that is not good means. ``posts``: the request may have posted."""
    detail = message(answer) or answer.said()
    if answer.failed_there:
        return _fault(detail, posts=posts)
    if answer.status == _GONE_VERSION or error_codes(answer) & _VERSION_CODES:
        return Trouble(Kind.CONFIGURATION, "old_version", detail=detail)
    match answer.status:
        case 403:
            return _forbidden(answer, detail)
        case 422:
            return _unprocessable(answer, detail)
        case 429:
            return _throttled(answer, detail)
    kind, code = _BY_STATUS.get(answer.status, (Kind.REJECTED, "refused_text"))
    return Trouble(kind, code, detail=detail) if answer.status >= 400 else _fault(detail)


def message(answer: client.Answer) -> str:
    return str(_said(answer).get("message", ""))


def error_codes(answer: client.Answer) -> set[str]:
    """Of the body as a whole, and of each field that is wrong."""
    said = _said(answer)
    details = said.get("errorDetails")
    errors = details.get("inputErrors") if isinstance(details, dict) else None
    found = {str(said.get("code", ""))}
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict):
            found.add(str(error.get("code", "")))
    return found


def _said(answer: client.Answer) -> dict[str, Any]:
    said = answer.json()
    return said if isinstance(said, dict) else {}


def _fault(detail: str, *, posts: bool = False) -> Trouble:
    if posts:
        return Trouble(Kind.UNKNOWN, "no_answer", detail=detail)
    return Trouble(Kind.TRANSIENT, "fault_there", detail=detail)


def _forbidden(answer: client.Answer, detail: str) -> Trouble:
    lacks = _said(answer).get("serviceErrorCode") == _NO_PERMISSION
    if lacks or detail.startswith("Not enough permissions"):
        return Trouble(Kind.RECONNECT, "missing_scope", detail=detail)
    return Trouble(Kind.REJECTED, "not_allowed", detail=detail)


def _unprocessable(answer: client.Answer, detail: str) -> Trouble:
    codes = error_codes(answer)
    if "DUPLICATE_POST" in codes or "duplicate of urn:li:" in detail:
        urn = POST_URN.search(detail)
        return Trouble(
            Kind.DUPLICATE, "duplicate", detail=detail, remote_id=urn.group() if urn else ""
        )
    if codes & _STILL_WORKING:
        again = timezone.now() + _PATIENCE_WITH_MEDIA
        return Trouble(Kind.TRANSIENT, "processing", detail=detail, retry_at=again)
    if "FIELD_LENGTH_TOO_LONG" in codes:
        return Trouble(Kind.REJECTED, "too_long", detail=detail)
    media = any(code.startswith("MEDIA") for code in codes) or "/content" in detail
    return Trouble(Kind.REJECTED, "refused_media" if media else "refused_text", detail=detail)


def _throttled(answer: client.Answer, detail: str) -> Trouble:
    """What is counted by the day starts anew at midnight in UTC."""
    if "DAY limit" not in detail:
        return Trouble(Kind.THROTTLED, "throttled", detail=detail, retry_at=client.retry_at(answer))
    code = "daily_limit" if "MEMBER" in detail else "throttled"
    return Trouble(Kind.THROTTLED, code, detail=detail, retry_at=_next_day(timezone.now()))


def _next_day(now: datetime) -> datetime:
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)
