"""When the employer must be named in a share, in which words, and what readers may miss of it."""

from __future__ import annotations

from vaandel.shares.disclosure.languages import language_of
from vaandel.shares.disclosure.lint import Code, Remark, remarks
from vaandel.shares.disclosure.rules import (
    ANYWHERE,
    CHECKED_ON,
    RULES,
    VERSION,
    Rule,
    Source,
    Strictness,
    rule_for,
)
from vaandel.shares.disclosure.wordings import (
    LABELS,
    LONGEST,
    WORDINGS,
    DisclosureMissing,
    Employer,
    EmployerNotNamed,
    LabelMissing,
    base_language,
    checked_disclosure,
    joined,
    labels_for,
    wordings,
)

__all__ = [
    "ANYWHERE",
    "CHECKED_ON",
    "LABELS",
    "LONGEST",
    "RULES",
    "VERSION",
    "WORDINGS",
    "Code",
    "DisclosureMissing",
    "Employer",
    "EmployerNotNamed",
    "LabelMissing",
    "Remark",
    "Rule",
    "Source",
    "Strictness",
    "base_language",
    "checked_disclosure",
    "joined",
    "labels_for",
    "language_of",
    "remarks",
    "rule_for",
    "wordings",
]
