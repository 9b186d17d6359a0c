"""Figures of one's own posts, for organisations whose application was let in by LinkedIn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from vaandel.channels.adapter import Account, App, Figures, Kind, Trouble
from vaandel.channels.linkedin import wire

SCOPE: Final = "r_member_postAnalytics"
SOURCE: Final = "linkedin memberCreatorPostAnalytics"
# One call each. MEMBERS_REACHED is about people and not asked: nothing here shows it.
METRICS: Final = {
    "views": "IMPRESSION",
    "reactions": "REACTION",
    "comments": "COMMENT",
    "reposts": "RESHARE",
    "saves": "POST_SAVE",
}
_NOT_THERE: Final = frozenset({404, 410})


class _Gone(Exception):
    """The post is not there any more."""


def figures(app: App, account: Account, urns: Sequence[str]) -> Mapping[str, Figures | None]:
    if SCOPE not in account.scopes:
        raise Trouble(Kind.REJECTED, "no_figures")
    found: dict[str, Figures | None] = {}
    for urn in urns:
        try:
            found[urn] = _figures(app, account, urn)
        except _Gone:
            found[urn] = None
        except Trouble:
            # What was read stays read; the rest comes next time, when this happens at once.
            if found:
                return found
            raise
    return found


def _figures(app: App, account: Account, urn: str) -> Figures:
    values = {name: _metric(app, account, urn, metric) for name, metric in METRICS.items()}
    return Figures(source=SOURCE, **values)


def _metric(app: App, account: Account, urn: str, metric: str) -> int | None:
    kind = "ugc" if ":ugcPost:" in urn else "share"
    query = f"q=entity&entity=({kind}:{quote(urn, safe='')})&queryType={metric}&aggregation=TOTAL"
    answer = wire.ask("GET", f"memberCreatorPostAnalytics?{query}", app, account)
    if answer.ok:
        return _value(answer.json(), metric)
    if answer.status in _NOT_THERE:
        raise _Gone
    trouble = wire.problem(answer)
    if trouble.code == "refused_text":
        # A version of the interface that does not know this metric.
        return None
    if trouble.code in {"missing_scope", "not_allowed"}:
        raise Trouble(Kind.REJECTED, "no_figures", detail=trouble.detail)
    raise trouble


def _value(said: Any, metric: str) -> int | None:
    """``count`` or ``value``, of a type that is a word or an object with one."""
    elements = said.get("elements") if isinstance(said, dict) else None
    for element in elements if isinstance(elements, list) else ():
        if isinstance(element, dict) and _is_of(element.get("metricType", metric), metric):
            value = element.get("count", element.get("value"))
            if isinstance(value, int):
                return value
    return None


def _is_of(kind: Any, metric: str) -> bool:
    return metric in kind.values() if isinstance(kind, dict) else kind == metric
