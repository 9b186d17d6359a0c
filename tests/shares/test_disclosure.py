"""When and how the employer is named, row by row."""

from __future__ import annotations

from datetime import date

import pytest

from vaandel.posts.models import CommercialClass
from vaandel.shares.disclosure import (
    ANYWHERE,
    CHECKED_ON,
    RULES,
    VERSION,
    WORDINGS,
    DisclosureMissing,
    Employer,
    EmployerNotNamed,
    LabelMissing,
    Strictness,
    checked_disclosure,
    joined,
    rule_for,
    wordings,
)

ACME = Employer("Acme", "https://www.acme.example/nl")
R, A, F = Strictness.REQUIRED, Strictness.ADVISED, Strictness.FREE
LABEL, PLAIN = True, False

# Written out by hand from the codes, not derived from the table under test.
WITHOUT_REWARD = [
    ("PRODUCT", "NL", R, "reclamecode.nl"),
    ("PRODUCT", "BE", R, "rdc-tbh.be"),
    ("PRODUCT", "DE", R, ""),
    ("PRODUCT", "FR", R, ""),
    ("PRODUCT", "LU", R, ""),
    ("PRODUCT", "US", R, "equinoxbusinesslaw.com"),
    ("PRODUCT", "GB", R, "asa.org.uk"),
    ("VACANCY", "NL", A, ""),
    ("VACANCY", "BE", A, ""),
    ("VACANCY", "DE", A, ""),
    ("VACANCY", "FR", A, ""),
    ("VACANCY", "US", R, "equinoxbusinesslaw.com"),
    ("VACANCY", "GB", R, "asa.org.uk"),
    ("NEWS", "NL", A, ""),
    ("NEWS", "BE", A, ""),
    ("NEWS", "DE", A, ""),
    ("NEWS", "FR", A, ""),
    ("NEWS", "US", R, "equinoxbusinesslaw.com"),
    ("NEWS", "GB", R, "asa.org.uk"),
    ("STORY", "NL", A, ""),
    ("STORY", "BE", F, "rdc-tbh.be"),
    ("STORY", "DE", A, ""),
    ("STORY", "FR", A, ""),
    ("STORY", "US", A, ""),
    ("STORY", "GB", A, ""),
]
WITH_REWARD = [
    ("PRODUCT", "NL", LABEL, "reclamecode.nl"),
    ("PRODUCT", "BE", LABEL, "rdc-tbh.be"),
    ("PRODUCT", "DE", LABEL, ""),
    ("PRODUCT", "FR", LABEL, ""),
    ("PRODUCT", "US", LABEL, "equinoxbusinesslaw.com"),
    ("PRODUCT", "GB", LABEL, "asa.org.uk"),
    ("VACANCY", "NL", PLAIN, "reclamecode.nl"),
    ("VACANCY", "BE", PLAIN, "rdc-tbh.be"),
    ("VACANCY", "DE", PLAIN, ""),
    ("VACANCY", "US", PLAIN, "equinoxbusinesslaw.com"),
    ("VACANCY", "GB", PLAIN, "asa.org.uk"),
    ("NEWS", "NL", PLAIN, "reclamecode.nl"),
    ("NEWS", "BE", PLAIN, "rdc-tbh.be"),
    ("NEWS", "FR", PLAIN, ""),
    ("NEWS", "US", PLAIN, "equinoxbusinesslaw.com"),
    ("NEWS", "GB", PLAIN, "asa.org.uk"),
    ("STORY", "NL", PLAIN, "reclamecode.nl"),
    ("STORY", "BE", PLAIN, "rdc-tbh.be"),
    ("STORY", "DE", PLAIN, ""),
    ("STORY", "US", PLAIN, "equinoxbusinesslaw.com"),
    ("STORY", "GB", PLAIN, "asa.org.uk"),
]


@pytest.mark.parametrize(("kind", "country", "strictness", "host"), WITHOUT_REWARD)
def test_the_rules_without_a_reward(
    kind: str, country: str, strictness: Strictness, host: str
) -> None:
    rule = rule_for(kind, country=country)

    assert (rule.strictness, rule.label) == (strictness, PLAIN)
    assert host in rule.source.address
    assert bool(host) == bool(rule.source.address)


@pytest.mark.parametrize(("kind", "country", "label", "host"), WITH_REWARD)
def test_with_a_reward_the_employer_is_always_named(
    kind: str, country: str, label: bool, host: str
) -> None:
    rule = rule_for(kind, country=country, reward=True)

    assert (rule.strictness, rule.label) == (R, label)
    assert host in rule.source.address
    assert bool(host) == bool(rule.source.address)


def test_every_class_has_a_row_for_anywhere_and_a_source() -> None:
    anywhere = {(r.commercial_class, r.reward) for r in RULES if r.country == ANYWHERE}

    assert anywhere == {(kind, reward) for kind in CommercialClass for reward in (True, False)}
    assert all(rule.source.name and rule.source.says for rule in RULES)
    assert ("2026-11-22", date(2026, 11, 22)) == (VERSION, CHECKED_ON)


def test_no_two_rows_for_the_same_case() -> None:
    cases = [(rule.commercial_class, rule.country, rule.reward) for rule in RULES]

    assert len(cases) == len(set(cases))


