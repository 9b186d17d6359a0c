"""Asking Threads, and what the numbers in its refusals mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from vaandel.channels import client
from vaandel.channels.adapter import Account, Kind, Trouble

NOT_READY: Final = 24
_NO_SUCH_OBJECT: Final = 33
_TOO_MANY_LINKS: Final = 4279049
_RESTRICTED: Final = 2207051
# A day there is the last 24 hours: some of it is free again every hour.
_PATIENCE_OF_A_DAY: Final = timedelta(hours=1)

_FAULTS: Final = frozenset({1, 2})
_THROTTLES: Final = frozenset({4, 17, 32, 341, 613})
_BY_CODE: Final = {
    3: (Kind.RECONNECT, "missing_scope"),
    10: (Kind.RECONNECT, "missing_scope"),
    24: (Kind.TRANSIENT, "processing"),
    101: (Kind.CONFIGURATION, "refused_app"),
    102: (Kind.RECONNECT, "dead_tokens"),
    190: (Kind.RECONNECT, "dead_tokens"),
    368: (Kind.REJECTED, "not_allowed"),
    506: (Kind.DUPLICATE, "duplicate"),
}
_PERMISSIONS: Final = range(200, 300)
_MEDIA: Final = range(2207000, 2208000)


def www() -> str:
    return client.address("THREADS_WWW", "https://threads.net")


def api() -> str:
    return client.address("THREADS_API", "https://graph.threads.net")


def ask(
    method: str,
    path: str,
    account: Account,
    *,
    form: Mapping[str, str] | None = None,
    posts: bool = False,
) -> client.Answer:
    """Any answer, good or not. The token goes in a header, so that it is in no address."""
    headers = {"Authorization": f"Bearer {account.keys.get('access_token', '')}"}
    url = f"{api()}/v1.0/{path}"
    return client.call(method, url, headers=headers, form=form, posts=posts)


def told(answer: client.Answer) -> dict[str, Any]:
    """What a good answer says; anything else is raised as what it means."""
    said = answer.json()
    if not answer.ok:
        raise problem(answer)
    if not isinstance(said, dict):
        raise Trouble(Kind.TRANSIENT, "fault_there", detail="no object in the answer")
    return said


def error_of(answer: client.Answer) -> dict[str, Any]:
    said = answer.json()
    error = said.get("error") if isinstance(said, dict) else None
    return error if isinstance(error, dict) else {}


def code_of(error: Mapping[str, Any]) -> int:
    return _number(error.get("code"))


def is_gone(answer: client.Answer) -> bool:
    """Whether it says that there is no such post."""
    error = error_of(answer)
    return answer.status in {404, 410} or _number(error.get("error_subcode")) == _NO_SUCH_OBJECT


def problem(answer: client.Answer, *, posts: bool = False) -> Trouble:
    """What an answer that is not good means. ``posts``: the request may have posted."""
    error = error_of(answer)
    code, subcode = code_of(error), _number(error.get("error_subcode"))
    message = str(error.get("message", ""))
    detail = f"{code}/{subcode} {message}"
    if answer.status >= 500 or code in _FAULTS or error.get("is_transient") is True:
        if posts:
            return Trouble(Kind.UNKNOWN, "no_answer", detail=detail)
        return Trouble(Kind.TRANSIENT, "fault_there", detail=detail)
    if code in _THROTTLES or answer.status == 429:
        again = client.retry_at(answer)
        return Trouble(Kind.THROTTLED, "throttled", detail=detail, retry_at=again)
    if code == 9:
        again = timezone.now() + _PATIENCE_OF_A_DAY
        return Trouble(Kind.THROTTLED, "daily_limit", detail=detail, retry_at=again)
    kind, name = _meaning(answer.status, code, subcode, message)
    # Graph repeats a token that it does not like.
    return Trouble(kind, name, detail=f"{code}/{subcode}" if name == "dead_tokens" else detail)


def _meaning(status: int, code: int, subcode: int, message: str) -> tuple[Kind, str]:
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code in _PERMISSIONS:
        return Kind.RECONNECT, "missing_scope"
    if not code and status == 401:
        return Kind.RECONNECT, "dead_tokens"
    if status < 400:
        return Kind.TRANSIENT, "fault_there"
    return Kind.REJECTED, _refused(subcode, message)


def _refused(subcode: int, message: str) -> str:
    if subcode == _TOO_MANY_LINKS:
        return "too_many_links"
    if subcode == _RESTRICTED:
        return "not_allowed"
    if "Param text must be at most" in message:
        return "too_long"
    media = subcode in _MEDIA or any(word in message for word in ("image_url", "alt_text"))
    return "refused_media" if media else "refused_text"


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
