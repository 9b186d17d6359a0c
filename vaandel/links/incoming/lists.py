"""From rows of a list to conversions, and what is wrong with the rows that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from vaandel.links.incoming.columns import goal_of, yes_or_no
from vaandel.links.incoming.reading import (
    SHOWN,
    Incoming,
    Problem,
    checked_moment,
    currency_of,
    external_id_of,
    money_of,
)
from vaandel.links.models import Goal
from vaandel.links.models.conversions import REFERENCE_LENGTH
from vaandel.organizations.importing.tables import Row, Table

# A day without an hour is noon, so that it is the same day wherever it is looked at.
NOON = time(12)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T]+(\d{1,2}:\d{2}(?::\d{2})?))?")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+")
_DECIMAL = re.compile(r"(?P<whole>.*?)(?:[.,](?P<part>\d{1,2}))?")
_SIGNS = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Listed:
    """A row that can be stored. ``incoming.click`` is a reference or a short code."""

    row: int
    incoming: Incoming
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row cannot be stored; ``other_row``: the row that it is the same as."""

    row: int
    problem: Problem
    other_row: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """How a list is to be read: its columns, what holds for every row, where, and when."""

    columns: Mapping[str, int]
    defaults: Mapping[str, str]
    zone: ZoneInfo
    at: datetime


def conversions_in(table: Table, reading: Reading) -> Iterator[Listed | list[RowProblem]]:
    """Per row a conversion, or everything that is wrong with it. The first of doubles counts."""
    seen: dict[tuple[Goal, str], int] = {}
    for row in table.rows:
        checked = conversion_of(row, reading, width=len(table.header))
        if isinstance(checked, Listed):
            key = (checked.incoming.goal, checked.incoming.external_id)
            first = seen.setdefault(key, row.number)
            if first != row.number:
                double = Problem("id", "double", checked.incoming.external_id)
                yield [RowProblem(row.number, double, other_row=first)]
                continue
        yield checked


def conversion_of(row: Row, reading: Reading, *, width: int) -> Listed | list[RowProblem]:
    values = dict(reading.defaults) | {
        field: row.cells[number]
        for field, number in reading.columns.items()
        if number < len(row.cells) and row.cells[number]
    }
    problems: list[Problem] = []
    goal = goal_of(values.get("goal", ""))
    if goal is None:
        reason = "goal" if values.get("goal") else "missing"
        problems.append(Problem("goal", reason, values.get("goal", "")[:SHOWN]))
    external_id = external_id_of(values.get("id", ""), problems)
    happened_at = _moment(values.get("date", ""), reading, problems)
    value = money_of(plain_amount(values.get("value", "")), problems)
    currency = currency_of(values.get("currency", ""), value, problems)
    click = _click(values.get("click", ""), problems)
    withdrawn = yes_or_no(values.get("withdrawn", ""))
    if withdrawn is None:
        problems.append(Problem("withdrawn", "withdrawn", values["withdrawn"][:SHOWN]))
    if any(row.cells[width:]):
        problems.append(Problem("row", "too_many_cells"))
    if problems or goal is None or happened_at is None:
        return [RowProblem(row.number, problem) for problem in problems]
    return Listed(
        row=row.number,
        incoming=Incoming(goal, external_id, happened_at, value, currency, click),
        withdrawn=bool(withdrawn),
    )


def _moment(text: str, reading: Reading, problems: list[Problem]) -> datetime | None:
    moment = moment_in(text, reading.zone)
    if moment is None:
        problems.append(Problem("date", "day" if text else "missing", text[:SHOWN]))
        return None
    checked = checked_moment(moment, "date", problems, reading.at)
    if checked is None:
        # As it stands in the list, so that it can be found there.
        problems[-1] = replace(problems[-1], value=text[:SHOWN])
    return checked


def moment_in(text: str, zone: ZoneInfo) -> datetime | None:
    """ISO 8601, or day, month, year; without a time it is noon there."""
    found = _DAY_FIRST.fullmatch(text.strip())
    try:
        if found:
            day, month, year, clock = found.groups()
            hour = time.fromisoformat(clock.zfill(5 if len(clock) < 6 else 8)) if clock else NOON
            return datetime.combine(date(int(year), int(month), int(day)), hour, zone)
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return moment
    # A spreadsheet knows no days, only midnights.
    return datetime.combine(moment, NOON if moment.time() == time() else moment.time(), zone)


def plain_amount(text: str) -> str:
    """An amount with a point for its decimals, whatever was used; no thousands separators.

    What looks like no amount comes back as it is. 1.250 is a thousand and more, since no amount
    has three decimals.
    """
    bare = text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").strip()
    found = _DECIMAL.fullmatch(bare)
    if found is None or not bare:
        return text
    whole, part = found["whole"], found["part"]
    if _THOUSANDS.fullmatch(whole):
        whole = re.sub(r"\D", "", whole)
    if not whole.isdigit():
        return text
    return f"{whole}.{part}" if part else whole


def _click(text: str, problems: list[Problem]) -> str:
    """A reference, a short code, or the code at the end of a short address."""
    code = text.strip().rstrip("/").rpartition("/")[2]
    if code and not (_SIGNS.fullmatch(code) and len(code) <= REFERENCE_LENGTH):
        problems.append(Problem("click", "reference", text[:SHOWN]))
        return ""
    return code
