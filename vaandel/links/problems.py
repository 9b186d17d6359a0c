"""What is wrong with a reported conversion, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaandel.links.incoming.reading import MOST_ASSISTS, Problem
from vaandel.links.models import Goal
from vaandel.links.models.conversions import EXTERNAL_ID_LENGTH, REFERENCE_LENGTH

PROBLEMS: Mapping[str, str | Promise] = {
    "missing": _("is empty"),
    "unknown_field": _("is not something we know"),
    "goal": _("is no goal; use one of %(goals)s"),
    "text": _("is no text"),
    "too_long": _("is longer than %(characters)s characters"),
    "control": _("holds signs that are no text"),
    "mail_address": _("is an address of a person; use a number that only your own system knows"),
    "moment": _("is no date and time with a time zone, such as 2026-11-24T10:31:00+01:00"),
    "day": _("is no date, such as 2026-11-24"),
    "future": _("is in the future"),
    "too_old": _("is before the year 2000"),
    "value": _("is no amount, such as 1250 or 99.50"),
    "currency": _("is no currency, such as EUR"),
    "currency_missing": _("is empty, and there is an amount"),
    "reference": _("is no reference: at most %(signs)s letters, digits, - and _"),
    "assists": _("is no list of at most %(assists)s references"),
    "withdrawn": _("is neither yes nor no"),
    "double": _("is in row %(other)s too; that row counts"),
    "too_many_cells": _("has more cells than there are columns"),
}


def problem_text(reason: str, *, other_row: int = 0) -> str:
    return str(PROBLEMS[reason]) % {
        "goals": ", ".join(goal.value.lower() for goal in Goal),
        "characters": EXTERNAL_ID_LENGTH,
        "signs": REFERENCE_LENGTH,
        "assists": MOST_ASSISTS,
        "other": other_row,
    }


def problem_fields(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """As they stand in an answer to a program."""
    return [
        {
            "field": problem.field,
            "code": problem.reason,
            "detail": f"{problem.field} {problem_text(problem.reason)}",
        }
        for problem in problems
    ]
