"""When and how the employer is named, row by row."""

from __future__ import annotations

import pytest

from vaandel.posts.models import CommercialClass
from vaandel.shares.disclosure import (
    ANYWHERE,
    RULES,
    WORDINGS,
    DisclosureMissing,
    Employer,
    EmployerNotNamed,
    LabelMissing,
    Strictness,
    checked_disclosure,
    rule_for,
    wordings,
)

ACME = Employer("Acme", "https://www.acme.example/nl")
R, A, F = Strictness.REQUIRED, Strictness.ADVISED, Strictness.FREE


@pytest.mark.parametrize(
    ("kind", "country", "reward", "strictness", "label"),
    [
        ("PRODUCT", "NL", False, R, False),
        ("PRODUCT", "BE", False, R, False),
        ("PRODUCT", "US", False, R, False),
        ("PRODUCT", "GB", False, R, False),
        ("PRODUCT", "DE", False, R, False),
        ("VACANCY", "NL", False, A, False),
        ("VACANCY", "US", False, R, False),
        ("VACANCY", "GB", False, R, False),
        ("NEWS", "BE", False, A, False),
        ("NEWS", "US", False, R, False),
        ("NEWS", "GB", False, R, False),
        ("STORY", "NL", False, A, False),
        ("STORY", "BE", False, F, False),
        ("STORY", "US", False, A, False),
        ("PRODUCT", "NL", True, R, True),
        ("PRODUCT", "BE", True, R, True),
        ("PRODUCT", "US", True, R, True),
        ("PRODUCT", "GB", True, R, True),
        ("PRODUCT", "FR", True, R, True),
        ("VACANCY", "NL", True, R, False),
        ("NEWS", "NL", True, R, False),
        ("STORY", "BE", True, R, False),
    ],
)
def test_the_rules(
    kind: str, country: str, reward: bool, strictness: Strictness, label: bool
) -> None:
    rule = rule_for(kind, country=country, reward=reward)

    assert (rule.strictness, rule.label) == (strictness, label)


def test_every_class_has_a_row_for_anywhere_and_a_source() -> None:
    anywhere = {(r.commercial_class, r.reward) for r in RULES if r.country == ANYWHERE}

    assert anywhere == {(kind, reward) for kind in CommercialClass for reward in (True, False)}
    assert all(rule.source for rule in RULES)


def test_no_two_rows_for_the_same_case() -> None:
    cases = [(rule.commercial_class, rule.country, rule.reward) for rule in RULES]

    assert len(cases) == len(set(cases))


def test_what_a_share_keeps() -> None:
    assert rule_for("PRODUCT", country="NL").code == "2026-11 PRODUCT NL required"
    assert rule_for("NEWS", country="LU", reward=True).code == "2026-11 NEWS * required reward"
    assert all(len(rule.code) <= 40 for rule in RULES)


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("nl", "Ik werk bij Acme."),
        ("nl-BE", "Ik werk bij Acme."),
        ("en", "I work at Acme."),
        ("fr", "Je travaille chez Acme."),
        ("de", "Ich arbeite bei Acme."),
        ("pl", "I work at Acme."),
    ],
)
def test_the_line_that_is_offered(language: str, first: str) -> None:
    rule = rule_for("NEWS", country="NL")

    lines = wordings(ACME, language=language, rule=rule)

    assert lines[0] == first
    assert len(lines) == 3


def test_every_wording_names_the_employer() -> None:
    for language in WORDINGS:
        for line in wordings(ACME, language=language, rule=rule_for("NEWS", country="NL")):
            assert ACME.is_named_in(line)


def test_the_programmes_own_wording_comes_first_if_it_names_the_employer() -> None:
    rule = rule_for("NEWS", country="NL")

    def lines(own: str) -> tuple[str, ...]:
        return wordings(ACME, language="nl", rule=rule, own_wording=own)

    assert lines("Ik bouw mee aan Acme!")[0] == "Ik bouw mee aan Acme!"
    assert lines("Ik bouw mee!")[0] == "Ik werk bij Acme."
    assert lines("Acme is mijn werkgever.").count("Acme is mijn werkgever.") == 1


@pytest.mark.parametrize(
    ("country", "language", "label"),
    [
        ("NL", "nl", "#reclame"),
        ("BE", "nl", "#advertentie"),
        ("BE", "fr", "#publicité"),
        ("DE", "de", "#Werbung"),
        ("US", "en", "#ad"),
    ],
)
def test_a_rewarded_product_starts_with_the_label(country: str, language: str, label: str) -> None:
    rule = rule_for("PRODUCT", country=country, reward=True)

    lines = wordings(ACME, language=language, rule=rule)

    assert all(line.startswith(f"{label} ") for line in lines)
    assert checked_disclosure(lines[0], employer=ACME, rule=rule, language=language) == lines[0]
    with pytest.raises(LabelMissing):
        checked_disclosure("I work at Acme", employer=ACME, rule=rule, language=language)


@pytest.mark.parametrize(
    "line", ["I work at ACME.", "See acme.example", "http://www.acme.example/jobs", "a\n acme \x00"]
)
def test_the_employer_is_recognised(line: str) -> None:
    rule = rule_for("PRODUCT", country="NL")

    checked = checked_disclosure(line, employer=ACME, rule=rule, language="en")

    assert checked == " ".join(line.replace("\x00", "").split())


def test_what_does_not_do() -> None:
    required, free = rule_for("PRODUCT", country="NL"), rule_for("STORY", country="BE")

    with pytest.raises(DisclosureMissing):
        checked_disclosure("  ", employer=ACME, rule=required, language="nl")
    with pytest.raises(EmployerNotNamed):
        checked_disclosure("I like heat", employer=ACME, rule=free, language="nl")
    with pytest.raises(EmployerNotNamed):
        checked_disclosure("I like heat", employer=Employer("Acme"), rule=free, language="nl")
    assert checked_disclosure("", employer=ACME, rule=free, language="nl") == ""
