"""What a server's "no" means for the person."""

from __future__ import annotations

import re
from typing import Final

from vaandel.channels import client
from vaandel.channels.adapter import Kind, Trouble
from vaandel.channels.bluesky.asking import said
from vaandel.channels.client import Answer

RESET: Final = "ratelimit-reset"
# The account, not the text: only Bluesky or the person can do something about it.
ACCOUNT: Final = frozenset(
    {"AccountTakedown", "AccountSuspended", "AccountDeactivated", "RepoTakendown"}
    | {"RepoSuspended", "RepoDeactivated", "AccountNotFound"}
)
DEAD: Final = frozenset({"ExpiredToken", "InvalidToken", "invalid_token", "AuthMissing"})
APP: Final = frozenset(
    {"invalid_client", "invalid_client_metadata", "invalid_client_id", "unauthorized_client"}
    | {"invalid_redirect_uri", "invalid_scope"}
)
_TOO_LONG: Final = re.compile(r"too (?:big|long).*\$?\.text|grapheme too big", re.IGNORECASE)
_MEDIA: Final = re.compile(r"blob|mimetype|image|too large|thumb", re.IGNORECASE)


def refusal(answer: Answer) -> Trouble:
    """Of the server that keeps the records. 5xx is ``fault_there``, for what may be repeated."""
    error, message = said(answer, "error"), said(answer, "message")
    detail = f"{answer.status} {error} {message}".strip()
    if answer.status == 429 or error == "RateLimitExceeded":
        return _throttled(answer, detail)
    if answer.failed_there:
        return Trouble(Kind.TRANSIENT, "fault_there", detail=detail)
    if error in ACCOUNT:
        return Trouble(Kind.REJECTED, "not_allowed", detail=detail)
    if error == "ScopeMissingError" or "insufficient_scope" in _challenge(answer):
        return Trouble(Kind.RECONNECT, "missing_scope", detail=detail)
    if answer.status == 401 or error in DEAD:
        return Trouble(Kind.RECONNECT, "dead_tokens", detail=detail)
    if answer.status == 403:
        return Trouble(Kind.REJECTED, "not_allowed", detail=detail)
    return Trouble(Kind.REJECTED, _about(answer, message), detail=detail)


def _about(answer: Answer, message: str) -> str:
    if _TOO_LONG.search(message):
        return "too_long"
    return "refused_media" if answer.status == 413 or _MEDIA.search(message) else "refused_text"


def _challenge(answer: Answer) -> str:
    return answer.headers.get("www-authenticate", "")


def sign_in_refusal(answer: Answer) -> Trouble:
    """Of the server where people sign in, to a request with a code or a token of theirs."""
    error = said(answer, "error")
    detail = f"{answer.status} {error} {said(answer, 'error_description')}".strip()
    if answer.status == 429:
        return _throttled(answer, detail)
    if answer.failed_there:
        return Trouble(Kind.TRANSIENT, "fault_there", detail=detail)
    if error in APP:
        return Trouble(Kind.CONFIGURATION, "refused_app", detail=detail)
    return Trouble(Kind.RECONNECT, "dead_tokens", detail=detail)


def _throttled(answer: Answer, detail: str) -> Trouble:
    moment = client.retry_at(answer, reset_header=RESET)
    return Trouble(Kind.THROTTLED, "throttled", detail=detail, retry_at=moment)
