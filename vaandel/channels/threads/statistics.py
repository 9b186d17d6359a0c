"""Figures of one's own posts, when the application may read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from vaandel.channels.adapter import Account, Figures, Kind, Trouble
from vaandel.channels.threads import wire

SCOPE: Final = "threads_manage_insights"
SOURCE: Final = "threads insights"
METRICS: Final = {
    "views": "views",
    "reactions": "likes",
    "comments": "replies",
    "reposts": "reposts",
    "quotes": "quotes",
}


def figures(account: Account, remote_ids: Sequence[str]) -> Mapping[str, Figures | None]:
    if SCOPE not in account.scopes:
        raise Trouble(Kind.REJECTED, "no_figures")
    found: dict[str, Figures | None] = {}
    for number in remote_ids:
        answer = wire.ask("GET", f"{number}/insights?metric={','.join(METRICS.values())}", account)
        if answer.ok:
            found[number] = _figures(answer.json())
        elif wire.is_gone(answer):
            found[number] = None
        elif found:
            # What was read stays read; the rest comes next time, when this happens at once.
            return found
        else:
            raise _problem(wire.problem(answer))
    return found


def _problem(trouble: Trouble) -> Trouble:
    if trouble.code == "missing_scope":
        return Trouble(Kind.REJECTED, "no_figures", detail=trouble.detail)
    return trouble


def _figures(said: Any) -> Figures:
    data = said.get("data") if isinstance(said, dict) else None
    values = {
        str(each.get("name")): _value(each)
        for each in (data if isinstance(data, list) else ())
        if isinstance(each, dict)
    }
    return Figures(source=SOURCE, **{name: values.get(metric) for name, metric in METRICS.items()})


def _value(metric: Mapping[str, Any]) -> int | None:
    """Of the whole life of a post, in either of two forms."""
    several = metric.get("values")
    inner = several[0] if isinstance(several, list) and several else metric.get("total_value")
    value = inner.get("value") if isinstance(inner, dict) else None
    return value if isinstance(value, int) else None
