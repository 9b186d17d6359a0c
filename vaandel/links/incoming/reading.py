"""From what somebody sent to a conversion, or to everything that is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import is_currency

from vaandel.links.models import Goal
from vaandel.links.models.conversions import EXTERNAL_ID_LENGTH, REFERENCE_LENGTH

FIELDS = ("goal", "id", "click", "assists", "value", "currency", "happened_at")
MOST_ASSISTS = 20
MOST_VALUE = Decimal("9999999999.99")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
# Clocks of servers differ a little.
AHEAD = timedelta(minutes=5)
SHOWN = 100
_REFERENCE = re.compile(rf"[A-Za-z0-9_-]{{1,{REFERENCE_LENGTH}}}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field. ``reason`` is a code (`vaandel.links.problems`)."""

    field: str
    reason: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A conversion that can be stored. ``value`` None and empty text: not given."""

    goal: Goal
    external_id: str
    happened_at: datetime
    value: Decimal | None = None
    currency: str = ""
    click: str = ""
    assists: tuple[str, ...] = ()


class NotJson(ValueError):
    """The body is no JSON object."""


def read_json(body: bytes) -> dict[str, Any]:
    """The fields in a body; numbers keep every digit. Raise ``NotJson``."""

    def never(text: str) -> None:
        raise NotJson(f"{text} is no number.")

    try:
        fields = json.loads(body, parse_float=Decimal, parse_constant=never)
    except (ValueError, RecursionError) as error:
        raise NotJson("The body is no JSON.") from error
    if not isinstance(fields, dict):
        raise NotJson("The body is no JSON object.")
    return fields


def read_fields(fields: Mapping[str, Any], *, at: datetime) -> Incoming | list[Problem]:
    """A conversion, or everything that is wrong. Fields that are null count as absent."""
    given = {name: value for name, value in fields.items() if value is not None}
    problems = [Problem(name[:SHOWN], "unknown_field") for name in given if name not in FIELDS]
    goal = _goal(given, problems)
    external_id = external_id_of(given.get("id", ""), problems)
    happened_at = _moment(given, problems, at)
    value = money_of(given.get("value"), problems)
    currency = currency_of(given.get("currency", ""), value, problems)
    click = reference_of("click", given.get("click", ""), problems)
    assists = _assists(given, problems)
    if problems or goal is None or happened_at is None:
        return problems
    return Incoming(
        goal=goal,
        external_id=external_id,
        happened_at=happened_at,
        value=value,
        currency=currency,
        click=click,
        assists=tuple(reference for reference in assists if reference != click),
    )


def _goal(given: Mapping[str, Any], problems: list[Problem]) -> Goal | None:
    text = given.get("goal", "")
    try:
        return Goal(str(text).strip().upper())
    except ValueError:
        problems.append(Problem("goal", "goal" if text else "missing", str(text)[:SHOWN]))
        return None


def external_id_of(text: object, problems: list[Problem]) -> str:
    """The number of the sender's own system. An address of a person is refused."""
    external_id = str(text).strip() if isinstance(text, str | int) else ""
    reason = ""
    if not external_id:
        reason = "missing" if text in ("", None) else "text"
    elif len(external_id) > EXTERNAL_ID_LENGTH:
        reason = "too_long"
    elif _CONTROL.search(external_id):
        reason = "control"
    elif "@" in external_id:
        reason = "mail_address"
    if reason:
        problems.append(Problem("id", reason, external_id[:SHOWN]))
    return external_id


def _moment(given: Mapping[str, Any], problems: list[Problem], at: datetime) -> datetime | None:
    """A date and time with an offset; now when there is none."""
    text = given.get("happened_at", "")
    if text == "":
        return at
    try:
        moment = datetime.fromisoformat(text.strip()) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        problems.append(Problem("happened_at", "moment", str(text)[:SHOWN]))
        return None
    return checked_moment(moment, "happened_at", problems, at)


def checked_moment(
    moment: datetime, field: str, problems: list[Problem], at: datetime
) -> datetime | None:
    """The moment in UTC, when it is past and not from another age."""
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        moment = datetime.min.replace(tzinfo=UTC)
    reason = "future" if moment > at + AHEAD else "too_old" if moment < EARLIEST else ""
    if reason:
        problems.append(Problem(field, reason, moment.isoformat()))
        return None
    return moment


def money_of(given: object, problems: list[Problem]) -> Decimal | None:
    """An amount of at most two decimals, with a point; None when there is none."""
    if given in ("", None):
        return None
    value = None
    text = str(given).strip() if isinstance(given, str | int | Decimal) else ""
    if not isinstance(given, bool) and (isinstance(given, Decimal) or _NUMBER.fullmatch(text)):
        try:
            value = Decimal(text).quantize(Decimal("0.01"))
        except InvalidOperation:
            value = None
    if value is None or value != Decimal(text) or not 0 <= value <= MOST_VALUE:
        problems.append(Problem("value", "value", str(given)[:SHOWN]))
        return None
    return value


def currency_of(given: object, value: Decimal | None, problems: list[Problem]) -> str:
    """The code of ISO 4217 that goes with an amount; empty without an amount."""
    currency = str(given).strip().upper()
    if currency and not is_currency(currency):
        problems.append(Problem("currency", "currency", str(given)[:SHOWN]))
    elif value is not None and not currency:
        problems.append(Problem("currency", "currency_missing"))
    return currency if value is not None else ""


def reference_of(field: str, given: object, problems: list[Problem]) -> str:
    reference = str(given).strip()
    if reference and not (isinstance(given, str) and _REFERENCE.fullmatch(reference)):
        problems.append(Problem(field, "reference", str(given)[:SHOWN]))
        return ""
    return reference


def _assists(given: Mapping[str, Any], problems: list[Problem]) -> list[str]:
    """The earlier clicks, each once, in the order in which they were given."""
    references = given.get("assists", [])
    if not isinstance(references, list) or len(references) > MOST_ASSISTS:
        problems.append(Problem("assists", "assists"))
        return []
    checked = [reference_of("assists", reference, problems) for reference in references]
    return [reference for reference in dict.fromkeys(checked) if reference]