def test_a_reward_is_never_less_strict() -> None:
    order = [F, A, R]
    for country in {rule.country for rule in RULES}:
        for kind in CommercialClass:
            without = rule_for(kind, country=country).strictness
            with_one = rule_for(kind, country=country, reward=True).strictness
            assert order.index(with_one) >= order.index(without)


def test_what_a_share_keeps() -> None:
    assert rule_for("PRODUCT", country="NL").code == "2026-11-22 PRODUCT NL required"
    assert rule_for("NEWS", country="LU", reward=True).code == "2026-11-22 NEWS * required reward"
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
            assert ACME.is_understood_in(line)


def test_the_programmes_own_wording_comes_first_if_it_names_the_employer() -> None:
    rule = rule_for("NEWS", country="NL")

    def lines(own: str) -> tuple[str, ...]:
        return wordings(ACME, language="nl", rule=rule, own_wording=own)

    assert lines("Ik bouw mee aan Acme!")[0] == "Ik bouw mee aan Acme!"
    assert lines("Ik bouw mee!")[0] == "Ik werk bij Acme."
    assert lines("Acme is mijn werkgever.").count("Acme is mijn werkgever.") == 1


def test_an_own_wording_with_a_label_gets_no_second_one_and_stays_within_its_length() -> None:
    rule = rule_for("PRODUCT", country="BE", reward=True)

    def first(own: str) -> str:
        return wordings(ACME, language="nl", rule=rule, own_wording=own)[0]

    assert first("#Publiciteit: ik werk bij Acme.") == "#Publiciteit: ik werk bij Acme."
    assert first("Acme " + "x" * 400).startswith("#advertentie Acme ")
    assert len(first("Acme " + "x" * 400)) == 300


@pytest.mark.parametrize(
    ("country", "language", "labels"),
    [
        ("NL", "nl", ["#reclame", "#advertentie"]),
        ("NL", "en", ["#ad"]),
        ("BE", "nl", ["#advertentie", "#reclame", "#publiciteit"]),
        ("BE", "nl-BE", ["#advertentie", "#reclame", "#publiciteit"]),
        ("BE", "fr", ["#publicité"]),
        ("BE", "de", ["#Werbung", "#Anzeige"]),
        ("DE", "de", ["#Werbung", "#Anzeige"]),
        ("FR", "fr", ["#publicité"]),
        ("FR", "nl", ["#advertentie", "#reclame"]),
        ("GB", "en", ["#ad"]),
        ("US", "en", ["#ad"]),
        ("US", "es", ["#ad"]),
    ],
)
def test_a_rewarded_product_starts_with_a_label_in_the_language_of_the_text(
    country: str, language: str, labels: list[str]
) -> None:
    rule = rule_for("PRODUCT", country=country, reward=True)

    def checked(line: str) -> str:
        return checked_disclosure(line, employer=ACME, rule=rule, language=language)

    offered = wordings(ACME, language=language, rule=rule)
    assert all(line.startswith(f"{labels[0]} ") for line in offered)
    assert checked(offered[0]) == offered[0]
    for label in labels:
        assert checked(f"{label.upper()} Acme") == f"{label.upper()} Acme"
    for line in ("I work at Acme", "#gesponsord Acme", f"Acme {labels[0]}", f"{labels[0]}x Acme"):
        with pytest.raises(LabelMissing, match=labels[0]):
            checked(line)


@pytest.mark.parametrize(
    "line",
    [
        "I work at ACME.",
        "See acme.example",
        "http://www.acme.example/jobs",
        "a\n acme \x00",
        "#AcmeEmployee",
    ],
)
def test_the_employer_is_recognised(line: str) -> None:
    rule = rule_for("PRODUCT", country="NL")

    checked = checked_disclosure(line, employer=ACME, rule=rule, language="en")

    assert checked == " ".join(line.replace("\x00", "").split())


def test_a_name_of_two_words_is_recognised_in_a_hashtag() -> None:
    acme = Employer("Acme Water & Co")

    assert acme.is_named_in("Proud #AcmeWaterCo")
    assert not acme.is_named_in("Proud #AcmeWater")
    assert not Employer("&").is_named_in("#anything")


def test_what_does_not_do() -> None:
    required, free = rule_for("PRODUCT", country="NL"), rule_for("STORY", country="BE")

    with pytest.raises(DisclosureMissing):
        checked_disclosure("  ", employer=ACME, rule=required, language="nl")
    with pytest.raises(EmployerNotNamed):
        checked_disclosure("I like heat", employer=ACME, rule=free, language="nl")
    with pytest.raises(EmployerNotNamed):
        checked_disclosure("I like heat", employer=Employer("Acme"), rule=free, language="nl")
    assert checked_disclosure("", employer=ACME, rule=free, language="nl") == ""


@pytest.mark.parametrize(
    ("text", "line", "post"),
    [
        ("So quiet.", "I work at Acme.", "So quiet.\n\nI work at Acme."),
        ("So quiet.", "#ad I work at Acme.", "#ad I work at Acme.\n\nSo quiet."),
        ("So quiet.", "", "So quiet."),
        ("", "I work at Acme.", "I work at Acme."),
        ("", "", ""),
    ],
)
def test_a_label_stands_before_everything(text: str, line: str, post: str) -> None:
    assert joined(text, line) == post
    assert joined(text, line, "Risk.") == (f"{post}\n\nRisk." if post else "Risk.")
